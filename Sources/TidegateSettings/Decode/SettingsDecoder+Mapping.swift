import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    /// More than any table of movement types or locations has.
    private static let tableRowsMax = 10_000

    /// The section `events.mapping`.
    func mapping(_ section: Section) -> EventMapping {
        var section = section
        var mapping = EventMapping()
        let notations = EventMapping.Notation.allCases.map { ($0.rawValue, $0) }
        mapping.notation = section.field("body")?.choice(notations) ?? .json
        mapping.rowsAt = section.field("rows_at")?.name() ?? ""
        mapping.beforeAt = section.field("before_at")?.name()
        mapping.conditions = (section.field("where")?.items() ?? []).compactMap(condition)
        if let field = section.required("kind", hint: "Write level, movement, hint, or { column, table }.") {
            mapping.kind = kind(field) ?? mapping.kind
        }
        if let columns = section.section("columns") { mapping.columns = eventColumns(columns) }
        if let sign = section.section("sign") { mapping.sign = self.sign(sign) }
        let measures = EventMapping.Measure.allCases.map { ($0.rawValue, $0) }
        mapping.of = section.field("of")?.choice(measures) ?? .onHand
        if let numbers = section.section("numbers") { self.numbers(numbers, into: &mapping) }
        if let times = section.section("times") { mapping.times = eventTimes(times) ?? mapping.times }
        section.finish()
        require(mapping, section)
        return mapping
    }

    /// What a kind of event cannot do without.
    private func require(_ mapping: EventMapping, _ section: Section) {
        let words: Set<EventMapping.Word> =
            switch mapping.kind {
            case .always(let word): [word]
            case .by(_, let table, let otherwise): Set(table.values).union([otherwise].compactMap { $0 })
            }
        let columns = mapping.columns
        func demand(_ isThere: Bool, _ key: String, _ reason: String) {
            guard !isThere else { return }
            log.add(
                .missingKey,
                at: section.place,
                "\(section.path).columns.\(key)",
                reason,
                hint: "Name it."
            )
        }
        if words.contains(.level) {
            demand(columns.sku != nil, "sku", "A level needs its SKU.")
            demand(columns.asOf != nil, "as_of", "A level needs the time when it was true.")
            demand((columns.onHand ?? columns.net) != nil, "on_hand", "A level needs on_hand or net.")
        }
        if words.contains(.movement) {
            demand(columns.sku != nil, "sku", "A movement needs its SKU.")
            demand(columns.asOf != nil, "as_of", "A movement needs the time when it happened.")
            demand(columns.change != nil, "change", "A movement needs its change.")
        }
    }

    private func kind(_ field: Field) -> EventMapping.Kind? {
        let words = EventMapping.Word.allCases.map { ($0.rawValue, $0) }
        guard case .mapping = field.node.content, var section = field.section() else {
            return field.choice(words.filter { $0.1 != .ignore }).map { .always($0) }
        }
        let column = section.required("column", hint: "Name the column that tells.").flatMap(eventColumn)
        let table = section.section("table").map { self.table($0) { $0.choice(words) } } ?? [:]
        let otherwise = section.field("otherwise")?.choice(words)
        section.finish()
        return column.map { .by($0, table, otherwise: otherwise) }
    }

    private func sign(_ section: Section) -> EventMapping.Sign? {
        var section = section
        let words = EventMapping.Direction.allCases.map { ($0.rawValue, $0) } + [("+", .plus), ("-", .minus)]
        let column = section.required("column", hint: "Name the movement's type.").flatMap(eventColumn)
        let table = section.section("table").map { self.table($0) { $0.choice(words) } } ?? [:]
        section.finish()
        return column.map { EventMapping.Sign(column: $0, table: table) }
    }

    private func condition(_ field: Field) -> EventMapping.Condition? {
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        let column = section.required("column", hint: "Name the value's key.").flatMap(eventColumn)
        let values = conditionValues(&section, of: field)
        guard let column, let values else { return nil }
        return EventMapping.Condition(column: column, texts: values.texts, isExclusion: values.isExclusion)
    }

    private func eventColumns(_ section: Section) -> EventMapping.Columns {
        var section = section
        var columns = EventMapping.Columns()
        let keys: [(String, WritableKeyPath<EventMapping.Columns, EventMapping.Column?>)] = [
            ("id", \.id), ("sku", \.sku), ("location", \.location), ("unit", \.unit), ("on_hand", \.onHand),
            ("committed", \.committed), ("unusable", \.unusable), ("net", \.net), ("change", \.change),
            ("as_of", \.asOf), ("version", \.version),
        ]
        for (key, path) in keys { columns[keyPath: path] = section.field(key).flatMap(eventColumn) }
        for key in ["on_hand", "committed", "unusable"] where columns.net != nil {
            section.field(key)?.refuse(
                "The key excludes net, which is written here too.",
                hint: "Keep one of them.",
                code: .conflictingKeys
            )
        }
        section.finish()
        return columns
    }

    /// A plain name, a list of names that are joined with a blank, or a section.
    private func eventColumn(_ field: Field) -> EventMapping.Column? {
        switch field.node.content {
        case .sequence: return joined(field, separator: " ")
        case .mapping: break
        default: return field.name().map { EventMapping.Column(rule: ColumnRule(anyOf: [$0])) }
        }
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        var column: EventMapping.Column?
        switch section.only(oneOf: ["name", "names", "join", "constant"]) {
        case "name":
            column = section.field("name")?.name().map { EventMapping.Column(rule: ColumnRule(anyOf: [$0])) }
        case "names":
            let names = (section.field("names")?.items() ?? []).compactMap { $0.name() }
            column = names.isEmpty ? nil : EventMapping.Column(rule: ColumnRule(anyOf: names))
        case "join":
            let separator = section.field("with")?.text() ?? " "
            column = section.field("join").flatMap { joined($0, separator: separator) }
        case "constant":
            column = section.field("constant")?.text().map {
                EventMapping.Column(rule: ColumnRule(source: .constant($0)))
            }
        default:
            log.add(
                .missingKey,
                at: field.place,
                field.path,
                "Nothing says where the value is.",
                hint: "Give it a name, names, a join of several, or a constant."
            )
        }
        column?.rule.isOptional = section.field("optional")?.flag() ?? false
        column?.rule.afterLast = section.field("after_last")?.text().flatMap { $0.isEmpty ? nil : $0 }
        column?.rule.stripsLeadingZeros = section.field("strip_leading_zeros")?.flag() ?? false
        column?.until = section.field("until")?.text().flatMap { $0.isEmpty ? nil : $0 }
        column?.table = section.section("table").map { self.table($0) { $0.text() } }
        return column
    }

    private func joined(_ field: Field, separator: String) -> EventMapping.Column? {
        let names = (field.items() ?? []).compactMap { $0.name() }
        guard (2...8).contains(names.count) else {
            field.refuse("A joined text has from 2 to 8 values.", hint: "Write [FIRST, SECOND].")
            return nil
        }
        var column = EventMapping.Column(rule: ColumnRule(anyOf: names))
        column.joined = names
        column.separator = separator
        return column
    }

    private func table<Value>(_ section: Section, _ value: (Field) -> Value?) -> [String: Value] {
        var section = section
        var table: [String: Value] = [:]
        let rows = section.named()
        for row in rows.prefix(SettingsDecoder.tableRowsMax) { table[row.name] = value(row.field) }
        if rows.isEmpty || rows.count > SettingsDecoder.tableRowsMax {
            log.add(
                .badValue,
                at: section.place,
                section.path,
                "The table has \(rows.count) rows.",
                hint: "Write from 1 to \(SettingsDecoder.tableRowsMax) as TEXT: MEANING."
            )
        }
        return table
    }

    private func numbers(_ section: Section, into mapping: inout EventMapping) {
        var section = section
        let marks: [(String, DecimalMark)] = [(".", .point), (",", .comma)]
        let field = section.field("decimal")
        mapping.decimalMark = field?.choice(marks) ?? .point
        mapping.grouping =
            section.field("grouping")?.choice(Grouping.allCases.map { ($0.rawValue, $0) }) ?? .none
        section.finish()
        let isBoth =
            mapping.decimalMark == .point && mapping.grouping == .point
            || mapping.decimalMark == .comma && mapping.grouping == .comma
        if isBoth { field?.refuse("The grouping is the same character.", hint: "Choose one.") }
    }

    private func eventTimes(_ section: Section) -> EventMapping.Times? {
        let words: [(String, EventMapping.Times)] = [
            ("unix_seconds", .unixSeconds), ("unix_milliseconds", .unixMilliseconds), ("ticks", .ticks),
        ]
        var section = section
        if let text = section.field("format")?.text(), let known = words.first(where: { $0.0 == text }) {
            section.finish()
            return known.1
        }
        return timeFormat(section).map { .text($0) }
    }
}
