import InventoryCore

/// A page of levels with what it includes: enough to name each by SKU, unit and warehouse.
struct LevelDocument: Sendable {
    var levels: [LevelRow] = []
    var products: [String: ProductRow] = [:]
    var unitPrecisions: [String: UnitRow] = [:]
    /// Names by id; empty in the Community Edition.
    var warehouses: [String: String] = [:]
    /// Customer groups and product units; the latter have their code for an id.
    var names: [String: String] = [:]
    /// When each organization was made, where the role may read that.
    var organizations: [String: String] = [:]

    struct LevelRow: Hashable, Sendable {
        var id: String
        var quantity: String?
        var product: String?
        var unitPrecision: String?
        var warehouse: String?
        /// The id that was sent, in the answer to a synchronous batch.
        var dataID: String?
    }

    struct ProductRow: Hashable, Sendable {
        var sku: String
        /// The id of the primary unit's precision where the shop says.
        var primaryUnitPrecision: String?
        /// `in_stock`, `out_of_stock` or `discontinued`, where it was asked for.
        var inventoryStatus: String?
    }

    struct UnitRow: Hashable, Sendable {
        var unit: String
        var precision: Int
        var conversionRate: Quantity?
    }

    /// Reads a page or a single level.
    init(_ body: [UInt8]) throws(JSONError) {
        var json = JSONReader(body)
        var read = LevelDocument()
        var hasData = false
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "data":
                hasData = true
                if try json.kind() == .object {
                    read.add(try Resource(&json))
                } else {
                    try json.array { (json) throws(JSONError) in read.add(try Resource(&json)) }
                }
            case "included":
                try json.array { (json) throws(JSONError) in read.add(try Resource(&json)) }
            default: try json.skip()
            }
        }
        try json.end()
        guard hasData else { throw JSONError(offset: 0) }
        self = read
    }

    private init() {}

    private mutating func add(_ resource: Resource) {
        switch resource.type {
        case "inventorylevels":
            levels.append(
                LevelRow(
                    id: resource.id,
                    quantity: resource.quantity,
                    product: resource.product,
                    unitPrecision: resource.unitPrecision,
                    warehouse: resource.warehouse,
                    dataID: resource.dataID
                )
            )
        case "products":
            if let sku = resource.sku {
                products[resource.id] = ProductRow(
                    sku: sku,
                    primaryUnitPrecision: resource.primaryUnitPrecision,
                    inventoryStatus: resource.inventoryStatus
                )
            }
        case "productunitprecisions":
            if let unit = resource.unit {
                unitPrecisions[resource.id] = UnitRow(
                    unit: unit,
                    precision: resource.precision ?? 0,
                    conversionRate: resource.conversionRate
                )
            }
        case "warehouses":
            warehouses[resource.id] = resource.name ?? resource.id
        case "organizations": organizations[resource.id] = resource.created
        case NamedResource.customerGroups.rawValue: names[resource.id] = resource.name ?? resource.id
        case NamedResource.units.rawValue: names[resource.id] = resource.id
        default: break
        }
    }
}

/// One resource object with the few members that levels and what they include have.
///
/// Members come in any order, `type` last if the shop likes, so all are gathered before the type decides.
private struct Resource {
    var type = ""
    var id = ""
    var quantity: String?
    var sku: String?
    var name: String?
    var created: String?
    var precision: Int?
    var conversionRate: Quantity?
    var product: String?
    var unitPrecision: String?
    var primaryUnitPrecision: String?
    var inventoryStatus: String?
    var warehouse: String?
    var unit: String?
    var dataID: String?

    init(_ json: inout JSONReader) throws(JSONError) {
        var read = Resource()
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "type": read.type = try json.text() ?? ""
            case "id": read.id = try json.text() ?? ""
            case "attributes": try read.readAttributes(&json)
            case "relationships": try read.readRelationships(&json)
            case "meta":
                try json.object { (key, json) throws(JSONError) in
                    if key == "dataId" { read.dataID = try json.text() } else { try json.skip() }
                }
            default: try json.skip()
            }
        }
        self = read
    }

    private init() {}

    private mutating func readAttributes(_ json: inout JSONReader) throws(JSONError) {
        var read = self
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "quantity": read.quantity = try json.text()
            case "sku": read.sku = try json.text()
            case "name": read.name = try json.text()
            case "createdAt": read.created = try json.text()
            case "precision": read.precision = try json.integer()
            case "conversionRate":
                // A rate with more than six decimals is not told exactly; it is compared as it is rounded.
                read.conversionRate = try json.number().flatMap { Quantity(rounding: $0) }
            default: try json.skip()
            }
        }
        self = read
    }

    private mutating func readRelationships(_ json: inout JSONReader) throws(JSONError) {
        var read = self
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "product": read.product = try Resource.target(&json)
            case "productUnitPrecision": read.unitPrecision = try Resource.target(&json)
            case "primaryUnitPrecision": read.primaryUnitPrecision = try Resource.target(&json)
            case "inventory_status": read.inventoryStatus = try Resource.target(&json)
            case "warehouse": read.warehouse = try Resource.target(&json)
            case "unit": read.unit = try Resource.target(&json)
            default: try json.skip()
            }
        }
        self = read
    }

    /// The id that a to-one relationship points at.
    private static func target(_ json: inout JSONReader) throws(JSONError) -> String? {
        var id: String?
        try json.object { (key, json) throws(JSONError) in
            guard key == "data" else { return try json.skip() }
            try json.object { (key, json) throws(JSONError) in
                if key == "id" { id = try json.text() } else { try json.skip() }
            }
        }
        return id
    }
}

extension Quantity {
    /// The nearest millionth; nothing where that does not fit.
    fileprivate init?(rounding number: Double) {
        let millionths = (number * Double(Quantity.scale)).rounded()
        guard let exact = Int64(exactly: millionths) else { return nil }
        self.init(millionths: exact)
    }
}
