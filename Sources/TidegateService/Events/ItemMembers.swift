import InventoryCore

/// The members of one item of our own form, where they stand in the body.
struct ItemMembers {
    /// What an item may say; its names are those of the schema.
    enum Name: Int, CaseIterable {
        case id, sku, skus, location, unit
        case onHand, committed, unusable, net
        case of, change
        case asOf, version, document
        case order, state, at, throughOrder, missing
        case line, quantity, aliveAt

        var text: String {
            switch self {
            case .onHand: "on_hand"
            case .asOf: "as_of"
            case .throughOrder: "through_order_id"
            case .aliveAt: "alive_at"
            default: String(describing: self)
            }
        }
    }

    /// Some of the names, one bit each: every item is compared with them.
    struct Vocabulary: ExpressibleByArrayLiteral {
        fileprivate let bits: UInt32

        private init(_ names: some Sequence<Name>) {
            bits = names.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
        }

        init(arrayLiteral names: Name...) {
            self.init(names)
        }

        /// Of stock events, and what tells acknowledgements from them.
        static let stock = Vocabulary(Name.allCases.filter { ![.line, .quantity, .aliveAt].contains($0) })
        /// Of acknowledgements of web orders.
        static let orders = Vocabulary([.id, .order, .line, .quantity, .state, .at, .aliveAt, .document])
    }

    private static let names: [[UInt8]] = Name.allCases.map { Array($0.text.utf8) }

    private var tokens = [JSONToken](repeating: .absent, count: Name.allCases.count)
    private var seen: UInt32 = 0
    private(set) var unknown = 0
    /// The first that nobody knows.
    private(set) var firstUnknown: String?
    private(set) var repeated: Name?

    /// Takes an object, whose `{` comes next.
    ///
    /// Null counts as if the member were missing.
    mutating func read(
        _ scanner: inout JSONScanner,
        _ vocabulary: Vocabulary = .stock
    ) throws(JSONFault) {
        seen = 0
        unknown = 0
        firstUnknown = nil
        repeated = nil
        guard try scanner.open(until: UInt8(ascii: "}")) else { return }
        repeat {
            let key = try scanner.key()
            let value = try scanner.value()
            let bits = vocabulary.bits
            guard let name = name(key, scanner.bytes), bits & 1 << UInt32(name.rawValue) != 0 else {
                unknown += 1
                if firstUnknown == nil { firstUnknown = JSONText.text(scanner.bytes, key) ?? "?" }
                continue
            }
            let bit: UInt32 = 1 << UInt32(name.rawValue)
            if seen & bit != 0 { repeated = repeated ?? name }
            seen |= bit
            tokens[name.rawValue] = value
        } while try scanner.goesOn(until: UInt8(ascii: "}"))
    }

    private func name(_ key: JSONToken, _ bytes: UnsafeBufferPointer<UInt8>) -> Name? {
        if key.hasEscapes {
            let decoded = JSONText.decoded(bytes, key)
            return ItemMembers.names.firstIndex { $0 == decoded }.flatMap(Name.init)
        }
        let length = key.end - key.start
        for (index, name) in ItemMembers.names.enumerated() where name.count == length {
            var same = true
            for place in 0..<length where name[place] != bytes[key.start + place] {
                same = false
                break
            }
            if same { return Name(rawValue: index) }
        }
        return nil
    }

    /// Gives where a member's value stands; nothing where it is missing or null.
    subscript(_ name: Name) -> JSONToken? {
        guard seen & 1 << UInt32(name.rawValue) != 0 else { return nil }
        let token = tokens[name.rawValue]
        return token.kind == .null ? nil : token
    }

    func has(_ name: Name) -> Bool { self[name] != nil }

    /// The first of the members that are there and not among these.
    func other(than names: Vocabulary) -> Name? {
        guard seen & ~names.bits != 0 else { return nil }
        return Name.allCases.first { has($0) && names.bits & 1 << UInt32($0.rawValue) == 0 }
    }
}
