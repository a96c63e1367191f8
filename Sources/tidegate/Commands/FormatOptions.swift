import ArgumentParser
import InventoryCore
import SnapshotFormats

/// How a snapshot on the command line is written; without any option, columns are found by header name.
struct FormatOptions: ParsableArguments {
    @Option(
        name: .customLong("column"),
        help: ArgumentHelp(
            "Reads FIELD from the column COLUMN; an empty COLUMN says there is none. Repeatable.",
            discussion: """
                FIELD is sku, location, unit, bin, on_hand, committed, unusable or as_of. In NDJSON, COLUMN \
                is a key, or the keys to a nested one as in stock.on_hand and location_id[1].
                """,
            valueName: "FIELD=COLUMN"
        )
    )
    var columns: [String] = []

    @Option(help: "csv, tsv or ndjson; without it, by the file's name, such as .tsv, .ndjson or .jsonl.gz.")
    var inputFormat: String?

    @Option(help: "The character between fields; \\t or tab for a tabulator.")
    var delimiter: String?

    @Option(help: "The decimal mark: . or ,")
    var decimal: String?

    @Option(help: "What groups thousands: none . , ' or a space.")
    var grouping: String?

    @Option(help: "utf-8, windows-1252, iso-8859-1, iso-8859-15, utf-16, utf-16le or utf-16be.")
    var encoding: String?

    @Option(help: "Lines before the header.")
    var skipLines: Int?

    @Option(help: "What an empty quantity says: absent, zero or reject.")
    var emptyQuantity: String?

    @Option(help: "How rows of one key become one position: sum, last or reject.")
    var duplicates: String?

    /// Applies what was typed to a format, such as the default or the configuration's.
    ///
    /// - Throws: `ValidationError` that names the option at fault.
    func applied(to format: SnapshotFormat, path: String?) throws -> SnapshotFormat {
        var format = format
        try applyNotation(to: &format, path: path)
        if let decimal {
            format.dialect.decimalMark = try choice(decimal, [".": .point, ",": .comma], "--decimal")
        }
        if let grouping {
            format.dialect.grouping = try choice(
                grouping,
                ["none": .none, ".": .point, ",": .comma, "'": .apostrophe, " ": .space, "space": .space],
                "--grouping"
            )
        }
        if let emptyQuantity {
            let names = Dictionary(uniqueKeysWithValues: EmptyQuantity.allCases.map { ($0.rawValue, $0) })
            format.dialect.emptyQuantity = try choice(emptyQuantity, names, "--empty-quantity")
        }
        for column in columns { try FormatOptions.apply(column, to: &format.columns) }
        return format
    }

    /// How rows and fields are told apart.
    private func applyNotation(to format: inout SnapshotFormat, path: String?) throws {
        switch try inputFormat.map(FormatOptions.notation(named:))
            ?? path.flatMap(FormatOptions.notation(ofFile:))
        {
        case .delimited(let mark):
            format.notation = .delimited
            format.dialect.delimiter = mark
        case .ndjson: format.notation = .ndjson
        case nil: break
        }
        if format.notation == .ndjson {
            for (option, value) in [("delimiter", delimiter), ("encoding", encoding)] where value != nil {
                throw ValidationError("--\(option) is for csv and tsv; NDJSON is JSON in UTF-8.")
            }
            if skipLines != nil { throw ValidationError("--skip-lines is for csv and tsv.") }
        }
        if let delimiter {
            format.dialect.delimiter = try FormatOptions.byte(delimiter, option: "--delimiter")
        }
        if let encoding {
            let names = Dictionary(uniqueKeysWithValues: TextEncoding.allCases.map { ($0.rawValue, $0) })
            format.dialect.encoding = try choice(encoding.lowercased(), names, "--encoding")
        }
        if let skipLines {
            guard skipLines >= 0 else { throw ValidationError("--skip-lines cannot be negative.") }
            format.dialect.skippedLines = skipLines
        }
    }

    private enum Notation {
        case delimited(UInt8)
        case ndjson
    }

    private static func notation(named word: String) throws -> Notation {
        switch word.lowercased() {
        case "csv": return .delimited(Dialect().delimiter)
        case "tsv": return .delimited(Dialect.tabs.delimiter)
        case "ndjson", "jsonl": return .ndjson
        default: throw ValidationError("--input-format is one of csv ndjson tsv; got \(word).")
        }
    }

    /// What a file's name says, where it says something else than csv.
    private static func notation(ofFile path: String) -> Notation? {
        var name = path.lowercased()
        for packed in [".gz", ".zst"] where name.hasSuffix(packed) { name.removeLast(packed.count) }
        if name.hasSuffix(".tsv") { return .delimited(Dialect.tabs.delimiter) }
        return [".ndjson", ".jsonl"].contains { name.hasSuffix($0) } ? .ndjson : nil
    }

    func duplicateRule(otherwise rule: DuplicateRule) throws -> DuplicateRule {
        guard let duplicates else { return rule }
        let names = Dictionary(uniqueKeysWithValues: DuplicateRule.allCases.map { ($0.rawValue, $0) })
        return try choice(duplicates, names, "--duplicates")
    }

    private static func apply(_ option: String, to columns: inout ColumnMapping) throws {
        guard let equals = option.firstIndex(of: "=") else {
            throw ValidationError("--column takes FIELD=COLUMN, such as on_hand=quantity; got \(option).")
        }
        let field = String(option[..<equals])
        let name = String(option[option.index(after: equals)...])
        let rule = name.isEmpty ? nil : ColumnRule(anyOf: [name])
        switch field {
        case "sku", "on_hand":
            guard let rule else {
                throw ValidationError("--column \(field)= : a snapshot cannot do without \(field).")
            }
            if field == "sku" { columns.sku = rule } else { columns.onHand = rule }
        case "location": columns.location = rule
        case "unit": columns.unit = rule
        case "committed": columns.committed = rule
        case "unusable": columns.unusable = rule
        case "as_of": columns.asOf = rule
        case "bin": columns.bin = rule
        default:
            throw ValidationError(
                "--column knows no field \(field): use sku, location, unit, bin, on_hand, committed, "
                    + "unusable or as_of."
            )
        }
    }

    private static func byte(_ text: String, option: String) throws -> UInt8 {
        if text == "\\t" || text == "tab" { return UInt8(ascii: "\t") }
        guard text.utf8.count == 1, let byte = text.utf8.first else {
            throw ValidationError("\(option) takes one ASCII character; got \(text).")
        }
        return byte
    }

    private func choice<Value>(_ text: String, _ names: [String: Value], _ option: String) throws -> Value {
        guard let value = names[text] else {
            throw ValidationError(
                "\(option) is one of \(names.keys.sorted().joined(separator: " ")); got \(text)."
            )
        }
        return value
    }
}
