/// How entities are to be shown: which fields, which related ones, with or without links.
struct View: Sendable {
    /// Start of every link, escaped for JSON: `http:\/\/host\/admin\/api\/`.
    let base: String
    let hasLinks: Bool
    /// Sparse field sets by type; a type without one shows all its fields.
    let fields: [String: Set<String>]
    /// Paths of relationships to include, first name first.
    let include: [[String]]
    /// The bare JSON that the shop answers with to clients that do not ask for JSON:API.
    let isPlain: Bool
    /// What the reader may see.
    let permissions: ShopPermissions

    init(
        base: String,
        query: QueryString,
        hasLinks: Bool = true,
        isPlain: Bool = false,
        permissions: ShopPermissions = .all
    ) {
        self.permissions = permissions
        self.base = base
        self.hasLinks = hasLinks && !isPlain
        self.isPlain = isPlain
        var fields: [String: Set<String>] = [:]
        for parameter in query.parameters where parameter.path.first == "fields" && parameter.path.count == 2
        {
            fields[parameter.path[1]] = Set(parameter.value.split(separator: ",").map(String.init))
        }
        self.fields = fields
        include = (query.value("include") ?? "").split(separator: ",")
            .map { $0.split(separator: ".").map(String.init) }
    }

    /// Whether entities of `type` show `field`.
    func shows(_ field: String, of type: String) -> Bool {
        fields[type]?.contains(field) ?? true
    }
}

/// A pointer to an entity.
struct Reference: Hashable, Sendable {
    let type: String
    let id: String

    init(_ type: String, _ id: String) {
        self.type = type
        self.id = id
    }

    init(_ type: String, _ id: Int) {
        self.init(type, String(id))
    }
}
