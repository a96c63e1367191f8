import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    /// The keys `rows` and `ignore`: which rows speak of stock.
    func rowRules(_ source: inout Section, _ notation: Notation, _ dialect: Dialect) -> RowRules {
        var rules = RowRules()
        if let field = source.field("rows"), let section = field.section() {
            if notation == .ndjson {
                field.refuse(
                    "This section belongs to csv and tsv.",
                    hint: "Let the source write only the objects that count; ignore leaves SKUs out.",
                    code: .conflictingKeys
                )
            } else {
                rows(section, dialect, into: &rules)
            }
        }
        let globs = source.field("ignore")?.items() ?? []
        rules.ignoredSKUs = globs.compactMap { $0.name(bytesMax: 255).map { Glob($0) } }
        for (glob, field) in zip(rules.ignoredSKUs, globs) where glob.isAnything {
            field.refuse("This leaves every SKU out.", hint: "Name those that are no stock, as in SERVICE-*.")
        }
        return rules
    }

    private func rows(_ section: Section, _ dialect: Dialect, into rules: inout RowRules) {
        var section = section
        for field in section.field("where")?.items() ?? [] {
            guard let condition = condition(field, dialect) else { continue }
            rules.conditions.append(condition)
        }
        let skipped = section.field("skip_repeated_header")
        rules.skipsRepeatedHeaders = skipped?.flag() ?? false
        if rules.skipsRepeatedHeaders, !dialect.hasHeader {
            skipped?.refuse(
                "With header: false there is no header to repeat.",
                hint: "Remove it.",
                code: .conflictingKeys
            )
        }
        section.finish()
    }

    private func condition(_ field: Field, _ dialect: Dialect) -> RowRules.Condition? {
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        let column = section.required("column", hint: "Name the column, or give it as { position: 1 }.")
        let rule = column.flatMap { self.column($0, dialect) }
        let values = conditionValues(&section, of: field)
        guard let rule, let values else { return nil }
        return RowRules.Condition(column: rule, texts: values.texts, isExclusion: values.isExclusion)
    }

    /// The keys `is` and `is_not` of a condition: what its column holds, or does not.
    func conditionValues(_ section: inout Section, of field: Field) -> (texts: [String], isExclusion: Bool)? {
        guard let key = section.only(oneOf: ["is", "is_not"]), let value = section.field(key) else {
            log.add(
                .missingKey,
                at: field.place,
                field.path,
                "Nothing says what the column holds in rows that count.",
                hint: "Write is: TEXT or is_not: TEXT, or a list of texts."
            )
            return nil
        }
        let texts = texts(value)
        return texts.isEmpty ? nil : (texts, key == "is_not")
    }

    /// One text or a list of them, each as it is written.
    private func texts(_ field: Field) -> [String] {
        guard case .sequence = field.node.content else { return field.text().map { [$0] } ?? [] }
        let items = field.items() ?? []
        if items.isEmpty { field.refuse("The list is empty.", hint: "Give at least one text.") }
        return items.compactMap { $0.text() }
    }

    private func column(_ field: Field, _ dialect: Dialect) -> ColumnRule? {
        guard case .mapping = field.node.content else {
            let name = field.name()
            if name != nil, !dialect.hasHeader { refuseName(field) }
            return name.map { ColumnRule(anyOf: [$0]) }
        }
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        let last = ReaderLimits().columnsMax
        let number = section.required("position", hint: "Count from 1.")?.integer(in: 1...last)
        return number.map { ColumnRule(source: .position($0)) }
    }
}
