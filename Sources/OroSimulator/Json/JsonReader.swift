/// Why a JSON text could not be read.
enum JsonFault: Error, Equatable {
    /// The text ended before the value did.
    case truncated
    /// A byte that cannot stand where it stands; the offset counts from 0.
    case unexpected(at: Int)
}

/// Reads JSON from bytes, one value at a time, so that a batch body can be read as far as it goes.
struct JsonReader {
    /// Nesting that PHP's decoder would still take is deeper; no request of this API comes near.
    static let depthMax = 64

    let bytes: [UInt8]
    var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a text that holds exactly one value.
    static func document(_ bytes: [UInt8]) throws(JsonFault) -> JsonValue {
        var reader = JsonReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.at == bytes.count else { throw .unexpected(at: reader.at) }
        return value
    }

    /// The next byte that is not white space, without taking it.
    mutating func peek() throws(JsonFault) -> UInt8 {
        skipSpace()
        guard at < bytes.count else { throw .truncated }
        return bytes[at]
    }

    /// Takes `byte`, or throws.
    mutating func take(_ byte: UInt8) throws(JsonFault) {
        guard try peek() == byte else { throw .unexpected(at: at) }
        at += 1
    }

    /// Takes `byte` if it comes next.
    mutating func takes(_ byte: UInt8) throws(JsonFault) -> Bool {
        guard try peek() == byte else { return false }
        at += 1
        return true
    }

    mutating func value(depth: Int = 0) throws(JsonFault) -> JsonValue {
        guard depth < Self.depthMax else { throw .unexpected(at: at) }
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .list(try list(depth: depth + 1))
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func object(depth: Int) throws(JsonFault) -> JsonObject {
        try take(UInt8(ascii: "{"))
        var object = JsonObject()
        if try takes(UInt8(ascii: "}")) { return object }
        repeat {
            guard try peek() == UInt8(ascii: "\"") else { throw .unexpected(at: at) }
            let name = try string()
            try take(UInt8(ascii: ":"))
            object.members.append(.init(name: name, value: try value(depth: depth)))
        } while try takes(UInt8(ascii: ","))
        try take(UInt8(ascii: "}"))
        return object
    }

    private mutating func list(depth: Int) throws(JsonFault) -> [JsonValue] {
        try take(UInt8(ascii: "["))
        var list: [JsonValue] = []
        if try takes(UInt8(ascii: "]")) { return list }
        repeat {
            list.append(try value(depth: depth))
        } while try takes(UInt8(ascii: ","))
        try take(UInt8(ascii: "]"))
        return list
    }

    /// Reads a string; the next byte is its opening quote.
    mutating func string() throws(JsonFault) -> String {
        let start = at + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") {
            end += 1
        }
        guard end < bytes.count else { throw .truncated }
        if bytes[end] == UInt8(ascii: "\"") {
            at = end + 1
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JsonFault) -> String {
        var text: [UInt8] = []
        at = start
        while true {
            guard at < bytes.count else { throw .truncated }
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard at < bytes.count else { throw .truncated }
            let escape = bytes[at]
            at += 1
            switch escape {
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "t"): text.append(9)
            case UInt8(ascii: "r"): text.append(13)
            case UInt8(ascii: "b"): text.append(8)
            case UInt8(ascii: "f"): text.append(12)
            case UInt8(ascii: "u"): text.append(contentsOf: try unicodeEscape().utf8)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
            default: throw .unexpected(at: at - 1)
            }
        }
    }

    private mutating func unicodeEscape() throws(JsonFault) -> String {
        var units = [try hexUnit()]
        if UTF16.isLeadSurrogate(units[0]), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u")
        {
            at += 2
            units.append(try hexUnit())
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func hexUnit() throws(JsonFault) -> UInt16 {
        guard at + 4 <= bytes.count else { throw .truncated }
        guard let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16) else {
            throw .unexpected(at: at)
        }
        at += 4
        return unit
    }

    private mutating func number() throws(JsonFault) -> String {
        let start = at
        while at < bytes.count, Self.isNumberByte(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard text.first?.isNumber == true || text.first == "-", Double(text) != nil else {
            throw .unexpected(at: start)
        }
        return text
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func word(_ word: StaticString) throws(JsonFault) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard at + offset < bytes.count else { throw .truncated }
            guard bytes[at + offset] == word.utf8Start[offset] else { throw .unexpected(at: at + offset) }
        }
        at += word.utf8CodeUnitCount
    }

    mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0a, 0x0d: at += 1
            default: return
            }
        }
    }
}
