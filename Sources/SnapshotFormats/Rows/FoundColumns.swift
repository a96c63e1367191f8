package import InventoryCore

/// Where the wanted columns stand in this snapshot.
package struct FoundColumns: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        /// Counted from 0.
        case index(Int)
        case constant(String)
        case absent
    }

    package struct Column: Hashable, Sendable {
        package let place: Place
        /// The header's name, or the number from 1.
        package let name: String
        package let rule: ColumnRule
    }

    /// A condition on rows, with its column.
    package struct Condition: Hashable, Sendable {
        package let column: Column
        package let texts: [String]
        package let isExclusion: Bool
    }

    /// A location with its column.
    package struct FoundPlace: Hashable, Sendable {
        package let location: Location
        package let onHand: Column
    }

    package let sku: Column
    package let location: Column
    package let unit: Column
    package let onHand: Column
    package let committed: Column
    package let unusable: Column
    package let asOf: Column
    /// The time of day, where `asOf` has only the date.
    package let asOfTime: Column
    /// The columns of the locations, where one row states several.
    package let places: [FoundPlace]
    /// What columns must hold in rows that count.
    package let conditions: [Condition]
    package let bin: Column
    /// How many columns every row must have.
    package let width: Int

    /// Finds the columns of a format in the header, or by position where there is none.
    ///
    /// - Parameters:
    ///   - format: which columns are wanted.
    ///   - header: the names as they stand there; nothing for a table without a header.
    ///   - width: how many columns the first row has.
    ///   - line: of the header or first row, for messages.
    /// - Throws: `Fault` with `missing_column`, `ambiguous_column` or `bad_format`.
    package init(_ format: SnapshotFormat, header: [String]?, width: Int, line: Int) throws(Fault) {
        let mapping = format.columns
        let search = ColumnSearch(header: header, width: width, line: line)
        sku = try search.find(mapping.sku, "sku", isNeeded: true)
        location = try search.find(mapping.location, "location")
        unit = try search.find(mapping.unit, "unit")
        onHand = try search.find(mapping.onHand, "on_hand", isNeeded: true)
        committed = try search.find(mapping.committed, "committed")
        unusable = try search.find(mapping.unusable, "unusable")
        asOf = try search.find(mapping.asOf, "as_of")
        asOfTime = try search.find(mapping.asOfTime, "as_of")
        places = try mapping.places.map { place throws(Fault) in
            let column = try search.find(place.onHand, place.location, isNeeded: true)
            return FoundPlace(location: Location(place.location), onHand: column)
        }
        try search.checkPlaces(places)
        conditions = try format.rows.conditions.map { condition throws(Fault) in
            Condition(
                column: try search.find(condition.column, "rows.where", isNeeded: true),
                texts: condition.texts,
                isExclusion: condition.isExclusion
            )
        }
        bin = try search.find(mapping.bin, "bin")
        self.width = width
    }

    /// All of them, in the order of their declarations.
    package var all: [Column] {
        [sku, location, unit, onHand, committed, unusable, asOf, asOfTime, bin] + places.map(\.onHand)
    }

    /// Whether the column at `index` states a quantity that counts.
    func isQuantity(_ index: Int) -> Bool {
        ([onHand, committed, unusable] + places.map(\.onHand)).contains { $0.place == .index(index) }
    }
}

extension FoundColumns {
    /// ASCII letters in lower case, outer blanks removed: how header names are compared.
    static func folded(_ name: String) -> String {
        let bytes = name.utf8.map { 65...90 ~= $0 ? $0 | 0x20 : $0 }
        return bytes.withUnsafeBufferPointer {
            let (start, end) = Blanks.trimmed($0)
            return String(decoding: $0[start..<end], as: UTF8.self)
        }
    }
}

/// One look through a header.
private struct ColumnSearch {
    let header: [String]?
    let width: Int
    let line: Int
    private let folded: [String]

    init(header: [String]?, width: Int, line: Int) {
        self.header = header
        self.width = width
        self.line = line
        folded = (header ?? []).map(FoundColumns.folded)
    }

