import ArgumentParser
import InventoryCore
import SnapshotFormats

/// How a snapshot on the command line is written; without any option, columns are found by header name.
struct FormatOptions: ParsableArguments {
    @Option(
        name: .customLong("column"),
        help: ArgumentHelp(
            "Reads FIELD from the column COLUMN; an empty COLUMN says there is none. Repeatable.",
            discussion: "FIELD is sku, location, unit, on_hand, committed, unusable or as_of.",
            valueName: "FIELD=COLUMN"
        )
    )
    var columns: [String] = []

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
        if delimiter == nil, path.map(FormatOptions.isTabSeparated) == true {
            format.dialect.delimiter = Dialect.tabs.delimiter
        }
        if let delimiter {
            format.dialect.delimiter = try FormatOptions.byte(delimiter, option: "--delimiter")
        }
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
        if let encoding {
            let names = Dictionary(uniqueKeysWithValues: TextEncoding.allCases.map { ($0.rawValue, $0) })
            format.dialect.encoding = try choice(encoding.lowercased(), names, "--encoding")
        }
        if let skipLines {
            guard skipLines >= 0 else { throw ValidationError("--skip-lines cannot be negative.") }
            format.dialect.skippedLines = skipLines
        }
        if let emptyQuantity {
            let names = Dictionary(uniqueKeysWithValues: EmptyQuantity.allCases.map { ($0.rawValue, $0) })
            format.dialect.emptyQuantity = try choice(emptyQuantity, names, "--empty-quantity")
        }
        for column in columns { try FormatOptions.apply(column, to: &format.columns) }
        return format
    }

    func duplicateRule(otherwise rule: DuplicateRule) throws -> DuplicateRule {
        guard let duplicates else { return rule }
        let names = Dictionary(uniqueKeysWithValues: DuplicateRule.allCases.map { ($0.rawValue, $0) })
        return try choice(duplicates, names, "--duplicates")
    }

    private static func isTabSeparated(_ path: String) -> Bool {
        let name = path.lowercased()
        return [".tsv", ".tsv.gz", ".tsv.zst"].contains { name.hasSuffix($0) }
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
        default:
            throw ValidationError(
                "--column knows no field \(field): use sku, location, unit, on_hand, committed, unusable "
                    + "or as_of."
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
