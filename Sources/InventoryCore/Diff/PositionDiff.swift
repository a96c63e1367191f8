/// The differences between two sets of positions, with what the guards judge by.
///
/// This is the plain form: a dictionary and a loop. The observed baseline
/// does the same on its own structures, and is held against this one.
package struct PositionDiff: Sendable {
    /// In the order of the new positions, removals last, by key.
    package private(set) var deltas: [Delta] = []
    package private(set) var statistics = SnapshotStatistics()

    package init(
        from baseline: [PositionKey: Quantity],
        to positions: [Position],
        keeping: Set<PositionKey> = []
    ) {
        var seen = Set<PositionKey>(minimumCapacity: positions.count)
        for (key, net) in baseline {
            statistics.locations[key.location, default: LocationStatistics()].countBefore(net)
        }
        statistics.positions = positions.count
        for position in positions {
            seen.insert(position.key)
            if position.net != .zero { statistics.nonZeroPositions += 1 }
            let before = baseline[position.key]
            statistics.locations[position.key.location, default: LocationStatistics()]
                .count(before: before, after: position.net)
            if let before {
                guard before != position.net else { continue }
                deltas.append(Delta(key: position.key, change: .changed(from: before, to: position.net)))
            } else {
                deltas.append(Delta(key: position.key, change: .added(position.net)))
            }
        }
        var removals: [Delta] = []
        for (key, net) in baseline where !seen.contains(key) {
            if keeping.contains(key) {
                statistics.locations[key.location, default: LocationStatistics()].totalAfter += Int128(
                    net.millionths
                )
            } else {
                statistics.locations[key.location, default: LocationStatistics()].absent += 1
                removals.append(Delta(key: key, change: .removed(net)))
            }
        }
        deltas += removals.sorted { $0.key < $1.key }
    }
}

extension LocationStatistics {
    package mutating func countBefore(_ net: Quantity) {
        positionsBefore += 1
        if net > .zero { stockedBefore += 1 }
        totalBefore += Int128(net.millionths)
    }

    package mutating func count(before: Quantity?, after: Quantity) {
        totalAfter += Int128(after.millionths)
        if let before, before > .zero, after <= .zero { newlyZero += 1 }
    }
}
