import CSeparators
import InventoryCore
import SnapshotFormats

/// Numbers locations in the order in which they are met, without making a text for each position.
struct LocationNumbers {
    private(set) var names: [Location] = []
    private var numbers: [UInt64: Int] = [:]
    /// The last digest that fell on each place, and its number: rows name few locations, in turns.
    private var recent = [(digest: UInt64, number: Int)](repeating: (0, -1), count: recentCount)
    private static let recentCount = 64

    /// Gives the number of the location in a canonical key whose SKU and comma take `prefixBytes`.
    @inline(__always)
    mutating func number(
        in key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int,
        _ seeds: KeySeeds
    ) -> Int {
        let comma = CanonicalKey.comma
        var end = prefixBytes
        while end < key.count, key[end] != comma { end += 1 }
        guard let base = key.baseAddress else { return add(key[0..<0], 0) }
        let digest = seeds.digest(base + prefixBytes, end - prefixBytes).first
        let place = Int(truncatingIfNeeded: digest) & (LocationNumbers.recentCount - 1)
        if recent[place].digest == digest, recent[place].number >= 0 { return recent[place].number }
        let number = numbers[digest] ?? add(key[prefixBytes..<end], digest)
        recent[place] = (digest, number)
        return number
    }

    private mutating func add(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ digest: UInt64) -> Int {
        numbers[digest] = names.count
        names.append(Location(CanonicalKey.text(text)))
        return names.count - 1
    }
}
