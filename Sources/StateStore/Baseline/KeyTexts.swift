import Glibc
import InventoryCore
import SnapshotFormats

/// Remembers the texts of locations and units, of which there are few, so that each is made once.
struct KeyTexts {
    private struct Known {
        var bytes: [UInt8]
        var location: Location
        var unit: StockUnit
    }

    /// The last one that fell on each place: rows name few locations, in turns.
    private var recent = [Known?](repeating: nil, count: recentCount)
    private static let recentCount = 1 << 10

    /// Gives location and unit of a canonical key whose SKU and comma take `prefixBytes`.
    mutating func rest(
        of key: UnsafeBufferPointer<UInt8>,
        after prefixBytes: Int
    ) -> (Location, StockUnit) {
        let rest = UnsafeBufferPointer(rebasing: key[prefixBytes...])
        let place = KeyTexts.place(of: rest)
        if let known = recent[place], KeyTexts.isSame(known.bytes, rest) {
            return (known.location, known.unit)
        }
        let comma = rest.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        let location = Location(CanonicalKey.text(rest[..<comma]))
        let unit = StockUnit(CanonicalKey.text(rest[min(comma + 1, rest.endIndex)...]))
        recent[place] = Known(bytes: Array(rest), location: location, unit: unit)
        return (location, unit)
    }

    /// Any place is right; texts that meet on one only cost the making of them anew.
    @inline(__always)
    private static func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in text { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int((hash ^ (hash >> 15)) & UInt32(recentCount - 1))
    }

    @inline(__always)
    private static func isSame(_ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == text.count, let base = text.baseAddress else { return bytes.count == text.count }
        return memcmp(bytes, base, text.count) == 0
    }
}
