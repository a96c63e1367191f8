import InventoryCore

/// By what the keys and quantities of a snapshot were read: a changed meaning is not a changed stock.
///
/// Columns that nothing uses have no part in it, nor has the place of a column that was found by its name.
package struct SnapshotMapping: Hashable, Sendable {
    /// A column that was found in the header, or a member that was looked for in objects.
    package struct Column: Hashable, Sendable {
        /// As the configuration names it, such as `on_hand`.
        package let role: String
        /// As the header writes it, or the number from 1 where there is no header.
        package let name: String
        /// Counted from 0; nothing in objects.
        package let index: Int?
    }

    package let columns: [Column]
    /// A line for each role, for the dialect, and for what becomes of duplicates; equal texts mean equal
    /// readings.
    package let text: String

    package init(_ format: SnapshotFormat, _ found: FoundColumns, duplicates: DuplicateRule) {
        let isTable = format.notation == .delimited
        var columns: [Column] = []
        var lines = ["notation \(format.notation.rawValue)"]
        for (role, column) in zip(SnapshotMapping.roles, found.all) {
            switch column.place {
            case .absent: lines.append("\(role) -")
            case .constant(let text): lines.append("\(role) constant \(SnapshotMapping.quoted(text))")
            case .index(let index):
                let name = isTable ? column.name : SnapshotMapping.names(column.rule)
                columns.append(Column(role: role, name: name, index: isTable ? index : nil))
                lines.append("\(role) \(SnapshotMapping.text(column, name))")
            }
        }
        for place in found.places {
            let column = SnapshotMapping.text(place.onHand, place.onHand.name)
            lines.append("location \(SnapshotMapping.quoted(place.location.text)) in \(column)")
        }
        lines.append(SnapshotMapping.text(isTable ? format.dialect : format.ofMembers.dialect, isTable))
        for condition in found.conditions { lines.append(SnapshotMapping.text(condition)) }
        if format.rows.skipsRepeatedHeaders { lines.append("skip_repeated_header") }
        if !format.rows.ignoredSKUs.isEmpty {
            let globs = format.rows.ignoredSKUs.map { SnapshotMapping.quoted($0.text) }
            lines.append("ignore \(globs.joined(separator: " "))")
        }
        lines.append("duplicates \(duplicates.rawValue)")
        self.columns = columns
        text = lines.joined(separator: "\n")
    }

    private static let roles = [
        "sku", "location", "unit", "on_hand", "committed", "unusable", "as_of", "as_of_time", "bin",
    ]

    private static func names(_ rule: ColumnRule) -> String {
        if case .anyOf(let names) = rule.source { return names.joined(separator: " or ") }
        return ""
    }

    private static func text(_ column: FoundColumns.Column, _ name: String) -> String {
        var words = [quoted(FoundColumns.folded(name))]
        if case .position(let number) = column.rule.source { words.append("position \(number)") }
        if let text = column.rule.afterLast { words.append("after_last \(quoted(text))") }
        if column.rule.stripsLeadingZeros { words.append("strip_leading_zeros") }
        return words.joined(separator: " ")
    }

    private static func text(_ condition: FoundColumns.Condition) -> String {
        let texts = condition.texts.map(quoted).joined(separator: " ")
        let column = text(condition.column, condition.column.name)
        return "where \(column) \(condition.isExclusion ? "is_not" : "is") \(texts)"
    }

    private static func text(_ dialect: Dialect, _ isTable: Bool) -> String {
        var words = ["decimal \(dialect.decimalMark.rawValue)", "grouping \(dialect.grouping.rawValue)"]
        words.append("empty_quantity \(dialect.emptyQuantity.rawValue)")
        switch dialect.timeFormat {
        case .rfc3339: words.append("times rfc3339")
        case .pattern(let pattern, let zone): words.append("times \(quoted(pattern)) \(quoted(zone))")
        }
        guard isTable else { return words.joined(separator: " ") }
        words.append("delimiter \(dialect.delimiter)")
        words.append("quote \(dialect.quote.map { String($0) } ?? "none")")
        if let escape = dialect.escape { words.append("escape \(escape)") }
        if dialect.hasExcelTexts { words.append("excel_text") }
        words.append("encoding \(dialect.encoding.rawValue)")
        words.append("skip_lines \(dialect.skippedLines)")
        words.append("header \(dialect.hasHeader)")
        return words.joined(separator: " ")
    }

    /// Texts are quoted, so that none can be taken for the words around it.
    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.appendJSONText(text)
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }
}
