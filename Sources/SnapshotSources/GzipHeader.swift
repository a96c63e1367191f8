/// Reads the header of a gzip member byte by byte (RFC 1952, section 2.3).
///
/// ISA-L's own parser (2.30) reports a wrong header checksum when the header arrives in pieces.
struct GzipHeader {
    enum Fault: Error {
        case notGzip
        case wrongChecksum
        case tooLong
    }

    private enum Part {
        case fixed(Int)
        case extraLength(low: UInt8?)
        case extra(left: Int)
        case name
        case comment
        case checksum(low: UInt8?)
        case complete
    }

    private var part = Part.fixed(0)
    private var flags: UInt8 = 0
    private var length = 0
    private var crc = ~UInt32(0)

    /// Names and comments end with a zero byte, and without a limit would need none.
    private static let lengthBytesMax = 1 << 18
    private static let fixedBytes = 10
    private static let checksumFlag: UInt8 = 2
    private static let extraFlag: UInt8 = 4
    private static let nameFlag: UInt8 = 8
    private static let commentFlag: UInt8 = 16
    private static let reservedFlags: UInt8 = 0xE0

    /// Takes the next byte; true when it completes the header.
    mutating func take(_ byte: UInt8) throws(Fault) -> Bool {
        length += 1
        guard length <= GzipHeader.lengthBytesMax else { throw .tooLong }
        if case .checksum(let low) = part {
            guard let low else {
                part = .checksum(low: byte)
                return false
            }
            guard UInt16(truncatingIfNeeded: ~crc) == UInt16(byte) << 8 | UInt16(low) else {
                throw .wrongChecksum
            }
            part = .complete
            return true
        }
        update(byte)
        switch part {
        case .fixed(let index): try takeFixed(byte, index)
        case .extraLength(let low):
            guard let low else {
                part = .extraLength(low: byte)
                return false
            }
            let count = Int(byte) << 8 | Int(low)
            part = count == 0 ? after(GzipHeader.extraFlag) : .extra(left: count)
        case .extra(let left): part = left == 1 ? after(GzipHeader.extraFlag) : .extra(left: left - 1)
        case .name: if byte == 0 { part = after(GzipHeader.nameFlag) }
        case .comment: if byte == 0 { part = after(GzipHeader.commentFlag) }
        case .checksum, .complete: break
        }
        if case .complete = part { return true }
        return false
    }

    private mutating func takeFixed(_ byte: UInt8, _ index: Int) throws(Fault) {
        let isRight =
            switch index {
            case 0: byte == 0x1F
            case 1: byte == 0x8B
            case 2: byte == 8
            case 3: byte & GzipHeader.reservedFlags == 0
            default: true
            }
        guard isRight else { throw .notGzip }
        if index == 3 { flags = byte }
        part = index + 1 == GzipHeader.fixedBytes ? after(0) : .fixed(index + 1)
    }

    /// The part after the one that `flag` announces.
    ///
    /// Parts come in the order of their flags, the checksum last.
    private func after(_ flag: UInt8) -> Part {
        if flag < GzipHeader.extraFlag, flags & GzipHeader.extraFlag != 0 { return .extraLength(low: nil) }
        if flag < GzipHeader.nameFlag, flags & GzipHeader.nameFlag != 0 { return .name }
        if flag < GzipHeader.commentFlag, flags & GzipHeader.commentFlag != 0 { return .comment }
        return flags & GzipHeader.checksumFlag != 0 ? .checksum(low: nil) : .complete
    }

    private mutating func update(_ byte: UInt8) {
        crc ^= UInt32(byte)
        for _ in 0..<8 {
            let isOdd = crc & 1 == 1
            crc >>= 1
            if isOdd { crc ^= 0xEDB8_8320 }
        }
    }
}
