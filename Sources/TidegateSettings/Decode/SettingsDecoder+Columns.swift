import SnapshotFormats

extension SettingsDecoder {
    /// The section `source.columns`; columns it does not name do not exist.
    func columns(_ section: Section, _ notation: Notation, dialect: Dialect) -> ColumnMapping? {
        var section = section
        func rule(_ field: Field?) -> ColumnRule? {
            field.flatMap { field in
                let rule = columnRule(field, dialect: dialect)
                if notation == .ndjson, case .position = rule?.source { refusePosition(field) }
                return rule
            }
        }
        let sku = rule(section.required("sku", hint: "Name the column of the SKU."))
        if let field = section.field("location_columns") {
            return wide(&section, sku, field, notation, dialect, rule)
        }
        let onHand = rule(section.required("on_hand", hint: "Name the column of the quantity on hand."))
        let location = rule(section.field("location"))
        let unit = rule(section.field("unit"))
        let committed = rule(section.field("committed"))
        let unusable = rule(section.field("unusable"))
        let (asOf, asOfTime) = times(section.field("as_of"), notation, dialect, rule)
        let bin = rule(section.field("bin"))
        section.finish()
        guard let sku, let onHand else { return nil }
        return ColumnMapping(
            sku: sku,
            location: location,
            unit: unit,
            onHand: onHand,
            committed: committed,
            unusable: unusable,
            asOf: asOf,
            asOfTime: asOfTime,
            bin: bin
        )
    }

    /// The columns of a table whose rows state several locations.
    private func wide(
        _ section: inout Section,
        _ sku: ColumnRule?,
        _ field: Field,
        _ notation: Notation,
        _ dialect: Dialect,
        _ rule: (Field?) -> ColumnRule?
    ) -> ColumnMapping? {
        let unit = rule(section.field("unit"))
        let (asOf, asOfTime) = times(section.field("as_of"), notation, dialect, rule)
        for key in ["location", "on_hand", "committed", "unusable"] {
            section.field(key)?.refuse(
                "location_columns say what is on hand at each location.",
                hint: "Remove this key, or location_columns.",
                code: .conflictingKeys
            )
        }
        section.finish()
        guard notation == .delimited else {
            field.refuse(
                "With format: ndjson an object states one location.",
                hint: "Let the source write an object for each location.",
                code: .conflictingKeys
            )
            return nil
        }
        guard var columns = field.section() else { return nil }
        let places = columns.named().compactMap { place -> ColumnMapping.Place? in
            let rule = rule(place.field)
            if case .constant = rule?.source {
                place.field.refuse("A constant is no column.", hint: "Name the column of this location.")
                return nil
            }
            return rule.map { ColumnMapping.Place(location: place.name, onHand: $0) }
        }
        if columns.isEmpty { field.refuse("There is no location.", hint: "Write LOCATION: COLUMN for each.") }
        return sku.flatMap {
            ColumnMapping(sku: $0, unit: unit, asOf: asOf, asOfTime: asOfTime, places: places)
        }
    }

    /// One column with date and time, or a list of two: the date's and the time's.
    private func times(
        _ field: Field?,
        _ notation: Notation,
        _ dialect: Dialect,
        _ rule: (Field?) -> ColumnRule?
    ) -> (asOf: ColumnRule?, time: ColumnRule?) {
        guard let field, case .sequence = field.node.content, let items = field.items() else {
            return (rule(field), nil)
        }
        guard items.count == 2 else {
            field.refuse(
                "A list for as_of has two columns, and this has \(items.count).",
                hint: "Write [DATE_COLUMN, TIME_COLUMN]; times.format states both with a blank between."
            )
            return (nil, nil)
        }
        guard notation == .delimited else {
            field.refuse(
                "With format: ndjson a time is one key.",
                hint: "Name the key that has date and time.",
                code: .conflictingKeys
            )
            return (nil, nil)
        }
        guard case .pattern = dialect.timeFormat else {
            field.refuse(
                "Date and time in two columns need a pattern.",
                hint: "Write times: { format: \"yyyyMMdd HHmmss\", time_zone: … }.",
                code: .conflictingKeys
            )
            return (nil, nil)
        }
        return (rule(items[0]), rule(items[1]))
    }

    /// A plain name, or a section that says where the value is and how it is normalised.
    private func columnRule(_ field: Field, dialect: Dialect) -> ColumnRule? {
        guard case .mapping = field.node.content else {
            let name = field.name()
            if name != nil, !dialect.hasHeader { refuseName(field) }
            return name.map { ColumnRule(anyOf: [$0]) }
        }
        guard var section = field.section() else { return nil }
        let source = columnSource(&section, field: field, dialect: dialect)
        let rule = ColumnRule(
            source: source ?? .anyOf([]),
            isOptional: section.field("optional")?.flag() ?? false,
            afterLast: section.field("after_last")?.text().flatMap { $0.isEmpty ? nil : $0 },
            stripsLeadingZeros: section.field("strip_leading_zeros")?.flag() ?? false
        )
        section.finish()
        return source == nil ? nil : rule
    }

    private func columnSource(
        _ section: inout Section,
        field: Field,
        dialect: Dialect
    ) -> ColumnRule.Source? {
        switch section.only(oneOf: ["name", "names", "position", "constant"]) {
        case "name":
            guard let name = section.field("name") else { return nil }
            if !dialect.hasHeader { refuseName(name) }
            return name.name().map { .anyOf([$0]) }
        case "names":
            guard let list = section.field("names"), let items = list.items() else { return nil }
            if !dialect.hasHeader { refuseName(list) }
            if items.isEmpty { list.refuse("The list is empty.", hint: "Give at least one name.") }
            let names = items.compactMap { $0.name() }
            return names.isEmpty || names.count < items.count ? nil : .anyOf(names)
        case "position":
            return section.field("position")?.integer(in: 1...ReaderLimits().columnsMax).map { .position($0) }
        case "constant":
            return section.field("constant")?.text().map { .constant($0) }
        default:
            log.add(
                .missingKey,
                at: field.place,
                field.path,
                "Nothing says where the column is.",
                hint: "Give it a name, names, a position or a constant."
            )
            return nil
        }
    }

    private func refusePosition(_ field: Field) {
        field.refuse(
            "With format: ndjson there are no positions to find a column by.",
            hint: "Give the key's name, as in { name: sku }.",
            code: .conflictingKeys
        )
    }

    func refuseName(_ field: Field) {
        field.refuse(
            "With header: false there are no names to find a column by.",
            hint: "Give its position, as in { position: 1 }.",
            code: .conflictingKeys
        )
    }
}
