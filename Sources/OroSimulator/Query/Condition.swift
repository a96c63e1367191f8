/// A value that rows are compared by.
enum Scalar: Sendable, Hashable, Comparable {
    case integer(Int)
    case text(String)

    static func < (left: Scalar, right: Scalar) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left < right
        case (.integer, .text): true
        case (.text, .integer): false
        }
    }
}

extension Scalar? {
    /// A text to be compared without regard to capitals.
    static func caseless(_ text: String?) -> Scalar? { text.map { .text($0.lowercased()) } }
}

/// What kind of field a filter names; it decides which operators and spellings it takes.
enum FieldKind: Sendable {
    case integer
    case text
    /// Compared without regard to capitals.
    case caselessText
    case time
    case association(ofText: Bool)
}

/// One `filter[…]`, compiled.
struct Condition: Sendable {
    enum Test: Sendable {
        case oneOf(Set<Scalar>)
        case noneOf(Set<Scalar>)
        /// Inclusive at both ends.
        case between(Scalar, Scalar)
        case outside(Scalar, Scalar)
        case less(Scalar)
        case atMost(Scalar)
        case greater(Scalar)
        case atLeast(Scalar)
        case exists(Bool)
    }

    let field: String
    let test: Test
    /// Whether missing values pass a `neq`.
    var admitsMissing = false

    func admits(_ value: Scalar?) -> Bool {
        guard let value else {
            if case .exists(let wanted) = test { return !wanted }
            return admitsMissing
        }
        switch test {
        case .oneOf(let set): return set.contains(value)
        case .noneOf(let set): return !set.contains(value)
        case .between(let low, let high): return low <= value && value <= high
        case .outside(let low, let high): return value < low || high < value
        case .less(let bound): return value < bound
        case .atMost(let bound): return value <= bound
        case .greater(let bound): return value > bound
        case .atLeast(let bound): return value >= bound
        case .exists(let wanted): return wanted
        }
    }
}

extension Condition {
    private static let knownOperators: Set<String> = [
        "eq", "neq", "lt", "lte", "gt", "gte", "exists", "neq_or_null", "contains", "not_contains",
        "starts_with",
        "not_starts_with", "ends_with", "not_ends_with", "empty",
    ]

    /// Compiles every `filter[…]` of a query.
    ///
    /// Of two operators on one field only the last by name is kept, silently, as the shop does.
    static func compile(_ query: QueryString, kind: (String) -> FieldKind?) throws(ApiError) -> [Condition] {
        var conditions: [Condition] = []
        for parameter in query.parameters where parameter.path.first == "filter" {
            let (path, operation) = field(of: parameter)
            let field = path.joined(separator: ".")
            guard let kind = kind(field) else {
                throw .filter("The filter is not supported.", "filter[\(field)]")
            }
            let condition = try compile(field, kind, operation, parameter.value)
            conditions.removeAll { $0.field == field }
            conditions.append(condition)
        }
        return conditions
    }

    /// The field that a filter is about, and its operator.
    static func field(of parameter: QueryString.Parameter) -> (path: [String], operation: String) {
        var path = Array(parameter.path.dropFirst())
        guard let last = path.last, path.count > 1, knownOperators.contains(last) else { return (path, "eq") }
        path.removeLast()
        return (path, last)
    }

    private static func compile(
        _ field: String,
        _ kind: FieldKind,
        _ operation: String,
        _ text: String
    ) throws(ApiError) -> Condition {
        let parameter = "filter[\(field)]"
        switch (operation, kind) {
        case ("exists", _):
            guard let wanted = truth(text) else {
                throw .filter("Expected boolean value. Given \"\(text)\".", parameter)
            }
            // Seen: such a field's missing values cannot be asked for, `false` finds what `true` does.
            if case .caselessText = kind { return Condition(field: field, test: .exists(true)) }
            return Condition(field: field, test: .exists(wanted))
        case ("eq", _), ("neq", _), ("neq_or_null", _):
            var condition = Condition(
                field: field,
                test: try equality(text, kind, parameter, negated: operation != "eq")
            )
            condition.admitsMissing = operation == "neq_or_null"
            return condition
        case ("lt", .integer), ("lt", .time):
            return Condition(field: field, test: .less(try scalar(text, kind, parameter)))
        case ("lte", .integer), ("lte", .time):
            return Condition(field: field, test: .atMost(try scalar(text, kind, parameter)))
        case ("gt", .integer), ("gt", .time):
            return Condition(field: field, test: .greater(try scalar(text, kind, parameter)))
        case ("gte", .integer), ("gte", .time):
            return Condition(field: field, test: .atLeast(try scalar(text, kind, parameter)))
        default:
            throw .filter("The operator \"\(operation)\" is not supported.", parameter)
        }
    }

    private static func truth(_ text: String) -> Bool? {
        switch text {
        case "1", "true", "yes": true
        case "0", "false", "no": false
        default: nil
        }
    }

    private static func equality(
        _ text: String,
        _ kind: FieldKind,
        _ parameter: String,
        negated: Bool
    ) throws(ApiError) -> Test {
        if let (low, high) = try range(text, kind, parameter) {
            return negated ? .outside(low, high) : .between(low, high)
        }
        var set: Set<Scalar> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            set.insert(try scalar(String(part), kind, parameter, whole: text))
        }
        return negated ? .noneOf(set) : .oneOf(set)
    }

    private static func range(
        _ text: String,
        _ kind: FieldKind,
        _ parameter: String
    ) throws(ApiError) -> (Scalar, Scalar)? {
        switch kind {
        case .integer, .time: break
        case .association(let ofText): if ofText { return nil }
        case .text, .caselessText: return nil
        }
        guard let dots = text.firstRange(of: "..") else { return nil }
        let low = try scalar(String(text[..<dots.lowerBound]), kind, parameter, whole: text)
        let high = try scalar(String(text[dots.upperBound...]), kind, parameter, whole: text)
        return (low, high)
    }

    private static func scalar(
        _ text: String,
        _ kind: FieldKind,
        _ parameter: String,
        whole: String? = nil
    ) throws(ApiError) -> Scalar {
        switch kind {
        case .integer, .association(ofText: false):
            guard let value = Int(text) else {
                let isList = whole?.contains(",") == true
                let expected = isList ? "an array of integers" : "integer value"
                throw .filter("Expected \(expected). Given \"\(whole ?? text)\".", parameter)
            }
            return .integer(value)
        case .time:
            guard let seconds = Timestamp.parse(text) else {
                throw .filter("Expected datetime value. Given \"\(text)\".", parameter)
            }
            return .integer(Int(seconds))
        case .text, .caselessText, .association(ofText: true):
            guard !text.isEmpty else { throw .filter("Expected string value. Given \"\".", parameter) }
            if case .caselessText = kind { return .text(text.lowercased()) }
            return .text(text)
        }
    }
}
