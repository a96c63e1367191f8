import Glibc

/// Chooses a place for a text among those of a small table that remembers the last text of each.
///
/// Any place is right; texts that meet on one only cost what the table was to spare.
enum TextPlace {
    static let bits: UInt64 = 10
    static let count = 1 << Int(bits)

    @inline(__always)
    static func of(_ text: UnsafeBufferPointer<UInt8>) -> Int {
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
        return Int(mixed(hash) >> (64 - bits))
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    static func isSame(_ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == text.count, let base = text.baseAddress else { return bytes.count == text.count }
        return memcmp(bytes, base, text.count) == 0
    }
}
