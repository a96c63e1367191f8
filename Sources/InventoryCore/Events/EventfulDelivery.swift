/// A delivery as it counts where events about some of its positions are later than its statement about them.
///
/// A later level stays; later movements come on top of what the delivery states, also where that is what is
/// known already. All else is as the delivery says.
package struct EventfulDelivery: Sendable {
    /// In the order of the delivery; what it does not change and movements do comes last.
    package private(set) var deltas: [Delta]
    package private(set) var statistics: SnapshotStatistics
    package private(set) var unclear: [UnclearRow]
    /// Positions of which the delivery decides nothing, since a later level has.
    package private(set) var decided: Set<PositionKey> = []
    /// Positions whose change is not the one that the delivery itself would make.
    package private(set) var overridden: Set<PositionKey> = []

    private let current: [PositionKey: Quantity]
    private let doubtful: Set<PositionKey>
    private let scope: SnapshotScope

    /// Settles what counts; a pure function of its inputs.
    ///
    /// - Parameters:
    ///   - statement: what the delivery states, compared with the baseline.
    ///   - later: for each position the events that are later than its statement.
    ///   - current: what the baseline holds of these positions.
    ///   - doubtful: those of them that are in doubt.
    ///
    /// Positions that the statement calls rehomed are gone; `current` has what they held, too.
    package init(
        _ statement: DeliveryStatement,
        later: [PositionKey: PositionEvents],
        current: [PositionKey: Quantity],
        doubtful: Set<PositionKey>
    ) {
        (deltas, statistics, unclear) = (statement.deltas, statement.statistics, statement.unclear)
        (self.current, self.doubtful, scope) = (current, doubtful, statement.scope)
        let unreadable = Set(unclear.map(\.key))
        var rest = later
        var own: [Delta] = []
        own.reserveCapacity(deltas.count)
        for delta in deltas {
            guard let events = rest.removeValue(forKey: delta.key) else {
                own.append(delta)
                continue
            }
            let isUnclear = unreadable.contains(delta.key)
            if let kept = counted(delta.key, delta, events, isUnclear: isUnclear) { own.append(kept) }
        }
        // Stated as it is known, or not to be read.
        for (key, events) in rest.sorted(by: { $0.key < $1.key }) {
            let isUnclear = unreadable.contains(key)
            guard isUnclear || current[key] != nil || events.level != nil else { continue }
            if let added = counted(key, nil, events, isUnclear: isUnclear) { own.append(added) }
        }
        deltas = own
        leave(statement.rehomed)
        unclear.removeAll { decided.contains($0.key) }
    }

    /// Takes positions away that the delivery states as others.
    private mutating func leave(_ rehomed: Set<PositionKey>) {
        guard !rehomed.isEmpty else { return }
        let missing = Set(deltas.lazy.filter { $0.after == nil && rehomed.contains($0.key) }.map(\.key))
        for key in rehomed.sorted() {
            guard let before = current[key] else { continue }
            let isMissing = missing.contains(key)
            if !isMissing {
                deltas.append(Delta(key: key, change: .removed(before)))
                overridden.insert(key)
            }
            guard var counted = statistics.locations[key.location] else { continue }
            if isMissing {
                // Its stock has moved.
                counted.absent -= 1
                counted.totalAbsent -= Int128(before.millionths)
            } else {
                counted.positionsAfter -= 1
                counted.totalAfter -= Int128(before.millionths)
            }
            statistics.locations[key.location] = counted
        }
    }

    /// Gives the change of a position that counts; nothing where it has none.
    private mutating func counted(
        _ key: PositionKey,
        _ delta: Delta?,
        _ events: PositionEvents,
        isUnclear: Bool
    ) -> Delta? {
        let isListed = delta.map { $0.after != nil } ?? (current[key] != nil)
        let base = delta.map(\.after) ?? current[key]
        let value = try? events.value(onStated: isListed ? base : nil)
        if events.level != nil {
            decided.insert(key)
            // Held, or rejected by a person: that is not the delivery's to decide.
            guard !doubtful.contains(key), let value else { return replace(delta, by: nil, key) }
            return replace(delta, by: change(of: key, to: value), key)
        }
        guard isListed, !isUnclear, let value else { return delta }
        return replace(delta, by: change(of: key, to: value), key)
    }

    private func change(of key: PositionKey, to value: Quantity) -> Delta? {
        guard let before = current[key] else { return Delta(key: key, change: .added(value)) }
        return before == value ? nil : Delta(key: key, change: .changed(from: before, to: value))
    }

    private mutating func replace(_ delta: Delta?, by other: Delta?, _ key: PositionKey) -> Delta? {
        guard delta != other else { return delta }
        if let delta { count(delta, times: -1) }
        if let other { count(other, times: 1) }
        overridden.insert(key)
        return other
    }

    /// Counts a change in or out, as the comparison has counted it.
    private mutating func count(_ delta: Delta, times: Int) {
        guard var counted = statistics.locations[delta.key.location] else { return }
        let before = Int128(delta.before?.millionths ?? 0)
        let after = Int128(delta.after?.millionths ?? 0)
        counted.totalAfter += (after - before) * Int128(times)
        switch delta.change {
        case .added: counted.positionsAfter += times
        case .changed: if before > 0, after <= 0 { counted.newlyZero += times }
        case .removed:
            counted.positionsAfter -= times
            counted.absent += times
            counted.totalAbsent += before * Int128(times)
        }
        statistics.locations[delta.key.location] = counted
    }
}
