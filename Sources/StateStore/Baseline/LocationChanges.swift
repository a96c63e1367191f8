import CSeparators
import InventoryCore
import SnapshotFormats

/// Adds positions up by location, without making a text for each.
struct LocationChanges {
    private var places: [UInt64: Int] = [:]
    private var names: [Location] = []
    private var totals: [LocationTotal] = []
    private var lastDigest: UInt64 = 0
    private var last = -1

    mutating func count(positions: Int, net: Int128, _ key: UnsafeBufferPointer<UInt8>, _ seeds: KeySeeds) {
        guard let (first, second) = CanonicalKey.commas(in: key), let base = key.baseAddress else { return }
        let digest = seeds.digest(base + first + 1, second - first - 1).first
        if digest != lastDigest || last < 0 {
            lastDigest = digest
            if let known = places[digest] {
                last = known
            } else {
                last = names.count
                places[digest] = last
                names.append(Location(CanonicalKey.text(key[(first + 1)..<second])))
                totals.append(LocationTotal())
            }
        }
        totals[last].positions += positions
        totals[last].net += net
    }

    func apply(to locations: inout LocationTotals) {
        for (name, total) in zip(names, totals) {
            var sum = locations[name]
            sum.positions += total.positions
            sum.net += total.net
            locations[name] = sum
        }
    }
}
