import InventoryCore

/// A value on its way from YAML to a setting: each reading gives the typed value, or nothing after logging
/// why.
struct Field {
    let node: MarkedNode
    let path: String
    let log: ProblemLog

    var place: MarkedNode.Place { node.place }

    func refuse(_ reason: String, hint: String = "", code: SettingsProblem.Code = .badValue) {
        log.add(code, at: place, path, reason, hint: hint)
    }

    func refuseType(_ wanted: String) {
        refuse("This is \(node.kind), but \(wanted) belongs here.", code: .wrongType)
    }

    /// The text as written; numbers and `true` count as their text, so that names like 4711 need no quotes.
    func text(_ wanted: String = "a text") -> String? {
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            refuseType(wanted)
            return nil
        }
        return text
    }

    /// A text that is not empty, on one line, and not longer than `bytesMax`.
    func name(bytesMax: Int = 1000) -> String? {
        guard let text = text() else { return nil }
        guard !text.isEmpty else {
            refuse("The text is empty.")
            return nil
        }
        guard text.utf8.count <= bytesMax else {
            refuse("The text is longer than \(bytesMax) bytes.")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            refuse("The text contains a line break, a tab or another control character.")
            return nil
        }
        return text
    }

    func flag() -> Bool? {
        guard let text = text("true or false") else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default:
            let isOldWord = ["yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
            refuse(
                "\(Spelling.quoted(text)) is neither true nor false.",
                hint: isOldWord ? "YAML 1.2 knows only true and false." : "Write true or false.",
                code: .wrongType
            )
            return nil
        }
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let text = text("a whole number") else { return nil }
        guard let value = Int(text), !text.hasPrefix("+") else {
            refuse(
                "\(Spelling.quoted(text)) is not a whole number.",
                hint: "Write digits only, without grouping.",
                code: .wrongType
            )
            return nil
        }
        guard range.contains(value) else {
            refuse("\(value) is out of range.", hint: Field.hint(range))
            return nil
        }
        return value
    }

    /// An exact decimal within a range.
    func quantity(in range: ClosedRange<Quantity>) -> Quantity? {
        guard let text = text("a number") else { return nil }
        do {
            let value = try Quantity(decimal: text)
            guard range.contains(value) else {
                refuse(
                    "\(value) is out of range.",
                    hint: "It has to be from \(range.lowerBound) to \(range.upperBound)."
                )
                return nil
            }
            return value
        } catch {
            switch error {
            case .notANumber:
                refuse(
                    "\(Spelling.quoted(text)) is not a plain decimal.",
                    hint: "Write digits with a point, such as 12 or 7.5.",
                    code: .wrongType
                )
            case .tooPrecise:
                refuse("\(Spelling.quoted(text)) has more than six decimals.", hint: "Round it to six.")
            case .tooLarge:
                refuse("\(Spelling.quoted(text)) is too large.", hint: "Quantities end at 9.2 × 10¹².")
            }
            return nil
        }
    }

    /// One of the words, compared without regard to case.
    func choice<Value>(_ words: [(String, Value)]) -> Value? {
        let names = words.map(\.0)
        guard let text = text(Spelling.alternatives(names)) else { return nil }
        if let found = words.first(where: { $0.0.lowercased() == text.lowercased() }) { return found.1 }
        let near = Spelling.nearest(to: text, in: names).map { "Did you mean \(Spelling.quoted($0))?" }
        refuse(
            "\(Spelling.quoted(text)) is none of the known values.",
            hint: near ?? "Write \(Spelling.alternatives(names))."
        )
        return nil
    }

    /// The items of a list, each with its place; a single value is not taken for a list of one.
    func items() -> [Field]? {
        guard case .sequence(let nodes) = node.content else {
            refuseType("a list")
            return nil
        }
        return nodes.enumerated().map { Field(node: $1, path: "\(path)[\($0 + 1)]", log: log) }
    }

    /// The keys below this one.
    func section() -> Section? {
        guard case .mapping(let entries) = node.content else {
            refuseType("a section of keys")
            return nil
        }
        return Section(entries: entries, place: place, path: path, log: log)
    }

    private static func hint(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "It has to be \(range.lowerBound) or more."
            : "It has to be from \(range.lowerBound) to \(range.upperBound)."
    }
}
