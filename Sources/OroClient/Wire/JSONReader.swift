/// Where a text stops being JSON, as an offset in bytes.
struct JSONError: Error, Hashable, Sendable {
    let offset: Int
}

/// Reads JSON from front to back and builds only what is asked for.
///
/// Level pages have about 25 names a row of which six matter; a tree or `JSONDecoder` would build them all.
/// It accepts a few texts that are not JSON (a comma too many); what it must never do is take a cut text for
/// a whole one.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Nesting beyond this is refused; OroCommerce's answers have seven levels.
    static let depthMax = 64

    enum Kind {
        case object, array, string, number, bool, null
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What the next value is.
    mutating func kind() throws(JSONError) -> Kind {
        switch try nextByte() {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: throw JSONError(offset: position)
        }
    }

    /// Visits the members of an object, whose values the visitor consumes, and passes over any other value.
    mutating func object(
        _ member: (String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try kind() == .object else { return try skip() }
        position += 1
        while true {
            switch try nextByte() {
            case UInt8(ascii: "}"):
                position += 1
                return
            case UInt8(ascii: ","):
                position += 1
                if try nextByte() == UInt8(ascii: "}") { throw JSONError(offset: position) }
            default:
                let key = try string()
                guard try nextByte() == UInt8(ascii: ":") else { throw JSONError(offset: position) }
                position += 1
                try member(key, &self)
            }
        }
    }

    /// Visits the elements of an array, which the visitor consumes, and passes over any other value.
    mutating func array(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try kind() == .array else { return try skip() }
        position += 1
        while true {
            switch try nextByte() {
            case UInt8(ascii: "]"):
                position += 1
                return
            case UInt8(ascii: ","):
                position += 1
                if try nextByte() == UInt8(ascii: "]") { throw JSONError(offset: position) }
            default:
                try element(&self)
            }
        }
    }

    /// A string, or a number as it is written; anything else is passed over and gives nothing.
    mutating func text() throws(JSONError) -> String? {
        switch try kind() {
        case .string: return try string()
        case .number:
            let start = position
            try skip()
            return String(decoding: bytes[start..<position], as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// A whole number, written as a number or as a string (OroCommerce does both with `status`).
    mutating func integer() throws(JSONError) -> Int? {
        try text().flatMap { Int($0) }
    }

    /// A whole number that counts something; one below zero counts nothing.
    mutating func count() throws(JSONError) -> Int? {
        try integer().flatMap { $0 < 0 ? nil : $0 }
    }

    mutating func number() throws(JSONError) -> Double? {
        try text().flatMap { Double($0) }
    }

    /// True or false; anything else is passed over and gives nothing.
    mutating func bool() throws(JSONError) -> Bool? {
        guard try kind() == .bool else {
            try skip()
            return nil
        }
        let isTrue = bytes[position] == UInt8(ascii: "t")
        try skip()
        return isTrue
    }

    /// Passes over one value of any kind.
    mutating func skip() throws(JSONError) {
        var depth = 0
        repeat {
            switch try nextByte() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= JSONReader.depthMax else { throw JSONError(offset: position) }
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw JSONError(offset: position) }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw JSONError(offset: position) }
                position += 1
            case UInt8(ascii: "\""):
                try skipString()
            default:
                try skipScalar()
            }
        } while depth > 0
    }

    /// Requires that nothing but space follows.
    mutating func end() throws(JSONError) {
        while position < bytes.count {
            guard JSONReader.isSpace(bytes[position]) else { throw JSONError(offset: position) }
            position += 1
        }
    }

    private mutating func skipScalar() throws(JSONError) {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                position += 1
            default:
                guard position > start else { throw JSONError(offset: position) }
                return
            }
        }
        // Only a document that is one bare number may end here, and no answer is.
        guard position > start else { throw JSONError(offset: position) }
    }

    private mutating func nextByte() throws(JSONError) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            guard JSONReader.isSpace(byte) else { return byte }
            position += 1
        }
        throw JSONError(offset: position)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

extension JSONReader {
    /// The string at the position, its escapes resolved.
    private mutating func string() throws(JSONError) -> String {
        guard try nextByte() == UInt8(ascii: "\"") else { throw JSONError(offset: position) }
        let start = position + 1
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return String(decoding: bytes[start..<index], as: UTF8.self)
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            default: index += 1
            }
        }
        throw JSONError(offset: index)
    }

    private mutating func skipString() throws(JSONError) {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        throw JSONError(offset: position)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        position = start
        var units: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): try appendEscape(to: &units)
            default: units.append(byte)
            }
        }
        throw JSONError(offset: position)
    }

    private mutating func appendEscape(to units: inout [UInt8]) throws(JSONError) {
        guard position < bytes.count else { throw JSONError(offset: position) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits()
            if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count,
                bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try fourHexDigits()
                guard (0xDC00..<0xE000).contains(low) else { throw JSONError(offset: position) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            units.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw JSONError(offset: position)
        }
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw JSONError(offset: position) }
        var code: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONError(offset: position)
            }
            code = code << 4 + UInt32(digit)
        }
        position += 4
        return code
    }
}
