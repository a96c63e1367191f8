/// An entity that is only stored and shown: customer groups, price lists and the like.
struct Record: Sendable {
    var id: String
    var attributes: [(name: String, value: JsonValue)]
    var relations: [(name: String, target: Target)]
    /// Whether its relationships carry links.
    var relationLinks = true

    enum Target: Sendable {
        case one(Reference?)
        case many([Reference])
    }
}

/// Entities that are only stored and shown, by type, in the order of their ids.
struct RecordTable {
    private(set) var byType: [String: [Record]] = [:]

    mutating func append(_ record: Record, type: String) {
        byType[type, default: []].append(record)
    }

    /// Whether there was one to remove.
    mutating func remove(_ reference: Reference) -> Bool {
        guard let index = byType[reference.type]?.firstIndex(where: { $0.id == reference.id }) else {
            return false
        }
        byType[reference.type]?.remove(at: index)
        return true
    }

    func record(_ reference: Reference) -> Record? {
        byType[reference.type]?.first { $0.id == reference.id }
    }
}
