import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Makes stock events of the rows of a foreign body.
struct MappedRow {
    enum Outcome {
        case event(StockEvent)
        case ignored
    }

    private let mapping: EventMapping
    private let naming: EventNaming
    private var keys: PositionKeys
    private var times: EventTimes
    private let quantities: QuantityParser
    private let latest: Timestamp

    init(_ mapping: EventMapping, _ naming: EventNaming, _ keys: PositionKeys) throws(Fault) {
        self.mapping = mapping
        self.naming = naming
        self.keys = keys
        times = try EventTimes(mapping.times)
        var dialect = Dialect()
        dialect.decimalMark = mapping.decimalMark
        dialect.grouping = mapping.grouping
        quantities = QuantityParser(dialect)
        latest = naming.receivedAt.adding(seconds: HighWaterMark.aheadSecondsMax)
    }

    /// Reads a row.
    ///
    /// - Parameters:
    ///   - row: with the objects around it.
    ///   - envelope: the CloudEvent around all rows.
    ///   - index: the row's number in the body.
    ///   - part: the row's number among those of one envelope.
    ///   - isBefore: whether it states what is no more; it can only be a hint.
    /// - Returns: the event, or that the row does not count.
    /// - Throws: the first thing that is wrong with it.
    mutating func read(
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?,
        index: Int,
        part: Int,
        isBefore: Bool = false
    ) throws(ItemFault) -> Outcome {
        guard case .object = row.chain.last else {
            throw ItemFault(EventCode.badItem, "The row is no object; see rows_at of the mapping.")
        }
        for condition in mapping.conditions {
            let text = try row.telling(condition.column)
            let isListed = text.map { condition.texts.contains($0) } ?? false
            if isListed == condition.isExclusion { return .ignored }
        }
        let word = isBefore ? .hint : try kind(row)
        var event: StockEvent
        switch word {
        case .ignore: return .ignored
        case .hint: event = try hint(row, envelope)
        case .level: event = try level(row, envelope)
        case .movement:
            guard let moved = try movement(row, envelope) else { return .ignored }
            event = moved
        }
        if let sku = event.sku, keys.isIgnored(sku) { return .ignored }
        event.identity = try identity(event, row, envelope, index: index, part: part)
        return .event(event)
    }

    private func kind(_ row: BodyRow) throws(ItemFault) -> EventMapping.Word {
        switch mapping.kind {
        case .always(let word): return word
        case .by(let column, let table, let otherwise):
            let text = try row.telling(column) ?? ""
            if let word = table[text] ?? otherwise { return word }
            throw ItemFault(
                EventCode.unmapped,
                "The mapping's kind has no row for \(text.shown); add it, or otherwise: ignore."
            )
        }
    }

    private func identity(
        _ event: StockEvent,
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?,
        index: Int,
        part: Int
    ) throws(ItemFault) -> EventIdentity {
        let id = try mapping.columns.id.flatMap { column throws(ItemFault) in try row.text(column)?.text }
        if case .movement = event.statement, id == nil, !naming.names(envelope) {
            throw ItemFault(
                EventCode.missingIdentity,
                "A movement needs an id, so that it counts once; name its column in the mapping."
            )
        }
        if let id, id.utf8.count > BodyLimits.textBytesMax {
            throw ItemFault(EventCode.badText, "The id is longer than \(BodyLimits.textBytesMax) bytes.")
        }
        // What stands above the rows names all of them.
        let isShared = id == nil || mapping.columns.id?.isAbove ?? false
        return naming.identity(
            of: event,
            id: id,
            envelope: envelope,
            index: index,
            part: isShared && (id != nil || envelope?.id != nil) ? part : 0
        )
    }

