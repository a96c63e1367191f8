/// A YAML value that knows where it is written.
///
/// Scalars keep their text: what `007` or `1.10` means is for the key that it is given to.
struct MarkedNode: Sendable {
    let content: Content
    let place: Place

    enum Content: Sendable {
        /// `isPlain` where it is written without quotation marks, so that `null` can mean nothing.
        case scalar(text: String, isPlain: Bool)
        case sequence([MarkedNode])
        /// In file order; a key written twice is there twice.
        case mapping([Entry])
    }

    struct Entry: Sendable {
        let key: String
        let keyPlace: Place
        let value: MarkedNode
    }

    /// A line and a column, each counted from 1.
    struct Place: Hashable, Sendable {
        let line: Int
        let column: Int

        static let file = Place(line: 0, column: 0)
    }

    /// Whether the value says "nothing" (YAML 1.2 core schema).
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What kind of value it is, in words.
    var kind: String {
        switch content {
        case .scalar(_, isPlain: false): "a text"
        case .scalar(let text, _): isNull ? "nothing" : MarkedNode.kind(ofPlain: text)
        case .sequence: "a list"
        case .mapping: "a section of keys"
        }
    }

    private static func kind(ofPlain text: String) -> String {
        if ["true", "false"].contains(text.lowercased()) { return "true or false" }
        return Double(text) == nil ? "a text" : "a number"
    }
}
