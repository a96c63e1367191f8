/// Turns UTF-16 into UTF-8 piece by piece, so that rows are split on bytes in every encoding.
///
/// A lone surrogate becomes the byte FF, which no UTF-8 has: the field that holds it is then rejected like
/// any other bad encoding, and only that one.
struct UTF16Transcoder {
    private let isBigEndian: Bool
    private var pendingByte: UInt8?
    private var pendingHighSurrogate: UInt16?

    private static let undecodable: UInt8 = 0xFF

    init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    /// Whether the input so far stops inside a code unit.
    var isInsideUnit: Bool { pendingByte != nil }

    /// Gives the UTF-8 of what `chunk` completes.
    mutating func transcode(_ chunk: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(chunk.count + 4)
        for byte in chunk {
            guard let first = pendingByte else {
                pendingByte = byte
                continue
            }
            pendingByte = nil
            let unit =
                isBigEndian
                ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
            append(unit, to: &output)
        }
        return output
    }

    /// Gives what is left when the input has ended.
    mutating func finish() -> [UInt8] {
        defer { pendingHighSurrogate = nil }
        return pendingHighSurrogate == nil ? [] : [UTF16Transcoder.undecodable]
    }

    private mutating func append(_ unit: UInt16, to output: inout [UInt8]) {
        if let high = pendingHighSurrogate {
            pendingHighSurrogate = nil
            if 0xDC00...0xDFFF ~= unit {
                let code = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                append(code, to: &output)
                return
            }
            output.append(UTF16Transcoder.undecodable)
        }
        switch unit {
        case 0xD800...0xDBFF: pendingHighSurrogate = unit
        case 0xDC00...0xDFFF: output.append(UTF16Transcoder.undecodable)
        default: append(UInt32(unit), to: &output)
        }
    }

    private func append(_ code: UInt32, to output: inout [UInt8]) {
        switch code {
        case 0..<0x80:
            output.append(UInt8(code))
        case 0x80..<0x800:
            output.append(UInt8(0xC0 | code >> 6))
            output.append(UInt8(0x80 | code & 0x3F))
        case 0x800..<0x10000:
            output.append(UInt8(0xE0 | code >> 12))
            output.append(UInt8(0x80 | code >> 6 & 0x3F))
            output.append(UInt8(0x80 | code & 0x3F))
        default:
            output.append(UInt8(0xF0 | code >> 18))
            output.append(UInt8(0x80 | code >> 12 & 0x3F))
            output.append(UInt8(0x80 | code >> 6 & 0x3F))
            output.append(UInt8(0x80 | code & 0x3F))
        }
    }
}
