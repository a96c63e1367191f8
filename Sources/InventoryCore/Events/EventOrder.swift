/// Where a statement stands among the statements about its position; when it arrived says nothing.
package struct EventOrder: Hashable, Sendable {
    /// When it was true.
    package let asOf: Timestamp
    /// The sender's own count of its statements about the position.
    package let version: Int64?

    package init(asOf: Timestamp, version: Int64? = nil) {
        self.asOf = asOf
        self.version = version
    }

    /// Whether it is later than another; by the version where both have one, else by time.
    package func isLater(than other: EventOrder) -> Bool {
        if let mine = version, let its = other.version { return mine > its }
        return asOf > other.asOf
    }

    /// Whether neither is later.
    package func isEqual(to other: EventOrder) -> Bool {
        if let mine = version, let its = other.version { return mine == its }
        return asOf == other.asOf
    }
}

/// What a level event says of one position.
package struct LevelStatement: Hashable, Sendable {
    /// In the position's own unit.
    package let net: Quantity
    package let order: EventOrder

    package init(net: Quantity, order: EventOrder) {
        (self.net, self.order) = (net, order)
    }
}

/// What a movement event says of one position.
package struct MovementStatement: Hashable, Sendable {
    /// In the position's own unit.
    package let change: Quantity
    package let order: EventOrder
    /// Its number in the inbox, which no other event has.
    package let number: Int64

    package init(change: Quantity, order: EventOrder, number: Int64) {
        (self.change, self.order, self.number) = (change, order, number)
    }
}

/// The events about one position that are later than the source's own statement about it.
package struct PositionEvents: Hashable, Sendable {
    /// The last level.
    package var level: LevelStatement?
    /// Movements that nothing else contains, in no order.
    package var movements: [MovementStatement] = []

    package init(level: LevelStatement? = nil, movements: [MovementStatement] = []) {
        (self.level, self.movements) = (level, movements)
    }

    package var isEmpty: Bool { level == nil && movements.isEmpty }

    /// As of when the newest of them is.
    package var newest: Timestamp? {
        ([level?.order.asOf] + movements.map(\.order.asOf)).compactMap(\.self).max()
    }

    /// Those of them that are later than a statement of the source.
    package func later(than asOf: Timestamp) -> PositionEvents {
        let level = level.flatMap { $0.order.asOf > asOf ? $0 : nil }
        return PositionEvents(level: level, movements: movements.filter { $0.order.asOf > asOf })
    }

    /// What the position holds: the last level with the later movements on top, or else these on top of what
    /// the source states.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func value(on base: Quantity) throws(QuantityError) -> Quantity {
        try value(onStated: base) ?? base
    }

    /// The same where the source may not have stated anything.
    func value(onStated base: Quantity?) throws(QuantityError) -> Quantity? {
        guard var sum = level?.net ?? base else { return nil }
        for movement in movements where level.map({ movement.order.isLater(than: $0.order) }) ?? true {
            sum = try sum.adding(movement.change)
        }
        return sum
    }
}
