extension [UInt8] {
    /// Appends a text, escaped for a JSON string, without the quotes (RFC 8259, section 7).
    package mutating func appendJSONText(_ text: String) {
        var before: UInt8 = 0
        for byte in text.utf8 {
            defer { before = byte }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                append(contentsOf: #"\u00"#.utf8)
                append(hexadecimalDigit(byte >> 4))
                append(hexadecimalDigit(byte & 15))
            // Lines are read on terminals, too, which some of these steer: DEL and C1.
            case 0x7F: append(contentsOf: #"\u007f"#.utf8)
            case 0x80..<0xA0 where before == 0xC2:
                removeLast()
                append(contentsOf: #"\u00"#.utf8)
                append(hexadecimalDigit(byte >> 4))
                append(hexadecimalDigit(byte & 15))
            default: append(byte)
            }
        }
    }
}
