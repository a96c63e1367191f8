/// What some new events make of a shelf that only events have stated, and what becomes of each of them.
///
/// Each unit has its own events, as if there were no others: the next delivery may state it as a position of
/// its own. What the shelf holds until then comes of all of them together.
package struct ShelfFold: Sendable {
    /// What is to be kept, by the position that was stated.
    package private(set) var folds: [PositionKey: EventFold] = [:]
    /// In the order of each position's new events.
    package private(set) var verdicts: [PositionKey: [EventFold.Verdict]] = [:]
    /// Where the stock is counted; nothing where nothing is known of it.
    package private(set) var key: PositionKey?
    package private(set) var outcome = EventFold.Outcome.unchanged

    /// Folds; a pure function of its inputs.
    ///
    /// - Parameters:
    ///   - events: the new ones, by the position that each of them states.
    ///   - shelf: what is known before.
    ///   - stated: as of when the source as a whole was stated.
    ///   - standing: of where the stock is counted; nothing where it is not counted yet.
    ///   - units: the declared conversions.
    ///   - mayMove: whether the stock may be counted in another unit than it is.
    package init(
        _ events: [PositionKey: [PositionStatement]],
        on shelf: OpenShelf,
        stated: Timestamp?,
        standing: EventFold.Standing?,
        units: UnitTable,
        mayMove: Bool
    ) {
        var shelf = shelf
        let own: EventFold.Standing = standing == .waiting ? .waiting : .unknown(.noBase)
        for (key, statements) in events {
            let before = shelf.events[key] ?? PositionEvents()
            let known = EventFold.Known(stated: stated, events: before, standing: own)
            let fold = EventFold(statements, known: known)
            (folds[key], verdicts[key]) = (fold, fold.verdicts)
            let after = before.taking(fold)
            if !after.isEmpty { shelf.events[key] = after }
        }
        guard standing != .waiting else { return }
        var isClear = false
        if case .clear = standing { isClear = true }
        guard let count = shelf.count(by: units, mayMove: mayMove && isClear) else { return }
        do throws(QuantityError) {
            settle(events, count, try count.events.value(onStated: nil), standing)
        } catch {
            folds = [:]
            park(.tooLarge) { $0 == .applied || $0 == .parked(.noBase) }
        }
    }

    private mutating func settle(
        _ events: [PositionKey: [PositionStatement]],
        _ count: OpenShelf.Count,
        _ value: Quantity?,
        _ standing: EventFold.Standing?
    ) {
        var hasLevel = false
        var hasAny = false
        for (key, statements) in events {
            for (place, statement) in statements.enumerated() {
                guard let verdict = verdicts[key]?[place], verdict == .applied || verdict == .parked(.noBase)
                else { continue }
                let settled = count.verdict(on: statement, of: key, hasValue: value != nil)
                verdicts[key]?[place] = settled
                guard settled == .applied else { continue }
                hasAny = true
                if case .level = statement.kind { hasLevel = true }
            }
        }
        guard hasAny, let value else { return }
        key = count.key
        switch standing {
        case nil, .clear, .waiting: outcome = .states(value)
        case .held: outcome = hasLevel ? .states(value) : .holds(value)
        case .unknown(let reason):
            guard !hasLevel else { return outcome = .states(value) }
            park(reason) { $0 == .applied }
        }
    }

    private mutating func park(_ reason: EventHint.Reason, _ isMeant: (EventFold.Verdict) -> Bool) {
        verdicts = verdicts.mapValues { $0.map { isMeant($0) ? .parked(reason) : $0 } }
    }
}

extension OpenShelf.Count {
    /// What becomes of an event that is kept.
    fileprivate func verdict(
        on statement: PositionStatement,
        of key: PositionKey,
        hasValue: Bool
    ) -> EventFold.Verdict {
        if inexact.contains(key) { return .parked(.unit) }
        guard hasValue, let level = events.level else { return .parked(.noBase) }
        // Another unit's level may contain it.
        switch statement.kind {
        case .level: return level.order.isLater(than: statement.order) ? .stale : .applied
        case .movement: return statement.order.isLater(than: level.order) ? .applied : .stale
        }
    }
}

extension PositionEvents {
    /// What is known once a fold is kept.
    fileprivate func taking(_ fold: EventFold) -> PositionEvents {
        let contained = Set(fold.contained)
        return PositionEvents(
            level: fold.newLevel ?? level,
            movements: movements.filter { !contained.contains($0) } + fold.newMovements
        )
    }
}
