import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Makes stock events of items of our own form.
struct ItemReader {
    enum Outcome {
        case event(StockEvent)
        case events([StockEvent])
        case ignored
    }

    var keys: PositionKeys
    let naming: EventNaming
    let isStrict: Bool
    let quantities = QuantityParser(Dialect())
    /// Instants later than this cannot have been.
    let latest: Timestamp
    /// Whose figures contain the orders that are acknowledged; nothing where any source's may.
    var orderSource: SourceID?
    /// What items without an envelope are.
    var topic = Topic.stock

    /// What is taken: each has its own address.
    enum Topic {
        case stock, orders
    }

    init(keys: PositionKeys, naming: EventNaming, isStrict: Bool) {
        self.keys = keys
        self.naming = naming
        self.isStrict = isStrict
        latest = naming.receivedAt.adding(seconds: HighWaterMark.aheadSecondsMax)
    }

    /// Reads one item.
    ///
    /// - Throws: the first thing that is wrong with it.
    mutating func read(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        index: Int,
        envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> Outcome {
        try checkNames(item)
        let kind = try kind(item, envelope)
        var event: StockEvent
        let id = try text(.id, item, bytes)
        _ = try text(.document, item, bytes)
        switch kind {
        case .hint: return try hint(item, bytes, id, index, envelope)
        case .acknowledgement: throw ItemReader.elsewhere
        case .level: event = try level(item, bytes, envelope)
        case .movement:
            event = try movement(item, bytes, envelope)
            guard id != nil || naming.names(envelope) else {
                throw ItemFault(
                    EventCode.missingIdentity,
                    "A movement needs an id, so that it counts once however often it comes."
                )
            }
        }
        if let sku = event.sku, keys.isIgnored(sku) { return .ignored }
        event.identity = naming.identity(of: event, id: id, envelope: envelope, index: index)
        return .event(event)
    }

    func checkNames(_ item: borrowing ItemMembers) throws(ItemFault) {
        if let name = item.repeated {
            throw ItemFault(EventCode.repeatedMember, "The item has \(name.text) twice; send it once.")
        }
        if isStrict, let name = item.firstUnknown {
            throw ItemFault(
                EventCode.unknownMember,
                "Nobody knows \(name.shown); leave it out, or set answers: lenient."
            )
        }
    }

    /// Items of our own form say by their address what they are about.
    private static let elsewhere = ItemFault(
        EventCode.unknownType,
        "Acknowledgements of web orders go to /v1/shops/SHOP/orders/acknowledgements, or into a CloudEvent "
            + "of type tidegate.order.acknowledged.v1."
    )

    private func kind(
        _ item: borrowing ItemMembers,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> EventNaming.Envelope.Word {
        if item.has(.order) || item.has(.throughOrder) {
            throw ItemReader.elsewhere
        }
        let isLevel = item.has(.onHand) || item.has(.net) || item.has(.committed) || item.has(.unusable)
        let isMovement = item.has(.change) || item.has(.of)
        let kind = envelope?.kind ?? (isMovement ? .movement : isLevel ? .level : .hint)
        let allowed: ItemMembers.Vocabulary =
            switch kind {
            case .level: ItemReader.ofLevels
            case .movement: ItemReader.ofMovements
            case .hint: ItemReader.ofHints
            case .acknowledgement: throw ItemReader.elsewhere
            }
        if let name = item.other(than: allowed) {
            throw ItemFault(
                EventCode.conflictingMembers,
                "A \(kind) does not say \(name.text); leave it out, or send two items."
            )
        }
        return kind
    }

    private static let ofLevels: ItemMembers.Vocabulary = [
        .id, .sku, .location, .unit, .onHand, .committed, .unusable, .net, .asOf, .version, .document,
    ]
    private static let ofMovements: ItemMembers.Vocabulary = [
        .id, .sku, .location, .unit, .of, .change, .asOf, .version, .document,
    ]
    private static let ofHints: ItemMembers.Vocabulary = [
        .id, .sku, .skus, .location, .unit, .asOf, .version, .document,
    ]

    private mutating func level(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent {
        let (sku, location, unit) = try position(item, bytes)
        let parts = LevelParts(
            onHand: try quantity(.onHand, item, bytes),
            committed: try quantity(.committed, item, bytes),
            unusable: try quantity(.unusable, item, bytes),
            net: try quantity(.net, item, bytes)
        )
        return StockEvent(
            identity: .pending,
            .level(try parts.free(keys)),
            sku: sku,
            location: location,
            unit: unit,
            asOf: try instantNeeded(item, bytes, envelope),
            version: try version(item, bytes)
        )
    }

    private mutating func movement(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> StockEvent {
        let (sku, location, unit) = try position(item, bytes)
        guard let word = try text(.of, item, bytes), let measure = EventMapping.Measure(rawValue: word) else {
            throw ItemFault(
                EventCode.wrongMember,
                "of says what moves: on_hand, committed, unusable or net; send one of them."
            )
        }
        guard let change = try quantity(.change, item, bytes) else {
            throw ItemFault(EventCode.missingMember, "A movement states its change; add it.")
        }
        return StockEvent(
            identity: .pending,
            .movement(measure.net(of: change)),
            sku: sku,
            location: location,
            unit: unit,
            asOf: try instantNeeded(item, bytes, envelope),
            version: try version(item, bytes)
        )
    }

    private mutating func hint(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ id: String?,
        _ index: Int,
        _ envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> Outcome {
        var skus: [SKU?] = try skus(item, bytes)
        let location: Location? =
            if let token = try keyToken(.location, item, bytes) { try keys.location(token) } else { nil }
        if skus.isEmpty {
            guard location != nil else {
                throw ItemFault(
                    EventCode.missingMember,
                    "A hint names sku, skus or location; say where to look."
                )
            }
            skus = [nil]
        }
        let unit = try keyToken(.unit, item, bytes)
        let asOf = try instant(item, bytes) ?? envelope?.time
        let event = StockEvent(
            identity: .pending,
            .hint,
            sku: nil,
            location: location,
            unit: try unit.map { token throws(ItemFault) in try keys.unit(token) } ?? StockUnit(""),
            asOf: asOf,
            version: try version(item, bytes)
        )
        var events: [StockEvent] = []
        for (part, sku) in skus.enumerated() {
            if let sku, keys.isIgnored(sku) { continue }
            var one = event
            one.sku = sku
            one.identity = naming.identity(of: one, id: id, envelope: envelope, index: index, part: part)
            events.append(one)
        }
        return events.isEmpty ? .ignored : .events(events)
    }

    private mutating func position(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> (SKU, Location, StockUnit) {
        guard let token = try keyToken(.sku, item, bytes) else {
            throw ItemFault(EventCode.missingMember, "The sku is missing; name what the event is about.")
        }
        let sku = try keys.sku(token)
        let location =
            if let token = try keyToken(.location, item, bytes) { try keys.location(token) } else {
                try keys.locationUnnamed()
            }
        let unit =
            if let token = try keyToken(.unit, item, bytes) { try keys.unit(token) } else {
                try keys.unitUnnamed()
            }
        return (sku, location, unit)
    }
}

extension EventMapping.Measure {
    /// What a change of this does to what is free.
    func net(of change: Quantity) -> Quantity {
        switch self {
        case .onHand, .net: change
        // A quantity's magnitude always has its negative.
        case .committed, .unusable: Quantity(millionths: -change.millionths)
        }
    }
}
