/// How one field of a resource is read for filters and sorting.
struct FieldReader: Sendable {
    let kind: FieldKind
    let read: @Sendable (ShopState, Int) -> Scalar?
    /// For a field that has several values, of which one is enough.
    var readAll: (@Sendable (ShopState, Int) -> [Scalar])?
}

extension FieldReader {
    /// The filterable fields of `inventorylevels`: id, associations, and the indexed fields behind them.
    static func level(_ name: String, hasWarehouses: Bool) -> FieldReader? {
        switch name {
        case "id": return FieldReader(kind: .integer) { .integer($1) }
        case "product":
            return FieldReader(kind: .association(ofText: false)) { .integer($0.productId(ofLevel: $1)) }
        case "productUnitPrecision":
            return FieldReader(kind: .association(ofText: false)) { .integer($0.levels.precision($1)) }
        case "organization": return FieldReader(kind: .association(ofText: false)) { _, _ in .integer(1) }
        case "organization.id": return FieldReader(kind: .integer) { _, _ in .integer(1) }
        case "warehouse" where hasWarehouses:
            return FieldReader(kind: .association(ofText: false)) { .integer($0.levels.warehouse($1)) }
        case "warehouse.id" where hasWarehouses:
            return FieldReader(kind: .integer) { .integer($0.levels.warehouse($1)) }
        case "warehouse.name" where hasWarehouses:
            return FieldReader(kind: .text) { state, id in
                let warehouse = state.levels.warehouse(id)
                return warehouse == 0 ? nil : .text(state.warehouses[warehouse - 1])
            }
        default: break
        }
        if let field = rest(of: name, after: "product."), let reader = product(field) {
            return FieldReader(kind: reader.kind) { reader.read($0, $0.productId(ofLevel: $1)) }
        }
        if let field = rest(of: name, after: "productUnitPrecision."), let reader = precision(field) {
            return FieldReader(kind: reader.kind) { reader.read($0, $0.levels.precision($1)) }
        }
        return nil
    }

    static func product(_ name: String) -> FieldReader? {
        switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "sku": FieldReader(kind: .text) { .text($0.products.products[$1 - 1].sku) }
        case "status": FieldReader(kind: .text) { _, _ in .text("enabled") }
        case "productType", "type": FieldReader(kind: .text) { _, _ in .text("simple") }
        case "inventory_status", "inventory_status.id":
            FieldReader(kind: .association(ofText: true)) {
                .text($0.products.products[$1 - 1].inventoryStatus.rawValue)
            }
        case "createdAt":
            FieldReader(kind: .time) { .integer(Int($0.products.products[$1 - 1].createdAtSeconds)) }
        case "updatedAt":
            FieldReader(kind: .time) { .integer(Int($0.products.products[$1 - 1].updatedAtSeconds)) }
        case "organization", "owner", "attributeFamily":
            FieldReader(kind: .association(ofText: false)) { _, _ in .integer(1) }
        case "primaryUnitPrecision":
            FieldReader(kind: .association(ofText: false)) {
                .integer(Int($0.products.products[$1 - 1].primary))
            }
        default: nil
        }
    }

    static func precision(_ name: String) -> FieldReader? {
        if let field = rest(of: name, after: "product."), let reader = product(field) {
            return FieldReader(kind: reader.kind) {
                reader.read($0, Int($0.products.precisions[$1 - 1].product))
            }
        }
        return switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "product":
            FieldReader(kind: .association(ofText: false)) {
                .integer(Int($0.products.precisions[$1 - 1].product))
            }
        case "unit", "unit.id":
            FieldReader(kind: .association(ofText: true)) { .text($0.unitCode(ofPrecision: $1)) }
        default: nil
        }
    }

    static func rest(of name: String, after prefix: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.utf8.count)) : nil
    }
}
