/// A page of orders with what it includes, as the shop writes it: nothing is judged yet.
struct OrderDocument: Sendable {
    var orders: [OrderRow] = []
    var lines: [String: LineRow] = [:]
    /// What kits consist of.
    var parts: [String: LineRow] = [:]
    /// Lines and parts that are included twice, by type and id.
    var repeated: Set<String> = []
    /// The id of each customer's group; a customer without one has an empty text.
    var customers: [String: String] = [:]
    /// Names by id.
    var groups: [String: String] = [:]
    var warehouses: [String: String] = [:]
    var products: [String: ProductRow] = [:]

    struct OrderRow: Sendable {
        var type: String
        var id: String
        var identifier: String?
        var created: String?
        var updated: String?
        var status: String?
        var isExternal: Bool
        var parent: String?
        var customer: String?
        var mark: String?
        /// Whether the shop knows the field of the acknowledgement at all.
        var hasMark: Bool
        /// Ids of the lines; nothing where the shop does not show the relationship.
        var lines: [String]?
    }

    struct ProductRow: Sendable {
        /// What it is called now.
        var sku: String?
        /// `simple`, `configurable` or `kit`.
        var type: String?
    }

    /// A line, or a part of a kit's line.
    struct LineRow: Sendable {
        /// What the product was called when the line was saved last.
        var sku: String?
        var unit: String?
        /// As the number is written.
        var quantity: String?
        var product: String?
        var freeForm: String?
        var warehouse: String?
        var parts: [String]
    }

    static let lineType = "orderlineitems"
    static let partType = "orderproductkititemlineitems"

    /// Reads a page or a single order; `mark` is the field that may hold the ERP's acknowledgement.
    init(_ body: [UInt8], mark: OrderMark? = nil) throws(JSONError) {
        var json = JSONReader(body)
        var read = OrderDocument()
        var hasData = false
        let field = mark?.rawValue
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "data":
                hasData = true
                if try json.kind() == .object {
                    read.orders.append(try OrderResource(&json, mark: field).order)
                } else {
                    try json.array { (json) throws(JSONError) in
                        read.orders.append(try OrderResource(&json, mark: field).order)
                    }
                }
            case "included":
                try json.array { (json) throws(JSONError) in
                    read.include(try OrderResource(&json, mark: nil))
                }
            default: try json.skip()
            }
        }
        try json.end()
        guard hasData else { throw JSONError(offset: 0) }
        self = read
    }

    private init() {}

    private mutating func include(_ resource: OrderResource) {
        switch resource.type {
        case OrderDocument.lineType:
            if lines.updateValue(resource.line, forKey: resource.id) != nil {
                repeated.insert("\(resource.type) \(resource.id)")
            }
        case OrderDocument.partType:
            if parts.updateValue(resource.line, forKey: resource.id) != nil {
                repeated.insert("\(resource.type) \(resource.id)")
            }
        case "customers": customers[resource.id] = resource.group ?? ""
        case "customergroups": groups[resource.id] = resource.name
        case "warehouses": warehouses[resource.id] = resource.name
        case "products": products[resource.id] = resource.productRow
        default: break
        }
    }
}
