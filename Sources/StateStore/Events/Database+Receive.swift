import GRDB
import InventoryCore

extension Database {
    /// Stores the events of one call, and says what became of them.
    func receive(
        _ events: [(index: Int, event: StockEvent)],
        of source: SourceID,
        at now: Timestamp,
        _ limits: EventLimits
    ) throws -> EventReceipt {
        let (number, horizon) = try inboxSource(source)
        let latest = now.adding(seconds: limits.aheadSecondsMax)
        var remember = BulkInsert(self, "INSERT INTO identities", columns: 5)
        var store = BulkInsert(
            self,
            "INSERT INTO events (source, kind, quantity, sku, location, unit, as_of, version, received)",
            columns: 9
        )
        var receipt = EventReceipt()
        // Of an item that is several hints, for one SKU each.
        var last: (index: Int, isStored: Bool)?
        // What the call itself has stored is known as well.
        var own: [EventIdentity: Int64] = [:]
        let stored = try contents(of: events.lazy.map { $0.event.identity }, source: number)
        for ((index, event), before) in zip(events, stored) {
            if let rejection = event.rejection(at: index, latest: latest) {
                receipt.rejected.append(rejection)
                continue
            }
            let content = event.contentDigest
            let isSameItem = last?.index == index
            if let stored = before ?? own[event.identity] {
                if stored == content {
                    if !isSameItem { receipt.duplicate += 1 }
                    last = last.flatMap { isSameItem ? $0 : nil } ?? (index, false)
                } else {
                    receipt.rejected.append(.conflicting(at: index))
                }
                continue
            }
            let asOf = event.asOf?.microseconds
            if let horizon, let asOf, asOf <= horizon {
                receipt.stale += 1
                continue
            }
            own[event.identity] = content
            try remember.identity(number, event.identity, content, asOf, at: now)
            try store.event(event, of: number, at: now)
            receipt.stored += 1
            // An item counts once; one of which something is stored is no duplicate.
            if event.statement != .hint {
                receipt.accepted += 1
            } else if !isSameItem {
                receipt.parked += 1
            } else if last?.isStored == false {
                (receipt.duplicate, receipt.parked) = (receipt.duplicate - 1, receipt.parked + 1)
            }
            last = (index, true)
        }
        try remember.flush()
        try store.flush()
        return receipt
    }

    /// What is known to have been said under each of these identities.
    private func contents(
        of identities: some Sequence<EventIdentity>,
        source: Int64
    ) throws -> [Int64?] {
        let statement = try cachedStatement(
            sql: "SELECT content FROM identities WHERE source = ? AND digest = ?"
        )
        return try integers(statement, of: source, identities.lazy.map { $0.digest })
    }

    /// Gives the number of a source in the inbox, and up to when its identities were forgotten.
    func inboxSource(_ source: SourceID) throws -> (number: Int64, horizon: Int64?) {
        let statement = try cachedStatement(sql: "SELECT number, horizon FROM sources WHERE name = ?")
        if let row = try Row.fetchOne(statement, arguments: [source.text]) { return (row[0], row[1]) }
        try execute(cached: "INSERT INTO sources (name) VALUES (?)", arguments: [source.text])
        return (lastInsertedRowID, nil)
    }
}

extension BulkInsert {
    fileprivate mutating func identity(
        _ source: Int64,
        _ identity: EventIdentity,
        _ content: Int64,
        _ asOf: Int64?,
        at now: Timestamp
    ) throws {
        append(source)
        append(identity.digest)
        append(content)
        append(asOf)
        append(now.microseconds)
        try endRow()
    }

    fileprivate mutating func event(_ event: StockEvent, of source: Int64, at now: Timestamp) throws {
        let (kind, quantity) = event.statement.stored
        append(source)
        append(kind)
        append(quantity)
        append(event.sku?.text)
        append(event.location?.text)
        append(event.unit.text)
        append(event.asOf?.microseconds)
        append(event.version)
        append(now.microseconds)
        try endRow()
    }
}

extension StockEvent {
    fileprivate func rejection(at index: Int, latest: Timestamp) -> EventRejection? {
        if let asOf, asOf > latest {
            return EventRejection(
                index: index,
                code: .eventInFuture,
                detail: "It states to be as of \(asOf), which has not come; correct the sender's clock or "
                    + "time zone, and see that ours is right."
            )
        }
        // A text that is stored ends at its first NUL.
        let texts = [sku?.text, location?.text, unit.text].compactMap(\.self)
        guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
            return EventRejection(
                index: index,
                code: .unusableName,
                detail: "Its SKU, location or unit holds a NUL character; correct the sender."
            )
        }
        return nil
    }

    /// What it says, in 64 bits: of events with one identity these tell apart what differs by mistake.
    fileprivate var contentDigest: Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        func mix(_ word: Int64?) {
            mix(word == nil ? 0 : 1)
            withUnsafeBytes(of: (word ?? 0).littleEndian) { for byte in $0 { mix(byte) } }
        }
        func mix(_ text: String?) {
            mix(text.map { Int64($0.utf8.count) })
            for byte in (text ?? "").utf8 { mix(byte) }
        }
        let (kind, quantity) = statement.stored
        mix(Int64(kind))
        mix(quantity)
        mix(sku?.text)
        mix(location?.text)
        mix(unit.text)
        mix(asOf?.microseconds)
        mix(version)
        return Int64(bitPattern: hash)
    }
}

extension StockEvent.Statement {
    /// The kind and the quantity, as columns.
    var stored: (kind: Int, quantity: Int64?) {
        switch self {
        case .level(let net): (0, net.millionths)
        case .movement(let change): (1, change.millionths)
        case .hint: (2, nil)
        }
    }

    init(kind: Int, quantity: Int64?) throws {
        switch (kind, quantity) {
        case (0, let net?): self = .level(Quantity(millionths: net))
        case (1, let change?): self = .movement(Quantity(millionths: change))
        case (2, _): self = .hint
        default: throw Fault.damaged("an event of the kind \(kind)")
        }
    }
}

extension EventRejection {
    fileprivate static func conflicting(at index: Int) -> EventRejection {
        EventRejection(
            index: index,
            code: .conflictingEvent,
            detail: "An event of this id was received before and says something else; give every event an id "
                + "of its own."
        )
    }
}
