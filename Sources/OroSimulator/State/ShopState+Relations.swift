extension ShopState {
    /// What a relationship points at; nil when the resource has no such relationship.
    func related(_ reference: Reference, _ name: String, _ permissions: ShopPermissions) -> Record.Target? {
        let target: Record.Target? =
            switch reference.type {
            case "inventorylevels": levelRelation(reference, name)
            case "products": productRelation(reference, name)
            case "productunitprecisions": precisionRelation(reference, name)
            case "orders", "orderlineitems", "orderproductkititemlineitems", "customers":
                orderRelation(reference, name)
            case "productunits", "warehouses", "asyncoperations": nil
            default: records.record(reference)?.relations.first { $0.name == name }?.target
            }
        return switch target {
        case .one(let reference?): .one(seen(reference, permissions))
        case .many(let references): .many(references.filter { permissions.sees($0.type) })
        default: target
        }
    }

    /// The entity where the role may view it, else nothing.
    func seen(_ reference: Reference, _ permissions: ShopPermissions) -> Reference? {
        guard permissions.sees(reference.type) else { return nil }
        guard !conditions.hiddenProducts.isEmpty, reference.type == "products", let id = Int(reference.id)
        else { return reference }
        return conditions.hiddenProducts.contains(products.products[id - 1].sku) ? nil : reference
    }

    private func levelRelation(_ reference: Reference, _ name: String) -> Record.Target? {
        guard let id = Int(reference.id), levels.exists(id) else { return nil }
        switch name {
        case "product": return .one(Reference("products", productId(ofLevel: id)))
        case "productUnitPrecision": return .one(Reference("productunitprecisions", levels.precision(id)))
        case "organization": return .one(Reference("organizations", "1"))
        case "warehouse" where !warehouses.isEmpty:
            let warehouse = levels.warehouse(id)
            return .one(warehouse == 0 ? nil : Reference("warehouses", warehouse))
        default: return nil
        }
    }

    private func productRelation(_ reference: Reference, _ name: String) -> Record.Target? {
        guard let id = Int(reference.id), let product = products.product(id) else { return nil }
        switch name {
        case "unitPrecisions":
            return .many(product.precisions.map { Reference("productunitprecisions", Int($0)) })
        case "primaryUnitPrecision": return .one(Reference("productunitprecisions", Int(product.primary)))
        case "inventory_status":
            return .one(Reference("prodinventorystatuses", product.inventoryStatus.rawValue))
        case "organization": return .one(Reference("organizations", "1"))
        case "owner": return .one(Reference("businessunits", "1"))
        case "attributeFamily": return .one(Reference("attributefamilies", "1"))
        case "brand", "category": return .one(nil)
        case "variantLinks", "images", "kitItems": return .many([])
        default: return nil
        }
    }

    private func precisionRelation(_ reference: Reference, _ name: String) -> Record.Target? {
        guard let id = Int(reference.id), let precision = products.precision(id) else { return nil }
        switch name {
        case "product": return .one(Reference("products", Int(precision.product)))
        case "unit": return .one(Reference("productunits", units[Int(precision.unit)].code))
        default: return nil
        }
    }

    /// Writes the entities that the view's `include` reaches from `roots`, each once, in the order met.
    func writeIncluded(from roots: [Reference], to writer: inout EntityWriter) {
        guard !writer.view.include.isEmpty else { return }
        var seen = Set(roots)
        var isFirst = true
        for root in roots {
            for path in writer.view.include {
                include(path[...], from: root, seen: &seen, isFirst: &isFirst, to: &writer)
            }
        }
        if !isFirst { writer.text.raw("]") }
    }

    private func include(
        _ path: ArraySlice<String>,
        from reference: Reference,
        seen: inout Set<Reference>,
        isFirst: inout Bool,
        to writer: inout EntityWriter
    ) {
        guard let name = path.first, writer.view.shows(name, of: reference.type),
            let target = related(reference, name, writer.view.permissions)
        else { return }
        let references =
            switch target {
            case .one(let one): one.map { [$0] } ?? []
            case .many(let many): many
            }
        for reference in references {
            if seen.insert(reference).inserted {
                let mark = writer.text.bytes.count
                writer.text.raw(isFirst ? ",\"included\":[" : ",")
                if write(reference, to: &writer) {
                    isFirst = false
                } else {
                    writer.text.bytes.removeLast(writer.text.bytes.count - mark)
                }
            }
            include(path.dropFirst(), from: reference, seen: &seen, isFirst: &isFirst, to: &writer)
        }
    }
}
