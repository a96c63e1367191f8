import InventoryCore

/// Removes the byte order mark, and turns UTF-16 into UTF-8.
///
/// A UTF-8 mark is removed in front of every encoding but UTF-16: some tools glue one to a Windows-1252 body,
/// and the body is then read as configured.
struct Preamble {
    enum Bytes {
        case asIs
        case instead([UInt8])
    }

    private enum Stage {
        case collecting([UInt8])
        case passing
        case transcoding(UTF16Transcoder)
    }

    private let encoding: TextEncoding
    private var stage: Stage

    private static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let bigEndianMark: [UInt8] = [0xFE, 0xFF]
    private static let littleEndianMark: [UInt8] = [0xFF, 0xFE]

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
        stage = .collecting([])
    }

    /// Makes one for bytes from the middle, where no mark stands.
    static func passed(_ encoding: TextEncoding) -> Preamble {
        var preamble = Preamble(encoding)
        preamble.stage =
            encoding.isUTF16
            ? .transcoding(UTF16Transcoder(isBigEndian: encoding == .utf16BigEndian)) : .passing
        return preamble
    }

    /// Whether the input so far stops inside a UTF-16 code unit.
    var isInsideUnit: Bool {
        switch stage {
        case .transcoding(let transcoder): transcoder.isInsideUnit
        case .collecting(let bytes): encoding.isUTF16 && bytes.count % 2 == 1
        case .passing: false
        }
    }

    /// Gives what the table's bytes are in this chunk.
    ///
    /// - Throws: `Fault` with code `wrong_encoding` when the mark contradicts the configuration.
    mutating func pass(_ chunk: UnsafeBufferPointer<UInt8>) throws(Fault) -> Bytes {
        switch stage {
        case .passing: return .asIs
        case .transcoding(var transcoder):
            let output = transcoder.transcode(chunk)
            stage = .transcoding(transcoder)
            return .instead(output)
        case .collecting(var bytes):
            bytes.append(contentsOf: chunk)
            guard bytes.count >= Preamble.utf8Mark.count else {
                stage = .collecting(bytes)
                return .instead([])
            }
            return .instead(try begin(bytes))
        }
    }

    /// Gives what is left when the input has ended.
    mutating func finish() throws(Fault) -> [UInt8] {
        var rest: [UInt8] = []
        if case .collecting(let bytes) = stage { rest = try begin(bytes) }
        if case .transcoding(var transcoder) = stage {
            rest += transcoder.finish()
            stage = .transcoding(transcoder)
        }
        return rest
    }

    private mutating func begin(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
        let isBigEndianMarked = bytes.starts(with: Preamble.bigEndianMark)
        let isLittleEndianMarked = bytes.starts(with: Preamble.littleEndianMark)
        guard encoding.isUTF16 else {
            if encoding == .utf8, isBigEndianMarked || isLittleEndianMarked {
                throw wrongEncoding("UTF-16", "utf-16")
            }
            stage = .passing
            return bytes.starts(with: Preamble.utf8Mark) ? Array(bytes.dropFirst(3)) : bytes
        }
        if bytes.starts(with: Preamble.utf8Mark) { throw wrongEncoding("UTF-8", "utf-8") }
        if encoding == .utf16LittleEndian, isBigEndianMarked {
            throw wrongEncoding("UTF-16, big endian", "utf-16be")
        }
        if encoding == .utf16BigEndian, isLittleEndianMarked {
            throw wrongEncoding("UTF-16, little endian", "utf-16le")
        }
        let isMarked = isBigEndianMarked || isLittleEndianMarked
        var transcoder = UTF16Transcoder(isBigEndian: isBigEndianMarked || encoding == .utf16BigEndian)
        let output = bytes.dropFirst(isMarked ? 2 : 0).withUnsafeBufferPointer { transcoder.transcode($0) }
        stage = .transcoding(transcoder)
        return output
    }

    private func wrongEncoding(_ marked: String, _ setting: String) -> Fault {
        Fault(
            .badInput,
            code: .wrongEncoding,
            message:
                "The byte order mark says \(marked), but the configured encoding is \(encoding.rawValue).",
            hint: "Set the encoding to \(setting).",
            line: 1
        )
    }
}
