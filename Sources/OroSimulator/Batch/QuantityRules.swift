/// Which spellings of a quantity the API takes; single and batch writes share them.
enum QuantityRules {
    static func read(_ value: JsonValue) -> Result<StockQuantity, ApiError> {
        switch value {
        case .null: return .failure(.notBlank)
        case .bool(let bool): return bool ? read("1") : .failure(.notValid)
        case .text(let text): return read(text)
        case .number(let text): return read(spelled(text))
        case .list, .object: return .failure(.notValid)
        }
    }

    private static func read(_ text: String) -> Result<StockQuantity, ApiError> {
        let trimmed = trim(text)
        guard !trimmed.isEmpty else { return .failure(.notValid) }
        return StockQuantity.parse(trimmed).mapError { fault in
            switch fault {
            case .notDecimal: .notValid
            case .tooLong: .notDecimal
            case .tooLarge: .notNumeric
            }
        }
    }

    /// PHP reads 52.50 and 1e3 as floats and spells them its own way; whole numbers stay as they are.
    private static func spelled(_ number: String) -> String {
        if Int64(number) != nil { return number }
        guard let value = Double(number) else { return number }
        if value.rounded() == value, abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }

    private static func trim(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else {
            return text
        }
        let kept = text.utf8.drop { isSpace($0) }
        return String(decoding: Array(kept).reversed().drop { isSpace($0) }.reversed(), as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte == 0
    }
}
