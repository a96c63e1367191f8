/// A JSON value as it was sent: numbers keep their spelling, objects their order.
enum JsonValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([JsonValue])
    case object(JsonObject)

    var object: JsonObject? {
        if case .object(let object) = self { object } else { nil }
    }

    var list: [JsonValue]? {
        if case .list(let list) = self { list } else { nil }
    }

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var number: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }
}

/// The members of a JSON object in the order they were sent; of a repeated name the last counts, as in PHP.
struct JsonObject: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        let name: String
        let value: JsonValue
    }

    var members: [Member] = []

    var isEmpty: Bool { members.isEmpty }

    subscript(name: String) -> JsonValue? {
        members.last { $0.name == name }?.value
    }
}
