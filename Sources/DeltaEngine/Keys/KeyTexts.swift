import InventoryCore
import SnapshotFormats

/// Remembers the texts of locations, units and bins, of which there are few, so that each is made once.
struct KeyTexts {
    private var texts = RecentTexts<(Location, StockUnit, Bin)>()

    /// Gives location, unit and bin of a canonical key whose SKU and comma take `prefixBytes`.
    mutating func rest(
        of key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int
    ) -> (Location, StockUnit, Bin) {
        let rest = UnsafeBufferPointer(rebasing: key[prefixBytes...])
        if let known = texts.value(of: rest) { return known }
        let made = KeyTexts.rest(rest)
        texts.remember(made, of: rest)
        return made
    }

    /// Makes location, unit and bin of what follows the SKU and its comma in a canonical key.
    static func rest(_ rest: UnsafeBufferPointer<UInt8>) -> (Location, StockUnit, Bin) {
        let first = rest.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        let behind = rest[min(first + 1, rest.endIndex)...]
        let second = behind.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        return (
            Location(CanonicalKey.text(rest[..<first])),
            StockUnit(CanonicalKey.text(behind[..<second])),
            Bin(CanonicalKey.text(behind[min(second + 1, rest.endIndex)...]))
        )
    }
}
