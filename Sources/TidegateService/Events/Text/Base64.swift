import SnapshotFormats

/// The bytes that base64 and hexadecimal texts stand for, without Foundation.
enum Base64 {
    /// Gives the bytes; padding may be missing, the alphabet of URLs counts too.
    static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var digits = 0
        var hasEnded = false
        for byte in text {
            if byte == UInt8(ascii: "=") {
                hasEnded = true
                continue
            }
            guard !hasEnded, let value = value(byte) else { return nil }
            word = word << 6 | value
            digits += 1
            if digits % 4 == 0 {
                bytes += [UInt8(truncatingIfNeeded: word >> 16), UInt8(truncatingIfNeeded: word >> 8)]
                bytes.append(UInt8(truncatingIfNeeded: word))
            }
        }
        switch digits % 4 {
        case 0: break
        case 2: bytes.append(UInt8(truncatingIfNeeded: word >> 4))
        case 3: bytes += [UInt8(truncatingIfNeeded: word >> 10), UInt8(truncatingIfNeeded: word >> 2)]
        default: return nil
        }
        return bytes
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte - 65)
        case 97...122: UInt32(byte - 71)
        case 48...57: UInt32(byte + 4)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    /// Gives the bytes of hexadecimal digits in any case.
    static func hexadecimal(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        var iterator = text.makeIterator()
        while let first = iterator.next(), let second = iterator.next() {
            guard let high = JSONString.hexadecimal(first), let low = JSONString.hexadecimal(second) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
