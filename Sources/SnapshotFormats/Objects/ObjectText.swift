/// Parses the JSON object of one line, and gives the wanted members (slow twin of the object scanner).
///
/// The whole line must follow RFC 8259, also where nothing is wanted of it; only the bytes within strings
/// need not be sound text if they are not used.
struct ObjectText {
    enum Kind {
        case string, number, literal, null, container
    }

    /// A value that a name means.
    struct Value {
        let name: Int
        let kind: Kind
        /// Where its bytes lie, those of strings without the quotes.
        let range: Range<Int>
        let hasEscapes: Bool
    }

    enum Fault: Error {
        /// The bytes end before the object does.
        case endsEarly
        /// Something else stands at this offset than may.
        case bad(String, at: Int)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let names: [ObjectColumns.Name]
    private var index = 0
    private var depth = 0
    /// In lower case.
    private var path: [UInt8] = []
    private(set) var values: [Value] = []
    /// The first keys of the object itself, where they are asked for.
    private(set) var keys: [String] = []
    private let keysMax: Int

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ names: [ObjectColumns.Name], _ keysMax: Int) {
        self.bytes = bytes
        self.names = names
        self.keysMax = keysMax
    }

    /// Parses a line, given without its line feed.
    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        names: [ObjectColumns.Name],
        keysMax: Int
    ) throws(Fault) -> ObjectText {
        var text = ObjectText(bytes, names, keysMax)
        text.skipBlanks()
        guard try text.byte() == UInt8(ascii: "{") else {
            throw .bad("The line does not begin with {", at: text.index)
        }
        try text.object()
        text.skipBlanks()
        guard text.index == bytes.count else {
            throw .bad("Something follows the object", at: text.index)
        }
        return text
    }

    private func byte() throws(Fault) -> UInt8 {
        guard index < bytes.count else { throw .endsEarly }
        return bytes[index]
    }

    private mutating func skipBlanks() {
        while index < bytes.count, ObjectText.isBlank(bytes[index]) { index += 1 }
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(Fault) {
        skipBlanks()
        guard try byte() == UInt8(ascii: mark) else { throw .bad("There is no \(mark)", at: index) }
        index += 1
    }

    /// Whether the list goes on after one of its parts; takes the comma or the closing mark.
    private mutating func goesOn(until close: Unicode.Scalar) throws(Fault) -> Bool {
        skipBlanks()
        let mark = try byte()
        guard mark == UInt8(ascii: ",") || mark == UInt8(ascii: close) else {
            throw .bad("There is neither a comma nor \(close)", at: index)
        }
        index += 1
        return mark == UInt8(ascii: ",")
    }

    private mutating func enter() throws(Fault) {
        depth += 1
        guard depth <= ReaderLimits.depthMax else {
            throw .bad("The object is nested deeper than \(ReaderLimits.depthMax)", at: index)
        }
        index += 1
        skipBlanks()
    }

    private mutating func object() throws(Fault) {
        try enter()
        defer { depth -= 1 }
        if try byte() == UInt8(ascii: "}") {
            index += 1
            return
        }
        let outer = path.count
        repeat {
            skipBlanks()
            guard try byte() == UInt8(ascii: "\"") else { throw .bad("There is no key", at: index) }
            let (content, _) = try string()
            // What cannot be decoded is no wanted key: 0xFF stands in none.
            let key = JSONString.decoded(bytes[content]) ?? [0xFF]
            if depth == 1, keys.count < keysMax { keys.append(String(decoding: key, as: UTF8.self)) }
            if depth > 1 { path.append(UInt8(ascii: ".")) }
            path += key.map(ObjectColumns.fold)
            try expect(":")
            try value()
            path.removeLast(path.count - outer)
        } while try goesOn(until: "}")
    }

    private mutating func array() throws(Fault) {
        try enter()
        defer { depth -= 1 }
        if try byte() == UInt8(ascii: "]") {
            index += 1
            return
        }
        let outer = path.count
        var number = 0
        repeat {
            path += Array("[\(number)]".utf8)
            number += 1
            try value()
            path.removeLast(path.count - outer)
        } while try goesOn(until: "]")
    }

    private mutating func value() throws(Fault) {
        skipBlanks()
        let start = index
        switch try byte() {
        case UInt8(ascii: "\""):
            let (content, hasEscapes) = try string()
            note(.string, content, hasEscapes)
        case UInt8(ascii: "{"):
            note(.container, start..<start)
            try object()
        case UInt8(ascii: "["):
            note(.container, start..<start)
            try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try number()
            note(.number, start..<index)
        case UInt8(ascii: "t"): try literal("true", .literal)
        case UInt8(ascii: "f"): try literal("false", .literal)
        case UInt8(ascii: "n"): try literal("null", .null)
        default: throw .bad("There is no value", at: index)
        }
    }

    private mutating func note(_ kind: Kind, _ range: Range<Int>, _ hasEscapes: Bool = false) {
        for (number, name) in names.enumerated() where name.path == path {
            values.append(Value(name: number, kind: kind, range: range, hasEscapes: hasEscapes))
        }
    }

    private mutating func literal(_ word: StaticString, _ kind: Kind) throws(Fault) {
        let start = index
        for offset in 0..<word.utf8CodeUnitCount {
            guard try byte() == word.utf8Start[offset] else { throw .bad("There is no value", at: start) }
            index += 1
        }
        note(kind, start..<index)
    }

    /// Takes a string, its quotes included, and gives where its content lies.
    private mutating func string() throws(Fault) -> (content: Range<Int>, hasEscapes: Bool) {
        index += 1
        let start = index
        var hasEscapes = false
        while true {
            let byte = try byte()
            if byte == UInt8(ascii: "\"") {
                index += 1
                return (start..<index - 1, hasEscapes)
            }
            guard byte >= 0x20 else { throw .bad("A control character stands in a string", at: index) }
            index += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            hasEscapes = true
            let letter = try self.byte()
            guard JSONString.isEscape(letter) else { throw .bad("There is no such escape", at: index) }
            index += 1
            guard letter == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard JSONString.hexadecimal(try self.byte()) != nil else {
                    throw .bad("There is no such escape", at: index)
                }
                index += 1
            }
        }
    }

    private mutating func number() throws(Fault) {
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        try digits()
        if bytes[first] == UInt8(ascii: "0"), index - first > 1 {
            throw .bad("A number begins with 0", at: first)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let sign = try byte()
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(Fault) {
        guard isDigit(try byte()) else { throw .bad("There is no number", at: index) }
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}
