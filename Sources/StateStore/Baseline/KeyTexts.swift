import Glibc
import InventoryCore
import SnapshotFormats

/// Remembers the texts of locations and units, of which there are few, so that each is made once.
struct KeyTexts {
    /// The last ones that fell on each place: rows name few locations, in turns.
    private var recent = [[UInt8]](repeating: [], count: recentCount)
    private var texts = [(location: Location, unit: StockUnit)?](repeating: nil, count: recentCount)
    private static let recentBits: UInt64 = 10
    private static let recentCount = 1 << recentBits

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
        let place = KeyTexts.place(of: rest)
        if KeyTexts.isSame(recent[place], rest), let known = texts[place] { return known }
        let comma = rest.firstIndex(of: CanonicalKey.comma) ?? rest.endIndex
        let location = Location(CanonicalKey.text(rest[..<comma]))
        let unit = StockUnit(CanonicalKey.text(rest[min(comma + 1, rest.endIndex)...]))
        recent[place] = Array(rest)
        texts[place] = (location, unit)
        return (location, unit)
    }

    /// Any place is right; texts that meet on one only cost the making of them anew.
    @inline(__always)
    private static func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
        let bytes = UnsafeRawBufferPointer(text)
        var hash = UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < bytes.count {
            hash = hash << 8 ^ UInt64(bytes[offset]) ^ hash >> 56
            offset += 1
        }
        return Int(mixed(hash) >> (64 - recentBits))
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func isSame(_ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == text.count, let base = text.baseAddress else { return bytes.count == text.count }
        return memcmp(bytes, base, text.count) == 0
    }
}
