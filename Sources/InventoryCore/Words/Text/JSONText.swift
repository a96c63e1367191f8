extension [UInt8] {
    /// Appends a text, escaped for a JSON string, without the quotes (RFC 8259, section 7).
    package mutating func appendJSONText(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                append(contentsOf: #"\u00"#.utf8)
                append(hexadecimalDigit(byte >> 4))
                append(hexadecimalDigit(byte & 15))
            default: append(byte)
            }
        }
    }
}