    private mutating func hint(
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent {
        let columns = mapping.columns
        let sku = try part(columns.sku, row).map { field throws(ItemFault) in try keys.sku(field) }
        let location = try part(columns.location, row).map { field throws(ItemFault) in
            try keys.location(field)
        }
        let unit = try part(columns.unit, row).map { field throws(ItemFault) in try keys.unit(field) }
        return StockEvent(
            identity: .pending,
            .hint,
            sku: sku,
            location: location,
            unit: unit ?? StockUnit(""),
            asOf: try instant(row) ?? envelope?.time,
            version: try version(row)
        )
    }

    private mutating func level(
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent {
        let columns = mapping.columns
        let parts = LevelParts(
            onHand: try quantity(columns.onHand, row),
            committed: try quantity(columns.committed, row),
            unusable: try quantity(columns.unusable, row),
            net: try quantity(columns.net, row)
        )
        return try positioned(.level(try parts.free(keys)), row, envelope)
    }

    /// Gives a hint where nobody says which way the movement goes, and nothing where its type is no stock.
    private mutating func movement(
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent? {
        guard var change = try quantity(mapping.columns.change, row) else {
            throw ItemFault(EventCode.missingMember, "The movement states no change.")
        }
        if let sign = mapping.sign {
            let type = try row.telling(sign.column) ?? ""
            switch sign.table[type] ?? .hint {
            case .plus: break
            case .minus: change = Quantity(millionths: -change.millionths)
            case .hint: return try hint(row, envelope)
            case .ignore: return nil
            }
        }
        return try positioned(.movement(mapping.of.net(of: change)), row, envelope)
    }

    private mutating func positioned(
        _ statement: StockEvent.Statement,
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent {
        let columns = mapping.columns
        guard let sku = try part(columns.sku, row) else {
            throw ItemFault(EventCode.missingMember, "The sku is missing.")
        }
        guard let asOf = try instant(row) ?? envelope?.time else {
            throw ItemFault(EventCode.missingMember, "as_of is missing; name its column in the mapping.")
        }
        guard asOf <= latest else { throw ItemFault.ahead(asOf) }
        let location =
            if let field = try part(columns.location, row) { try keys.location(field) } else {
                try keys.locationUnnamed()
            }
        let unit =
            if let field = try part(columns.unit, row) { try keys.unit(field) } else {
                try keys.unitUnnamed()
            }
        return StockEvent(
            identity: .pending,
            statement,
            sku: try keys.sku(sku),
            location: location,
            unit: unit,
            asOf: asOf,
            version: try version(row)
        )
    }

    private func part(_ column: EventMapping.Column?, _ row: BodyRow) throws(ItemFault) -> KeyField? {
        guard let column else { return nil }
        return try row.text(column).map { KeyField(decoded: Array($0.text.utf8)) }
    }

    private func quantity(
        _ column: EventMapping.Column?,
        _ row: BodyRow
    ) throws(ItemFault) -> Quantity? {
        guard let column, let found = try row.text(column) else { return nil }
        var text = found.text
        let isNumber = found.isNumber
        let quantities = quantities
        let result: Result<Quantity, QuantityError> = text.withUTF8 { digits in
            Result { () throws(QuantityError) in
                try isNumber ? NumberToken.quantity(digits) : quantities.parse(digits)
            }
        }
        do throws(QuantityError) { return try result.get() } catch {
            throw text.withUTF8 { ItemFault.amount(error, column.shownName, $0) }
        }
    }

    private mutating func instant(_ row: BodyRow) throws(ItemFault) -> Timestamp? {
        guard let column = mapping.columns.asOf, let text = try row.text(column)?.text else { return nil }
        guard let instant = times.instant(text) else {
            throw ItemFault(
                EventCode.badInstant,
                "as_of \(text.shown) is no instant as times of the mapping says."
            )
        }
        guard instant <= latest else { throw ItemFault.ahead(instant) }
        return instant
    }

    private func version(_ row: BodyRow) throws(ItemFault) -> Int64? {
        guard let column = mapping.columns.version, let text = try row.text(column)?.text else { return nil }
        guard let version = Int64(text) else {
            throw ItemFault(EventCode.wrongMember, "version \(text.shown) is no whole number.")
        }
        return version
    }
}
