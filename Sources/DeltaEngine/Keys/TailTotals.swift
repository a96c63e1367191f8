import InventoryCore
import SnapshotFormats

/// Adds rows up by the tails of their keys; the tails of one location differ in their units only.
struct TailTotals {
    private var totals: [LocationTotal] = []
    /// Rows whose tails have no numbers.
    private var others = LocationChanges()

    @inline(__always)
    mutating func count(
        _ net: Int64,
        _ written: KeyWriter.Written,
        _ key: UnsafeBufferPointer<UInt8>,
        _ seeds: KeySeeds
    ) {
        guard let tail = written.tail else {
            return others.count(positions: 1, net: Int128(net), key, after: written.prefixBytes, seeds)
        }
        while totals.count <= tail { totals.append(LocationTotal()) }
        totals[tail].positions += 1
        totals[tail].net += Int128(net)
    }

    /// Adds what has been counted to the totals of the locations.
    func apply(to locations: inout LocationTotals, _ tails: KeyTails, _ seeds: KeySeeds) {
        var changes = others
        for (text, total) in zip(tails.texts, totals) where total.positions > 0 {
            text.withUnsafeBufferPointer { text in
                changes.count(positions: total.positions, net: total.net, text, after: 0, seeds)
            }
        }
        changes.apply(to: &locations)
    }
}
