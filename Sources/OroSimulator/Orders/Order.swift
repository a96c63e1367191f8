/// An order of the web shop.
struct Order: Sendable {
    let uuid: String
    var identifier: String?
    /// The id that another system gave it; versions before 6.1 have no such field.
    var externalId: String?
    /// What a client may write and nobody else reads, by name: `poNumber`, `customerNotes` and the like.
    var texts: [String: JsonValue] = [:]
    var customer: Int?
    /// Whether it was imported from another system; only shown.
    var isExternal = false
    var visibility = OrderVisibility.committed
    /// The order that this one is a part of.
    var parent: Int?
    var subOrders: [Int] = []
    var lines: [Int] = []
    var shown = ShownFields()
    /// 5.1 gives an order that came by API its number only after it has answered.
    var isNew = false
    /// The id of its `orderinternalstatuses`.
    var status = OrderStatus.open
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

/// What became of an order, as the back office has it; the API cannot set it.
///
/// Which of them an installation knows depends on its version; the back office adds its own.
package enum OrderStatus: String, Sendable, CaseIterable {
    case archived
    case cancelled
    case closed
    case open
    case pending
    case processing
    case shipped
}

/// Whether others can see an order.
package enum OrderVisibility: String, Sendable, CaseIterable {
    case committed
    /// Its transaction has taken its ids and times, but is not committed yet.
    case uncommitted
    /// A back-office draft: it sits in the same table, and a filter of the shop's hides it from the API.
    case draft
}

struct OrderLine: Sendable {
    /// One, unless sub-orders share the lines of their main order; that one comes first.
    var orders: [Int]
    /// nil for a line that somebody wrote by hand.
    let product: Int?
    let sku: String?
    let freeForm: String?
    let unit: String
    /// As it was sent.
    var quantity: String
    var value: Double
    let currency: String
    var comment: JsonValue = .null
    var shown = ShownFields()
    /// What a kit is made of, by the ids of `orderproductkititemlineitems`.
    var kitItems: [Int] = []
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

/// A component of a kit that was ordered.
struct OrderKitItem: Sendable {
    let line: Int
    let product: Int?
    let sku: String
    let unit: String
    /// For one kit, not for the line.
    let quantity: String
}

struct Customer: Sendable {
    let name: String
    var group: Int?
    var shown = ShownFields()
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

/// What an entity shows that nothing else here works with, by name: addresses, payment terms and the like.
struct ShownFields: Sendable {
    var attributes: [String: JsonValue] = [:]
    var relations: [String: Record.Target] = [:]

    subscript(name: String, otherwise value: JsonValue) -> JsonValue { attributes[name] ?? value }

    func one(_ name: String) -> Reference? {
        if case .one(let reference)? = relations[name] { reference } else { nil }
    }

    func many(_ name: String) -> [Reference] {
        if case .many(let references)? = relations[name] { references } else { [] }
    }
}
