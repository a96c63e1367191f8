import InventoryCore
import SnapshotFormats

/// Adds positions up by location.
struct LocationChanges {
    private var numbers = LocationNumbers()
    private var totals: [LocationTotal] = []

    /// Counts positions of a canonical key whose SKU and comma take `prefixBytes`.
    @inline(__always)
    mutating func count(
        positions: Int,
        net: Int128,
        _ key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int,
        _ seeds: KeySeeds
    ) {
        let number = numbers.number(in: key, after: prefixBytes, seeds)
        if number == totals.count { totals.append(LocationTotal()) }
        totals[number].positions += positions
        totals[number].net += net
    }

    func apply(to locations: inout LocationTotals) {
        for (name, total) in zip(numbers.names, totals) {
            var sum = locations[name]
            sum.positions += total.positions
            sum.net += total.net
            locations[name] = sum
        }
    }
}
