/// The text of JSON strings.
package enum JSONString {
    /// Gives the bytes that the content of a sound string stands for, its escapes resolved; nothing where an
    /// escape is half a character.
    package static func decoded(_ content: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        var index = content.startIndex
        while index < content.endIndex {
            guard content[index] == UInt8(ascii: "\\") else {
                bytes.append(content[index])
                index += 1
                continue
            }
            let letter = content[index + 1]
            index += 2
            guard letter == UInt8(ascii: "u") else {
                bytes.append(plain(letter))
                continue
            }
            guard let scalar = scalar(content, &index) else { return nil }
            bytes += Array(String(scalar).utf8)
        }
        return bytes
    }

    /// Reads what follows `\u`, the second half of a pair with it.
    private static func scalar(
        _ content: Slice<UnsafeBufferPointer<UInt8>>,
        _ index: inout Int
    ) -> Unicode.Scalar? {
        let unit = unit(content, index)
        index += 4
        guard 0xD800...0xDFFF ~= unit else { return Unicode.Scalar(unit) }
        guard unit < 0xDC00, index + 6 <= content.endIndex, content[index] == UInt8(ascii: "\\"),
            content[index + 1] == UInt8(ascii: "u")
        else { return nil }
        let low = self.unit(content, index + 2)
        guard 0xDC00...0xDFFF ~= low else { return nil }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    }

    private static func unit(_ content: Slice<UnsafeBufferPointer<UInt8>>, _ index: Int) -> UInt32 {
        content[index..<index + 4].reduce(0) { $0 << 4 | UInt32(hexadecimal($1) ?? 0) }
    }

    /// The value of a hexadecimal digit.
    package static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// Whether the letter after a backslash makes an escape.
    static func isEscape(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "u"):
            true
        default: false
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
}
