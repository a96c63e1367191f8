/// What some new events make of one position, and what becomes of each of them.
///
/// Levels replace one another, the last one wins; movements add up on top, each once. What the source's own
/// statement about the position contains is passed over, in whatever order they arrive.
package struct EventFold: Sendable {
    /// What is known of the position before.
    package struct Known: Sendable {
        /// As of when the source's own statement about it is; nothing where there was none.
        package var stated: Timestamp?
        /// Events later than that.
        ///
        /// Where no new level comes, the movements need not be known.
        package var events: PositionEvents
        package var standing: Standing

        package init(stated: Timestamp?, events: PositionEvents = PositionEvents(), standing: Standing) {
            (self.stated, self.events, self.standing) = (stated, events, standing)
        }
    }

    /// What the position counts as before.
    package enum Standing: Hashable, Sendable {
        /// Everything known of it is in effect and comes to this.
        case clear(Quantity)
        /// A guard holds what it comes to.
        case held(Quantity)
        /// Nothing clear is known: there is no movement from nowhere.
        case unknown(EventHint.Reason)
        /// The source has delivered nothing yet: no level counts either.
        case waiting
    }

    /// What becomes of one event.
    package enum Verdict: Hashable, Sendable {
        case applied
        /// Something later, which contains it, is known.
        case stale
        /// Known already.
        case duplicate
        /// It contradicts an equal one; counts as a hint.
        case conflicting
        /// Remembered, and in effect once the source has stated the position; counts as a hint.
        case parked(EventHint.Reason)
    }

    /// What the position comes to.
    package enum Outcome: Hashable, Sendable {
        case unchanged
        /// A clear statement about it.
        case states(Quantity)
        /// What a guard holds has moved on to this; it is held still.
        case holds(Quantity)
    }

    /// In the order of the new events.
    package private(set) var verdicts: [Verdict]
    package private(set) var outcome = Outcome.unchanged
    /// The last level where that is a new one.
    package private(set) var newLevel: LevelStatement?
    package private(set) var newMovements: [MovementStatement] = []
    /// Known movements that the new level contains.
    package private(set) var contained: [MovementStatement] = []

    /// Folds; a pure function of its inputs, and of the order of the events only where two contradict.
    package init(_ events: [PositionStatement], known: Known) {
        verdicts = Array(repeating: .stale, count: events.count)
        let last = takeLevels(events, known)
        takeMovements(events, known, last)
        if let newLevel {
            contained = known.events.movements.filter { !$0.order.isLater(than: newLevel.order) }
        }
        settle(events, known)
    }

    private mutating func takeLevels(_ events: [PositionStatement], _ known: Known) -> LevelStatement? {
        var last = known.events.level
        for (place, event) in events.enumerated() {
            guard case .level(let net) = event.kind, !isContained(event, known) else { continue }
            let level = LevelStatement(net: net, order: event.order)
            if let known = last, !event.order.isLater(than: known.order) {
                guard event.order.isEqual(to: known.order) else { continue }
                verdicts[place] = net == known.net ? .duplicate : .conflicting
                continue
            }
            verdicts[place] = .applied
            (last, newLevel) = (level, level)
        }
        return last
    }

    private mutating func takeMovements(
        _ events: [PositionStatement],
        _ known: Known,
        _ last: LevelStatement?
    ) {
        for (place, event) in events.enumerated() {
            guard case .movement(let change) = event.kind, !isContained(event, known) else { continue }
            if let last, !event.order.isLater(than: last.order) { continue }
            verdicts[place] = .applied
            newMovements.append(
                MovementStatement(change: change, order: event.order, number: event.number)
            )
        }
    }

    private func isContained(_ event: PositionStatement, _ known: Known) -> Bool {
        known.stated.map { event.order.asOf <= $0 } ?? false
    }

    /// Works out what the position comes to.
    private mutating func settle(_ events: [PositionStatement], _ known: Known) {
        guard newLevel != nil || !newMovements.isEmpty else { return }
        do throws(QuantityError) {
            if let newLevel, known.standing != .waiting {
                let all = PositionEvents(level: newLevel, movements: known.events.movements + newMovements)
                outcome = .states(try all.value(on: newLevel.net))
                return
            }
            let moved = PositionEvents(movements: newMovements)
            switch known.standing {
            case .clear(let value): outcome = .states(try moved.value(on: value))
            case .held(let value): outcome = .holds(try moved.value(on: value))
            case .unknown(let reason): park(reason)
            case .waiting: park(.noDelivery)
            }
        } catch {
            (newLevel, newMovements, contained, outcome) = (nil, [], [], .unchanged)
            park(.tooLarge)
        }
    }

    private mutating func park(_ reason: EventHint.Reason) {
        for place in verdicts.indices where verdicts[place] == .applied { verdicts[place] = .parked(reason) }
    }
}

/// What an event says of one position, in the position's own unit.
package struct PositionStatement: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case level(Quantity)
        case movement(Quantity)
    }

    package let kind: Kind
    package let order: EventOrder
    /// Its number in the inbox.
    package let number: Int64

    package init(_ kind: Kind, order: EventOrder, number: Int64) {
        (self.kind, self.order, self.number) = (kind, order, number)
    }
}
