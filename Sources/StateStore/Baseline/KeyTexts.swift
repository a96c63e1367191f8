import InventoryCore
import SnapshotFormats

/// Remembers the texts of locations and units, of which there are few, so that each is made once.
struct KeyTexts {
    /// The last ones that fell on each place: rows name few locations, in turns.
    private var recent = [[UInt8]](repeating: [], count: TextPlace.count)
    private var texts = [(location: Location, unit: StockUnit)?](
        repeating: nil,
        count: TextPlace.count
    )

    /// Gives location and unit of a canonical key whose SKU and comma take `prefixBytes`.
    mutating func rest(of key: [UInt8], after prefixBytes: Int) -> (Location, StockUnit) {
        key.withUnsafeBufferPointer { rest(of: $0, after: prefixBytes) }
    }

    /// Gives location and unit of a canonical key whose SKU and comma take `prefixBytes`.
    mutating func rest(
        of key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int
    ) -> (Location, StockUnit) {
        let rest = UnsafeBufferPointer(rebasing: key[prefixBytes...])
        let place = TextPlace.of(rest)
        if TextPlace.isSame(recent[place], rest), let known = texts[place] { return known }
        let comma = rest.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        let location = Location(CanonicalKey.text(rest[..<comma]))
        let unit = StockUnit(CanonicalKey.text(rest[min(comma + 1, rest.endIndex)...]))
        recent[place] = Array(rest)
        texts[place] = (location, unit)
        return (location, unit)
    }
}
