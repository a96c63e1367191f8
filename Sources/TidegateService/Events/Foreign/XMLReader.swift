import InventoryCore

/// Reads the XML of IDocs and the like into a tree: elements, attributes, text.
///
/// Not taken: document types, and with them all entities of a sender's own, so that nothing can be drawn in
/// from elsewhere or grow. Prefixes of names are dropped.
struct XMLReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index: Int
    private let end: Int
    private var depth = 0
    private var values = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        index = range.lowerBound
        end = range.upperBound
    }

    /// Gives an object whose only member is the outermost element.
    static func tree(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(JSONFault) -> BodyTree {
        var reader = XMLReader(bytes, range)
        try reader.skipMisc()
        guard reader.starts(with: "<") else { throw reader.fault("an element is missing") }
        let element = try reader.element()
        try reader.skipMisc()
        guard reader.index == reader.end else { throw reader.fault("something follows the end") }
        return .object([element])
    }

    private func fault(_ message: StaticString) -> JSONFault { JSONFault(message: message, offset: index) }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= end else { return false }
        for place in 0..<count where bytes[index + place] != text.utf8Start[place] { return false }
        return true
    }

    private mutating func take(_ text: StaticString) throws(JSONFault) {
        guard starts(with: text) else { throw fault("a mark is missing, or it ends early") }
        index += text.utf8CodeUnitCount
    }

    private mutating func skip(past text: StaticString) throws(JSONFault) {
        while index < end {
            if starts(with: text) {
                index += text.utf8CodeUnitCount
                return
            }
            index += 1
        }
        throw fault("it ends early")
    }

    private mutating func skipBlanks() {
        while index < end, XMLReader.isBlank(bytes[index]) { index += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Passes over the declaration, comments and instructions around the outermost element.
    private mutating func skipMisc() throws(JSONFault) {
        while true {
            skipBlanks()
            if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<!") {
                throw fault("a document type is not taken")
            } else {
                return
            }
        }
    }

    /// A name without its prefix.
    private mutating func name() throws(JSONFault) -> String {
        let start = index
        while index < end, !XMLReader.isBlank(bytes[index]), !XMLReader.endsName(bytes[index]) { index += 1 }
        let name = bytes[start..<index]
        guard let first = name.first, first &- 48 > 9, first != UInt8(ascii: "-"), name.count <= 255,
            name.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw fault("a name is missing or too long") }
        let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
        guard !local.isEmpty else { throw fault("a name is missing or too long") }
        return String(decoding: local, as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "&"):
            true
        default: false
        }
    }

    private mutating func element() throws(JSONFault) -> BodyMember {
        depth += 1
        values += 1
        guard depth <= BodyLimits.depthMax else { throw fault("it is nested deeper than 32") }
        guard values <= BodyLimits.valuesMax else { throw fault("it has too many values") }
        defer { depth -= 1 }
        try take("<")
        let nameStart = index
        let name = try name()
        let written = nameStart..<index
        var members = try attributes()
        if starts(with: "/>") {
            index += 2
            return BodyMember(name, members.isEmpty ? .absent : .object(members))
        }
        try take(">")
        let text = try content(&members)
        try take("</")
        guard index + written.count <= end,
            bytes[index..<index + written.count].elementsEqual(bytes[written])
        else { throw fault("another element is closed than was opened") }
        index += written.count
        skipBlanks()
        try take(">")
        if members.isEmpty { return BodyMember(name, text.isEmpty ? .absent : .text(text)) }
        if !text.isEmpty { members.append(BodyMember(BodyTree.textName, .text(text))) }
        return BodyMember(name, .object(XMLReader.gathered(members)))
    }

    private mutating func attributes() throws(JSONFault) -> [BodyMember] {
        var members: [BodyMember] = []
        while true {
            let start = index
            skipBlanks()
            guard index < end else { throw fault("it ends early") }
            if bytes[index] == UInt8(ascii: ">") || bytes[index] == UInt8(ascii: "/") { return members }
            guard index > start else { throw fault("a blank is missing before an attribute") }
            let name = "@" + (try name())
            skipBlanks()
            try take("=")
            skipBlanks()
            guard index < end, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
                throw fault("an attribute has no quotation marks")
            }
            let quote = bytes[index]
            index += 1
            var text: [UInt8] = []
            while index < end, bytes[index] != quote {
                guard bytes[index] != UInt8(ascii: "<") else { throw fault("an attribute is not closed") }
                try character(&text)
            }
            guard index < end else { throw fault("it ends early") }
            index += 1
            values += 1
            guard values <= BodyLimits.valuesMax else { throw fault("it has too many values") }
            // Namespaces are declared several times, each for a prefix of its own.
            guard members.count < 100 else { throw fault("an element has too many attributes") }
            members.append(BodyMember(name, .text(String(decoding: text, as: UTF8.self))))
        }
    }

    /// Takes what stands before the closing mark; gives the text without outer blanks.
    private mutating func content(_ members: inout [BodyMember]) throws(JSONFault) -> String {
        var text: [UInt8] = []
        while index < end {
            guard bytes[index] == UInt8(ascii: "<") else {
                try character(&text)
                continue
            }
            if starts(with: "</") {
                let isOuter = XMLReader.isBlank
                let first = text.firstIndex { !isOuter($0) } ?? text.endIndex
                let last = text.lastIndex { !isOuter($0) }.map { $0 + 1 } ?? first
                return String(decoding: text[first..<last], as: UTF8.self)
            } else if starts(with: "<!--") {
                try skip(past: "-->")
            } else if starts(with: "<![CDATA[") {
                index += 9
                let start = index
                try skip(past: "]]>")
                text.append(contentsOf: bytes[start..<index - 3])
            } else if starts(with: "<?") {
                try skip(past: "?>")
            } else if starts(with: "<!") {
                throw fault("a declaration is not taken")
            } else {
                members.append(try element())
            }
        }
        throw fault("it ends early")
    }

    /// Takes one byte, or one reference.
    private mutating func character(_ text: inout [UInt8]) throws(JSONFault) {
        guard bytes[index] == UInt8(ascii: "&") else {
            guard bytes[index] >= 0x20 || XMLReader.isBlank(bytes[index]) else {
                throw fault("a control character stands in a text")
            }
            text.append(bytes[index])
            index += 1
            return
        }
        guard let close = bytes[index..<min(end, index + 12)].firstIndex(of: UInt8(ascii: ";")) else {
            throw fault("a reference is not closed")
        }
        let name = String(decoding: bytes[(index + 1)..<close], as: UTF8.self)
        let known: [String: UInt8] = ["lt": 0x3C, "gt": 0x3E, "amp": 0x26, "quot": 0x22, "apos": 0x27]
        if let byte = known[name] {
            text.append(byte)
        } else {
            let isHexadecimal = name.hasPrefix("#x")
            guard name.hasPrefix("#"),
                let value = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
                value >= 0x20 || value == 0x09 || value == 0x0A || value == 0x0D,
                let scalar = Unicode.Scalar(value)
            else { throw fault("an entity is not known") }
            text.append(contentsOf: Array(String(scalar).utf8))
        }
        index = close + 1
    }

    /// Elements of one name become an array.
    private static func gathered(_ members: [BodyMember]) -> [BodyMember] {
        var places: [String: Int] = [:]
        var gathered: [(name: String, values: [BodyTree])] = []
        for member in members {
            if let place = places[member.name] {
                gathered[place].values.append(member.value)
            } else {
                places[member.name] = gathered.count
                gathered.append((member.name, [member.value]))
            }
        }
        return gathered.map { BodyMember($0.name, $0.values.count == 1 ? $0.values[0] : .array($0.values)) }
    }
}
