/// One resource object with the members that orders and what they include have.
///
/// Members come in any order, `type` last if the shop likes, so all are gathered before the type decides.
struct OrderResource {
    var type = ""
    var id = ""
    var name: String?
    var group: String?
    private var identifier: String?
    private var created: String?
    private var updated: String?
    private var isExternal = false
    private var mark: String?
    private var hasMark = false
    private var status: String?
    private var parent: String?
    private var customer: String?
    private var lines: [String]?
    private var currentSKU: String?
    private var productType: String?
    private var sku: String?
    private var unitCode: String?
    private var unit: String?
    private var quantity: String?
    private var freeForm: String?
    private var product: String?
    private var warehouse: String?
    private var parts: [String]?

    /// Reads one resource.
    ///
    /// - Parameters:
    ///   - json: stands at the resource.
    ///   - field: the attribute or relationship that is read as the acknowledgement.
    /// - Throws: `JSONError` where the text is cut or no JSON.
    init(_ json: inout JSONReader, mark field: String?) throws(JSONError) {
        var read = OrderResource()
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "type": read.type = try json.text() ?? ""
            case "id": read.id = try json.text() ?? ""
            case "attributes": try read.readAttributes(&json, mark: field)
            case "relationships": try read.readRelationships(&json, mark: field)
            default: try json.skip()
            }
        }
        self = read
    }

    private init() {}

    var order: OrderDocument.OrderRow {
        OrderDocument.OrderRow(
            type: type,
            id: id,
            identifier: identifier,
            created: created,
            updated: updated,
            status: status,
            isExternal: isExternal,
            parent: parent,
            customer: customer,
            mark: mark,
            hasMark: hasMark,
            lines: lines
        )
    }

    var line: OrderDocument.LineRow {
        OrderDocument.LineRow(
            sku: sku,
            // The code is a copy that older orders may lack.
            unit: unitCode.flatMap { $0.isEmpty ? nil : $0 } ?? unit,
            quantity: quantity,
            product: product,
            freeForm: freeForm,
            warehouse: warehouse,
            parts: parts ?? []
        )
    }

    var productRow: OrderDocument.ProductRow { OrderDocument.ProductRow(sku: currentSKU, type: productType) }

    private mutating func note(_ said: String?) {
        mark = said
        hasMark = true
    }

    private mutating func readAttributes(_ json: inout JSONReader, mark field: String?) throws(JSONError) {
        var read = self
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "identifier":
                read.identifier = try json.text()
                if field == key { read.note(read.identifier) }
            case "createdAt": read.created = try json.text()
            case "updatedAt": read.updated = try json.text()
            case "external": read.isExternal = try json.bool() ?? false
            case "sku": read.currentSKU = try json.text()
            case "productSku": read.sku = try json.text()
            case "productUnitCode": read.unitCode = try json.text()
            case "quantity": read.quantity = try json.text()
            case "freeFormProduct": read.freeForm = try json.text()
            case "productType": read.productType = try json.text()
            case "name": read.name = try json.text()
            case _ where key == field: read.note(try json.text())
            default: try json.skip()
            }
        }
        self = read
    }

    private mutating func readRelationships(
        _ json: inout JSONReader,
        mark field: String?
    ) throws(JSONError) {
        var read = self
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "lineItems": read.lines = try json.targets()
            case "kitItemLineItems": read.parts = try json.targets()
            case "internalStatus": read.status = try json.target()
            case "parent": read.parent = try json.target()
            case "customer": read.customer = try json.target()
            case "product": read.product = try json.target()
            case "productUnit": read.unit = try json.target()
            case "warehouse": read.warehouse = try json.target()
            case "group": read.group = try json.target()
            case _ where key == field: read.note(try json.target())
            default: try json.skip()
            }
        }
        self = read
    }
}

extension JSONReader {
    /// The id that a to-one relationship points at.
    fileprivate mutating func target() throws(JSONError) -> String? {
        var id: String?
        try object { (key, json) throws(JSONError) in
            if key == "data" { id = try json.identifier() } else { try json.skip() }
        }
        return id
    }

    /// The ids that a to-many relationship points at; nothing where it has no list.
    fileprivate mutating func targets() throws(JSONError) -> [String]? {
        var ids: [String]?
        try object { (key, json) throws(JSONError) in
            guard key == "data", try json.kind() == .array else { return try json.skip() }
            var found: [String] = []
            try json.array { (json) throws(JSONError) in found.append(try json.identifier() ?? "") }
            ids = found
        }
        return ids
    }

    private mutating func identifier() throws(JSONError) -> String? {
        var id: String?
        try object { (key, json) throws(JSONError) in
            if key == "id" { id = try json.text() } else { try json.skip() }
        }
        return id
    }
}
