/// The texts that tokens stand for.
enum JSONText {
    /// Gives the bytes of a string with its escapes resolved; nothing where one is half a character.
    static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ token: JSONToken) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(token.end - token.start)
        var index = token.start
        while index < token.end {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                decoded.append(byte)
                continue
            }
            let letter = bytes[index]
            index += 1
            guard letter == UInt8(ascii: "u") else {
                decoded.append(plain(letter))
                continue
            }
            guard let scalar = scalar(bytes, &index, token.end) else { return nil }
            decoded.append(contentsOf: String(scalar).utf8)
        }
        return decoded
    }

    /// Gives the text of a string; nothing where an escape is half a character.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ token: JSONToken) -> String? {
        guard token.hasEscapes else {
            return String(
                decoding: UnsafeBufferPointer(rebasing: bytes[token.start..<token.end]),
                as: UTF8.self
            )
        }
        return decoded(bytes, token).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func scalar(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) -> Unicode.Scalar? {
        let unit = unit(bytes, index)
        index += 4
        guard 0xD800...0xDFFF ~= unit else { return Unicode.Scalar(unit) }
        guard unit < 0xDC00, index + 6 <= end, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        let low = self.unit(bytes, index + 2)
        guard 0xDC00...0xDFFF ~= low else { return nil }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for place in index..<index + 4 { unit = unit << 4 | UInt32(hexadecimal(bytes[place]) ?? 0) }
        return unit
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    private static func plain(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Gives the offset of the first byte that is no sound UTF-8, or nothing.
    static func firstUnsound(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var start = 0
        // Nearly all bodies are ASCII, eight bytes of which are looked at together.
        while start + 8 <= bytes.count,
            UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + start).loadUnaligned(as: UInt64.self)
                & 0x8080_8080_8080_8080 == 0
        {
            start += 8
        }
        var iterator = bytes[start...].makeIterator()
        var decoder = UTF8()
        var offset = start
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
