import InventoryCore
import SnapshotFormats

/// Remembers the texts of locations and units, of which there are few, so that each is made once.
struct KeyTexts {
    private var texts = RecentTexts<(Location, StockUnit)>()

    /// Gives location and unit of a canonical key whose SKU and comma take `prefixBytes`.
    mutating func rest(
        of key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int
    ) -> (Location, StockUnit) {
        let rest = UnsafeBufferPointer(rebasing: key[prefixBytes...])
        if let known = texts.value(of: rest) { return known }
        let made = KeyTexts.rest(rest)
        texts.remember(made, of: rest)
        return made
    }

    /// Makes location and unit of what follows the SKU and its comma in a canonical key.
    static func rest(_ rest: UnsafeBufferPointer<UInt8>) -> (Location, StockUnit) {
        let comma = rest.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        let location = Location(CanonicalKey.text(rest[..<comma]))
        let unit = StockUnit(CanonicalKey.text(rest[min(comma + 1, rest.endIndex)...]))
        return (location, unit)
    }
}
