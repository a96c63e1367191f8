import InventoryCore
import SnapshotFormats
import TidegateSettings

extension BodyRow {
    /// The text that a column means; nothing where it is missing or empty, which only optional ones may be.
    ///
    /// Taken without outer blanks, cut as declared, its leading zeros removed where declared, and looked up.
    func text(_ column: EventMapping.Column) throws(ItemFault) -> (text: String, isNumber: Bool)? {
        guard var (text, isNumber) = try written(column) else {
            guard column.rule.isOptional else {
                throw ItemFault(
                    EventCode.missingMember,
                    "There is no \(column.shownName); see the mapping, or declare it optional."
                )
            }
            return nil
        }
        if let after = column.rule.afterLast, let range = text.ranges(of: after).last {
            text = String(text[range.upperBound...])
            isNumber = false
        }
        if let until = column.until, let range = text.ranges(of: until).first {
            text = String(text[..<range.lowerBound])
            isNumber = false
        }
        text = String(text[...].trimmed)
        if column.rule.stripsLeadingZeros {
            let significant = text.drop { $0 == "0" }
            text = significant.isEmpty && !text.isEmpty ? "0" : String(significant)
        }
        if let table = column.table {
            guard let meaning = table[text] else {
                throw ItemFault(
                    EventCode.unmapped,
                    "The table of \(column.shownName) has no row for \(text.shown); add it, or "
                        + "leave such rows out by where."
                )
            }
            return (meaning, false)
        }
        return text.isEmpty && !column.rule.isOptional
            ? (text, isNumber) : text.isEmpty ? nil : (text, isNumber)
    }

    /// The text of a column that only tells rows apart; one that is not there is no fault of the row.
    func telling(_ column: EventMapping.Column) throws(ItemFault) -> String? {
        var column = column
        column.rule.isOptional = true
        return try text(column)?.text
    }

    private func written(_ column: EventMapping.Column) throws(ItemFault) -> (String, Bool)? {
        if case .constant(let text) = column.rule.source { return (text, false) }
        if !column.joined.isEmpty {
            var texts: [String] = []
            for name in column.joined {
                guard let part = try plain(name) else { return nil }
                texts.append(part.0)
            }
            return (texts.joined(separator: column.separator), false)
        }
        guard case .anyOf(let names) = column.rule.source else { return nil }
        for name in names {
            if let found = try plain(name) { return found }
        }
        return nil
    }

    private func plain(_ name: String) throws(ItemFault) -> (String, Bool)? {
        var value = self.value(name)
        if case .object = value { value = value?.value(at: Substring(BodyTree.textName).utf8) ?? value }
        switch value {
        case nil, .absent: return nil
        case .text(let text): return text.utf8.isEmpty ? nil : (text, false)
        case .number(let digits): return (digits, true)
        case .object, .array:
            throw ItemFault(
                EventCode.wrongMember,
                "\(name.shown) is an object or a list; name the value in it."
            )
        }
    }
}

extension EventMapping.Column {
    /// The names as messages show them.
    var shownName: String {
        switch rule.source {
        case .anyOf(let names): names.map(\.shown).joined(separator: joined.isEmpty ? " or " : " with ")
        case .constant(let text): text.shown
        case .position(let number): "\(number)"
        }
    }

    /// Whether it stands above the rows, so that several rows have the same.
    var isAbove: Bool {
        guard case .anyOf(let names) = rule.source else { return true }
        return joined.isEmpty ? names.contains { $0.hasPrefix("^") } : names.allSatisfy { $0.hasPrefix("^") }
    }
}
