import InventoryCore
import SnapshotFormats

/// A value in the bytes of a body: what it is and where it stands, strings without their quotes.
struct JSONToken {
    enum Kind {
        case string, number, yes, no, null, object, array
    }

    var kind: Kind
    var start: Int
    var end: Int
    var hasEscapes = false

    static let absent = JSONToken(kind: .null, start: 0, end: 0)
}

/// Where bytes stop being JSON.
struct JSONFault: Error {
    let message: StaticString
    let offset: Int
}

/// Reads JSON (RFC 8259) from bytes that are sound UTF-8, value by value, without building a tree.
///
/// Hot: every event passes through it. No call allocates; recursion ends at `BodyLimits.depthMax`.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var index: Int
    private let end: Int
    private var depth = 0

    /// Begins at `range`, which is everything that counts.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
    }

    @inline(__always)
    mutating func skipBlanks() {
        while index < end {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    var isAtEnd: Bool { index >= end }

    /// The byte that comes next.
    ///
    /// - Throws: where there is none.
    @inline(__always)
    func peek() throws(JSONFault) -> UInt8 {
        guard index < end else { throw JSONFault(message: "it ends early", offset: end) }
        return bytes[index]
    }

    /// Takes the opening bracket; gives whether anything stands before the closing one, which it takes.
    mutating func open(until close: UInt8) throws(JSONFault) -> Bool {
        depth += 1
        guard depth <= BodyLimits.depthMax else {
            throw JSONFault(message: "it is nested deeper than 32", offset: index)
        }
        index += 1
        skipBlanks()
        guard try peek() == close else { return true }
        index += 1
        depth -= 1
        return false
    }

    /// Takes the comma or the closing bracket after a part; gives whether another part follows.
    mutating func goesOn(until close: UInt8) throws(JSONFault) -> Bool {
        skipBlanks()
        let byte = try peek()
        if byte == UInt8(ascii: ",") {
            index += 1
            skipBlanks()
            return true
        }
        guard byte == close else {
            throw JSONFault(message: "a comma or a closing bracket is missing", offset: index)
        }
        index += 1
        depth -= 1
        return false
    }

    /// Takes a key and its colon.
    mutating func key() throws(JSONFault) -> JSONToken {
        guard try peek() == UInt8(ascii: "\"") else {
            throw JSONFault(message: "a key is missing", offset: index)
        }
        let key = try string()
        skipBlanks()
        guard try peek() == UInt8(ascii: ":") else {
            throw JSONFault(message: "a colon is missing", offset: index)
        }
        index += 1
        skipBlanks()
        return key
    }

    /// Takes a whole value, all that is in it included.
    mutating func value() throws(JSONFault) -> JSONToken {
        let start = index
        switch try peek() {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"):
            guard try open(until: UInt8(ascii: "}")) else { break }
            repeat {
                _ = try key()
                _ = try value()
            } while try goesOn(until: UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            if try open(until: UInt8(ascii: "]")) {
                repeat { _ = try value() } while try goesOn(until: UInt8(ascii: "]"))
            }
            return JSONToken(kind: .array, start: start, end: index)
        case UInt8(ascii: "t"): return try word("true", .yes)
        case UInt8(ascii: "f"): return try word("false", .no)
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw JSONFault(message: "there is no value", offset: index)
        }
        return JSONToken(kind: .object, start: start, end: index)
    }

    private mutating func word(_ word: StaticString, _ kind: JSONToken.Kind) throws(JSONFault) -> JSONToken {
        let start = index
        for place in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[place] else {
                throw JSONFault(message: "there is no value", offset: start)
            }
            index += 1
        }
        return JSONToken(kind: kind, start: start, end: index)
    }

    private mutating func string() throws(JSONFault) -> JSONToken {
        index += 1
        var token = JSONToken(kind: .string, start: index, end: index)
        while index < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                token.end = index
                index += 1
                return token
            }
            if byte == UInt8(ascii: "\\") {
                token.hasEscapes = true
                try escape()
                continue
            }
            guard byte >= 0x20 else {
                throw JSONFault(message: "a control character stands in a text", offset: index)
            }
            index += 1
        }
        throw JSONFault(message: "it ends early", offset: end)
    }

    private mutating func escape() throws(JSONFault) {
        let start = index
        index += 1
        switch try peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard JSONString.hexadecimal(try peek()) != nil else {
                    throw JSONFault(message: "there is no such escape", offset: start)
                }
                index += 1
            }
        default: throw JSONFault(message: "there is no such escape", offset: start)
        }
    }

    private mutating func number() throws(JSONFault) -> JSONToken {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        try digits()
        if bytes[first] == UInt8(ascii: "0"), index - first > 1 {
            throw JSONFault(message: "a number begins with 0", offset: start)
        }
        if index < end, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let sign = try peek()
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
            try digits()
        }
        return JSONToken(kind: .number, start: start, end: index)
    }

    private mutating func digits() throws(JSONFault) {
        guard try peek() &- 48 < 10 else { throw JSONFault(message: "a digit is missing", offset: index) }
        while index < end, bytes[index] &- 48 < 10 { index += 1 }
    }
}
