/// One record of a batch: the usual ones are digested at once, the rest keeps its JSON until its chunk runs.
enum BatchRecord: Sendable {
    case level(id: Int32, quantity: StockQuantity)
    case other(JsonObject)
    /// Not an object: it fails its whole chunk.
    case broken

    /// The id that the record names.
    var sentId: String? {
        switch self {
        case .level(let id, _): String(id)
        case .other(let object): object["id"]?.text
        case .broken: nil
        }
    }
}

/// A batch body as the shop's streaming reader sees it: it takes what is whole and ignores a cut end.
struct BatchBody: Sendable {
    var records: [BatchRecord] = []
    /// Entities under `included`, in order.
    var included: [JsonObject] = []
    /// Why the file could not be read at all.
    var fault: String?

    /// Reads a body for `type`; levels get the short form where it says everything.
    static func read(_ bytes: [UInt8], type: String) -> BatchBody {
        var body = BatchBody()
        var reader = JsonReader(bytes)
        do {
            try body.readRoot(&reader, isLevels: type == "inventorylevels")
        } catch {
            body.stop(at: error, bytes)
        }
        // Only an object starts a chunk; what else there is, is never looked at then.
        let hasObject = body.records.contains { if case .broken = $0 { false } else { true } }
        if !hasObject { body.records = [] }
        return body
    }

    private mutating func readRoot(_ reader: inout JsonReader, isLevels: Bool) throws(JsonFault) {
        // A list has no named members, so that nothing in it is found.
        if try reader.peek() == UInt8(ascii: "[") { return }
        try reader.take(UInt8(ascii: "{"))
        if try reader.takes(UInt8(ascii: "}")) { return }
        repeat {
            let name = try reader.memberName()
            switch name {
            case "data", "included":
                guard try reader.peek() == UInt8(ascii: "[") else {
                    setNoNamedList()
                    return
                }
                try readList(&reader, isIncluded: name == "included", isLevels: isLevels)
            default: _ = try reader.value()
            }
        } while try reader.takes(UInt8(ascii: ","))
        try reader.take(UInt8(ascii: "}"))
    }

    private mutating func readList(
        _ reader: inout JsonReader,
        isIncluded: Bool,
        isLevels: Bool
    ) throws(JsonFault) {
        try reader.take(UInt8(ascii: "["))
        if try reader.takes(UInt8(ascii: "]")) { return }
        repeat {
            let value = try reader.value()
            if isIncluded {
                if let object = value.object { included.append(object) }
            } else if let object = value.object {
                records.append(isLevels ? Self.digest(object) : .other(object))
            } else {
                records.append(.broken)
            }
        } while try reader.takes(UInt8(ascii: ","))
        try reader.take(UInt8(ascii: "]"))
    }

    /// A body that ends too early is taken as far as it goes, silently; other faults spoil all of it.
    private mutating func stop(at fault: JsonFault, _ bytes: [UInt8]) {
        guard case .unexpected(let at) = fault else { return }
        let head = bytes.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        let isDocument = head == UInt8(ascii: "{") || head == UInt8(ascii: "[")
        self = BatchBody()
        self.fault =
            isDocument
            ? "Parsing error in [1:\(at + 1)]. Unexpected character."
            : "Parsing error in [1:1]. Document must start with object or array."
    }

    private mutating func setNoNamedList() {
        records = []
        fault =
            "Parsing error in [0:0]. Document must start with a named object that has an array as a value."
    }

    /// The short form of a record that has nothing wrong with it on its own.
    private static func digest(_ object: JsonObject) -> BatchRecord {
        var id: Int32?
        var quantity: StockQuantity?
        var isUpdate = false
        for member in object.members {
            switch (member.name, member.value) {
            case ("type", .text("inventorylevels")): continue
            case ("id", .text(let text)): id = Int32(text)
            case ("meta", .object(let meta)):
                guard meta.members.count == 1, meta["update"] == .bool(true) else { return .other(object) }
                isUpdate = true
            case ("attributes", .object(let attributes)):
                guard attributes.members.count == 1, let value = attributes["quantity"],
                    case .success(let read) = QuantityRules.read(value)
                else { return .other(object) }
                quantity = read
            default: return .other(object)
            }
        }
        guard object.members.count == 4, isUpdate, let id, id > 0, let quantity else { return .other(object) }
        return .level(id: id, quantity: quantity)
    }
}

extension JsonReader {
    /// Reads a member's name and its colon.
    fileprivate mutating func memberName() throws(JsonFault) -> String {
        guard try peek() == UInt8(ascii: "\"") else { throw .unexpected(at: at) }
        let name = try string()
        try take(UInt8(ascii: ":"))
        return name
    }
}
