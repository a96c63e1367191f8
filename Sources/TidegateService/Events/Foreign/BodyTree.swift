import InventoryCore

/// A body of a foreign form, whichever way it is written.
indirect enum BodyTree {
    /// Names are compared without regard to ASCII case; attributes of XML begin with `@`.
    case object([BodyMember])
    case array([BodyTree])
    case text(String)
    /// The digits as they stand there.
    case number(String)
    case absent

    /// The text beside attributes and elements.
    static let textName = "#text"

    /// The value at a path such as `lines[0].item`; nothing where there is none.
    ///
    /// Keys may have points in them: the shortest that leads to a value counts.
    func value(at path: Substring.UTF8View) -> BodyTree? {
        guard let first = path.first else { return self }
        if first == UInt8(ascii: "[") {
            guard case .array(let values) = self, let close = path.firstIndex(of: UInt8(ascii: "]")),
                let number = Int(String(path[path.index(after: path.startIndex)..<close]) ?? ""),
                values.indices.contains(number)
            else { return nil }
            return values[number].value(at: BodyTree.rest(path[path.index(after: close)...]))
        }
        guard case .object(let members) = self else { return nil }
        for member in members {
            guard let rest = BodyTree.after(member.name, in: path), let value = member.value.value(at: rest)
            else { continue }
            return value
        }
        return nil
    }

    /// What of a path follows a name that it begins with.
    private static func after(_ name: String, in path: Substring.UTF8View) -> Substring.UTF8View? {
        let name = name.utf8
        guard !name.isEmpty, path.count >= name.count,
            zip(name, path).allSatisfy({ fold($0) == fold($1) })
        else { return nil }
        let rest = path.dropFirst(name.count)
        guard let next = rest.first else { return rest }
        guard next == UInt8(ascii: ".") || next == UInt8(ascii: "[") else { return nil }
        return BodyTree.rest(rest)
    }

    private static func rest(_ path: Substring.UTF8View) -> Substring.UTF8View {
        path.first == UInt8(ascii: ".") ? path.dropFirst() : path
    }

    private static func fold(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 0x20 : byte }
}

/// A value of an object, by its name.
struct BodyMember {
    let name: String
    let value: BodyTree

    init(_ name: String, _ value: BodyTree) {
        self.name = name
        self.value = value
    }
}

/// One row of a foreign body, with the objects that it lies in.
struct BodyRow {
    /// From the outermost object to the row itself.
    let chain: [BodyTree]

    /// The value that a column names, with a `^` for each object up.
    func value(_ name: String) -> BodyTree? {
        var path = Substring(name)
        var level = chain.count - 1
        while path.first == "^" {
            path = path.dropFirst()
            level -= 1
        }
        if level < chain.count - 1, path.first == "." { path = path.dropFirst() }
        guard chain.indices.contains(level) else { return nil }
        return chain[level].value(at: path.utf8)
    }

    /// All rows at a path; elements of arrays on the way are rows each.
    static func rows(_ tree: BodyTree, at path: String, max: Int) -> [BodyRow] {
        var rows: [BodyRow] = []
        walk(tree, path.split(separator: ".")[...], [], &rows, max)
        return rows
    }

    private static func walk(
        _ tree: BodyTree,
        _ path: ArraySlice<Substring>,
        _ chain: [BodyTree],
        _ rows: inout [BodyRow],
        _ max: Int
    ) {
        guard rows.count <= max else { return }
        switch tree {
        case .array(let values):
            for value in values { walk(value, path, chain, &rows, max) }
        case .object(let members):
            guard let key = path.first else {
                rows.append(BodyRow(chain: chain + [tree]))
                return
            }
            for member in members where member.name.lowercased() == key.lowercased() {
                walk(member.value, path.dropFirst(), chain + [tree], &rows, max)
            }
        case .text, .number:
            // A plain value at the end of the way is a row that is no object, and rejected as such.
            if path.isEmpty { rows.append(BodyRow(chain: chain + [tree])) }
        case .absent: break
        }
    }
}

/// Builds trees of JSON and of forms.
struct TreeReader {
    private var values = 0

    /// Reads one JSON value, which is all of the range.
    mutating func json(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(JSONFault) -> BodyTree {
        var scanner = JSONScanner(bytes, range)
        scanner.skipBlanks()
        let tree = try value(&scanner)
        scanner.skipBlanks()
        guard scanner.isAtEnd else {
            throw JSONFault(message: "something follows the end", offset: scanner.index)
        }
        return tree
    }

    private mutating func value(_ scanner: inout JSONScanner) throws(JSONFault) -> BodyTree {
        values += 1
        guard values <= BodyLimits.valuesMax else {
            throw JSONFault(message: "it has too many values", offset: scanner.index)
        }
        switch try scanner.peek() {
        case UInt8(ascii: "{"): return try object(&scanner)
        case UInt8(ascii: "["):
            var values: [BodyTree] = []
            if try scanner.open(until: UInt8(ascii: "]")) {
                repeat {
                    values.append(try value(&scanner))
                } while try scanner.goesOn(until: UInt8(ascii: "]"))
            }
            return .array(values)
        default: break
        }
        let token = try scanner.value()
        switch token.kind {
        case .number:
            let digits = scanner.bytes[token.start..<token.end]
            return .number(String(decoding: digits, as: UTF8.self))
        case .yes: return .text("true")
        case .no: return .text("false")
        case .null: return .absent
        default: break
        }
        guard let text = JSONText.text(scanner.bytes, token) else {
            throw JSONFault(message: "an escape is half a character", offset: token.start)
        }
        return .text(text)
    }

    private mutating func object(_ scanner: inout JSONScanner) throws(JSONFault) -> BodyTree {
        var members: [BodyMember] = []
        var names: Set<[UInt8]> = []
        guard try scanner.open(until: UInt8(ascii: "}")) else { return .object([]) }
        repeat {
            let key = try scanner.key()
            guard let name = JSONText.text(scanner.bytes, key), names.insert(Array(name.utf8)).inserted else {
                throw JSONFault(message: "a key comes twice, or is half a character", offset: key.start)
            }
            guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
                throw JSONFault(message: "a key has a control character", offset: key.start)
            }
            members.append(BodyMember(name, try value(&scanner)))
        } while try scanner.goesOn(until: UInt8(ascii: "}"))
        return .object(members)
    }

    /// Reads `a=1&b=2` as an object of texts (WHATWG URL, application/x-www-form-urlencoded).
    mutating func form(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(JSONFault) -> BodyTree {
        var members: [BodyMember] = []
        var names: Set<[UInt8]> = []
        for pair in bytes[range].split(separator: UInt8(ascii: "&")) {
            guard members.count < 1000 else {
                throw JSONFault(message: "the form has too many fields", offset: pair.startIndex)
            }
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = PercentText.decoded(parts[0], plusIsBlank: true),
                let value = PercentText.decoded(
                    parts.count > 1 ? parts[1] : pair[pair.startIndex..<pair.startIndex],
                    plusIsBlank: true
                )
            else { throw JSONFault(message: "an escape is broken", offset: pair.startIndex) }
            guard names.insert(Array(name.utf8)).inserted else {
                throw JSONFault(message: "a field comes twice", offset: pair.startIndex)
            }
            members.append(BodyMember(name, .text(value)))
        }
        return .object(members)
    }
}
