import SnapshotFormats

/// The texts that tokens stand for.
enum JSONText {
    /// Gives the bytes of a string with its escapes resolved; nothing where one is half a character.
    static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ token: JSONToken) -> [UInt8]? {
        JSONString.decoded(bytes[token.start..<token.end])
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
