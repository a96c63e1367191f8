import InventoryCore

/// The rows of a delivery, as a pass over its file finds them.
struct StatedRows {
    /// Sums of the rows that can be read.
    private(set) var sums: [PositionKey: Quantity] = [:]
    private(set) var unclear: [UnclearRow] = []
    private let count: Int

    init(_ rows: [String]) {
        count = rows.count
        for (number, row) in rows.enumerated() {
            let parts = row.split(separator: " ").map(String.init)
            let unit = parts.count > 3 ? StockUnit(parts[3]) : "EA"
            let key = PositionKey(sku: SKU(parts[0]), location: Location(parts[1]), unit: unit)
            guard let net = Int64(parts[2]) else {
                let reason = Doubt.Reason(rawValue: parts[2]) ?? .unreadable
                unclear.append(UnclearRow(key: key, reason: reason, line: number + 2))
                continue
            }
            let millionths = (sums[key]?.millionths ?? 0) + net * Quantity.scale
            sums[key] = Quantity(millionths: millionths)
        }
    }

    /// In the order of a delivery: what it states, then what it does not.
    func deltas(from baseline: [PositionKey: Quantity]) -> [Delta] {
        var deltas: [Delta] = []
        for (key, net) in sums.sorted(by: { $0.key < $1.key }) where baseline[key] != net {
            let change = baseline[key].map { Delta.Change.changed(from: $0, to: net) } ?? .added(net)
            deltas.append(Delta(key: key, change: change))
        }
        for (key, net) in baseline.sorted(by: { $0.key < $1.key }) where sums[key] == nil {
            deltas.append(Delta(key: key, change: .removed(net)))
        }
        return deltas
    }

    func statistics(from baseline: [PositionKey: Quantity], keyless: Int) -> SnapshotStatistics {
        var statistics = SnapshotStatistics()
        statistics.rows = count + keyless
        statistics.rejected = unclear.count + keyless
        statistics.rejectedLines = statistics.rejected
        statistics.keylessRows = keyless
        statistics.positions = sums.count
        statistics.nonZeroPositions = sums.values.count { $0 != .zero }
        for (key, net) in baseline {
            var counted = statistics.locations[key.location] ?? LocationStatistics()
            counted.positionsBefore += 1
            counted.totalBefore += Int128(net.millionths)
            if let after = sums[key] {
                if net > .zero, after <= .zero { counted.newlyZero += 1 }
            } else {
                counted.absent += 1
                counted.totalAbsent += Int128(net.millionths)
            }
            statistics.locations[key.location] = counted
        }
        for (key, net) in sums {
            var counted = statistics.locations[key.location] ?? LocationStatistics()
            counted.positionsAfter += 1
            counted.totalAfter += Int128(net.millionths)
            statistics.locations[key.location] = counted
        }
        return statistics
    }
}