    func find(
        _ rule: ColumnRule?,
        _ word: String,
        isNeeded: Bool = false
    ) throws(Fault) -> FoundColumns.Column {
        guard let rule else {
            return FoundColumns.Column(place: .absent, name: word, rule: ColumnRule(anyOf: []))
        }
        switch rule.source {
        case .constant(let text):
            return FoundColumns.Column(place: .constant(text), name: word, rule: rule)
        case .position(let number):
            guard number >= 1 else {
                throw Fault(
                    .badInput,
                    code: .badFormat,
                    message: "Column position \(number) for \(word) is not possible.",
                    hint: "Count columns from 1."
                )
            }
            if number <= width {
                let name = header?[number - 1] ?? String(number)
                return FoundColumns.Column(place: .index(number - 1), name: name, rule: rule)
            }
            if rule.isOptional, !isNeeded {
                return FoundColumns.Column(place: .absent, name: word, rule: rule)
            }
            throw Fault(
                .badInput,
                code: .missingColumn,
                message: "Column \(number) for \(word) does not exist; there are \(width) columns.",
                hint: hint,
                line: line
            )
        case .anyOf(let names):
            return try find(names, rule, word, isNeeded)
        }
    }

    private func find(
        _ names: [String],
        _ rule: ColumnRule,
        _ word: String,
        _ isNeeded: Bool
    ) throws(Fault) -> FoundColumns.Column {
        guard let header else {
            if rule.isOptional, !isNeeded {
                return FoundColumns.Column(place: .absent, name: word, rule: rule)
            }
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "The column for \(word) is given by name, but the table has no header.",
                hint: "Give its position, or set header: true."
            )
        }
        var found: Int?
        for name in names {
            let wanted = FoundColumns.folded(name)
            guard let index = folded.firstIndex(of: wanted), index != found else { continue }
            guard folded[(index + 1)...].firstIndex(of: wanted) == nil else {
                throw Fault(
                    .badInput,
                    code: .ambiguousColumn,
                    message: "The header has \"\(name)\" (for \(word)) more than once.",
                    hint: "Give the column's position instead of its name.",
                    line: line
                )
            }
            if let found { throw competing(header[found], header[index], word) }
            found = index
        }
        if let found {
            return FoundColumns.Column(place: .index(found), name: header[found], rule: rule)
        }
        if rule.isOptional, !isNeeded {
            return FoundColumns.Column(place: .absent, name: word, rule: rule)
        }
        let wanted = names.map { "\"\($0)\"" }.joined(separator: " or ")
        let shown = header.prefix(20).map { "\"\($0.prefix(60))\"" }.joined(separator: ", ")
        let rest = header.count > 20 ? " and \(header.count - 20) more" : ""
        throw Fault(
            .badInput,
            code: .missingColumn,
            message: "The header has no column \(wanted) (for \(word)); it has \(shown)\(rest).",
            hint: hint,
            line: line
        )
    }

    /// Refuses names that no location has, and one column for two locations.
    func checkPlaces(_ places: [FoundColumns.FoundPlace]) throws(Fault) {
        for (number, place) in places.enumerated() {
            let isShared = places[..<number].contains { $0.onHand.place == place.onHand.place }
            guard isShared || !KeyLimits.allow(place.location.text) else { continue }
            throw Fault(
                .badInput,
                code: .badFormat,
                message: isShared
                    ? "The column \"\(place.onHand.name)\" is given for two locations."
                    : "A location's name has a control character, or more than \(KeyLimits.bytesMax) bytes.",
                hint: "Give each location a plain name and a column of its own."
            )
        }
    }

    private func competing(_ first: String, _ second: String, _ word: String) -> Fault {
        Fault(
            .badConfiguration,
            code: .competingColumns,
            message: "The header has both \"\(first)\" and \"\(second)\", and either could be \(word).",
            hint: "Name the one that counts: columns: { \(word): \"\(first)\" }.",
            line: line
        )
    }

    private var hint: String {
        guard width == 1 else {
            return
                "Name the column as the header does, or mend the export; skip_lines passes over title lines."
        }
        let text = header?.first ?? ""
        for (mark, name) in [(";", "\";\""), (",", "\",\""), ("\t", "a tab"), ("|", "\"|\"")]
        where text.contains(mark) {
            return "There is only one column, and it contains \(name): set the delimiter to it."
        }
        return "There is only one column: check the delimiter and the encoding."
    }
}
