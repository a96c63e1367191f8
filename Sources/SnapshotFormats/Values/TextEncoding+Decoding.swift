extension TextEncoding {
    /// Whether every character is one byte and the lower half is ASCII.
    package var isSingleByte: Bool {
        switch self {
        case .windows1252, .latin1, .latin9: true
        case .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian: false
        }
    }

    package var isUTF16: Bool {
        switch self {
        case .utf16, .utf16LittleEndian, .utf16BigEndian: true
        case .utf8, .windows1252, .latin1, .latin9: false
        }
    }

    /// Gives the text of a field, or nothing if a byte or sequence means nothing in this encoding.
    ///
    /// UTF-16 is turned into UTF-8 before rows are split, so its fields arrive here as UTF-8. The C1 range of
    /// the ISO encodings counts as undefined: such bytes in a stock list are Windows-1252 under a wrong name.
    package func text(_ field: UnsafeBufferPointer<UInt8>) -> String? {
        guard isSingleByte, !field.allSatisfy({ $0 < 0x80 }) else {
            return String(validating: field, as: UTF8.self)
        }
        var scalars = String.UnicodeScalarView()
        for byte in field {
            guard let scalar = scalar(byte) else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private func scalar(_ byte: UInt8) -> Unicode.Scalar? {
        if byte < 0x80 { return Unicode.Scalar(byte) }
        if byte < 0xA0 {
            guard self == .windows1252 else { return nil }
            let code = TextEncoding.windows1252Block[Int(byte) - 0x80]
            return code == 0 ? nil : Unicode.Scalar(code)
        }
        return self == .latin9
            ? Unicode.Scalar(TextEncoding.latin9Code(byte)) : Unicode.Scalar(byte)
    }

    private static func latin9Code(_ byte: UInt8) -> UInt16 {
        switch byte {
        case 0xA4: 0x20AC
        case 0xA6: 0x0160
        case 0xA8: 0x0161
        case 0xB4: 0x017D
        case 0xB8: 0x017E
        case 0xBC: 0x0152
        case 0xBD: 0x0153
        case 0xBE: 0x0178
        default: UInt16(byte)
        }
    }

    /// 0x80 to 0x9F of Windows-1252; 0 where it defines nothing.
    private static let windows1252Block: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]
}
