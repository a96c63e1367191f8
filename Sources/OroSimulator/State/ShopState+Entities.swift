extension ShopState {
    /// Writes one entity; false when there is none.
    func write(_ reference: Reference, to writer: inout EntityWriter, meta: String? = nil) -> Bool {
        switch reference.type {
        case "inventorylevels":
            guard let id = Int(reference.id), levels.exists(id) else { return false }
            write(level: id, to: &writer, meta: meta)
        case "products":
            guard let id = Int(reference.id), let product = products.product(id) else { return false }
            write(product: product, id: id, to: &writer, meta: meta)
        case "productunitprecisions":
            guard let id = Int(reference.id), let precision = products.precision(id) else { return false }
            write(precision: precision, id: id, to: &writer)
        case "productunits":
            guard let unit = units.first(where: { $0.code == reference.id }) else { return false }
            write(unit: unit, to: &writer)
        case "warehouses":
            guard let id = Int(reference.id), id >= 1, id <= warehouses.count else { return false }
            writer.begin(reference)
            writer.attribute("name", warehouses[id - 1])
            writer.toOne("organization", Reference("organizations", "1"))
            writer.end()
        case "orders", "orderlineitems", "orderproductkititemlineitems", "customers":
            return writeOrderEntity(reference, to: &writer, meta: meta)
        default:
            guard let record = records.record(reference) else { return false }
            write(record: record, type: reference.type, to: &writer)
        }
        return true
    }

    func write(level id: Int, to writer: inout EntityWriter, meta: String? = nil) {
        writer.begin(Reference("inventorylevels", id), meta: meta)
        writer.attribute("quantity", levels.quantity(id).text)
        if hasExternalIds { writer.attribute("externalId", .null) }
        if writer.shows("product") {
            writer.toOne(
                "product",
                seen(Reference("products", productId(ofLevel: id)), writer.view.permissions)
            )
        }
        let precision = levels.precision(id)
        writer.toOne("productUnitPrecision", Reference("productunitprecisions", precision))
        writer.toSeen("organization", Reference("organizations", "1"))
        let warehouse = levels.warehouse(id)
        if !warehouses.isEmpty {
            writer.toOne("warehouse", warehouse == 0 ? nil : Reference("warehouses", warehouse))
        }
        writer.end()
    }

    private func write(
        product: ProductTable.Product,
        id: Int,
        to writer: inout EntityWriter,
        meta: String?
    ) {
        writer.begin(Reference("products", id), meta: meta)
        writer.attribute("sku", product.sku)
        writer.attribute("status", "enabled")
        writer.attribute("variantFields", .list([]))
        writer.attribute("createdAt", Timestamp.text(product.createdAtSeconds))
        writer.attribute("updatedAt", Timestamp.text(product.updatedAtSeconds))
        writer.attribute("productType", "simple")
        writer.attribute("featured", .bool(false))
        writer.attribute("newArrival", .bool(false))
        if hasKits { writer.attribute("kitShippingCalculationMethod", .null) }
        writer.attribute("category_sort_order", .null)
        writer.attribute("availability_date", .null)
        writer.toSeen("owner", Reference("businessunits", "1"))
        writer.toSeen("organization", Reference("organizations", "1"))
        if writer.shows("unitPrecisions") {
            let references = product.precisions.filter { precisionIsLive($0) }
                .map { Reference("productunitprecisions", Int($0)) }
            writer.toMany("unitPrecisions", references)
        }
        writer.toOne("primaryUnitPrecision", Reference("productunitprecisions", Int(product.primary)))
        writer.toMany("names", [Reference("productnames", id)])
        writer.toMany("descriptions", hasTexts ? [Reference("productdescriptions", id)] : [])
        writer.toMany("variantLinks", [])
        if hasKits { writer.toOne("defaultVariant", nil) }
        writer.toMany("shortDescriptions", hasTexts ? [Reference("productshortdescriptions", id)] : [])
        writer.toMany("images", [])
        writer.toSeen("attributeFamily", Reference("attributefamilies", "1"))
        writer.toOne("brand", nil)
        writer.toMany("kitItems", [])
        writer.toMany("slugPrototypes", [Reference("localizedfallbackvalues", id)])
        for name in ["category", "pageTemplate", "taxCode"] { writer.toOne(name, nil) }
        let managed = product.managesInventory.map { _ in Reference("entityfieldfallbackvalues", id) }
        writer.toOne("manageInventory", managed)
        for name in Self.stockSettings { writer.toOne(name, nil) }
        for name in ["metaTitles", "metaDescriptions", "metaKeywords"] {
            writer.toMany(name, hasTexts ? [Reference("localizedfallbackvalues", id)] : [])
        }
        writer.toOne("inventory_status", Reference("prodinventorystatuses", product.inventoryStatus.rawValue))
        for name in ["productShippingOptions", "attachments", "activityNotes"] { writer.toMany(name, []) }
        writer.end()
    }

    func write(
        precision: ProductTable.Precision,
        id: Int,
        to writer: inout EntityWriter,
        meta: String? = nil
    ) {
        writer.begin(Reference("productunitprecisions", id), meta: meta)
        writer.attribute("precision", .number(String(precision.precision)))
        writer.attribute("conversionRate", .number(Self.number(precision.conversionRate)))
        writer.attribute("sell", .bool(precision.sell))
        let product = Reference("products", Int(precision.product))
        writer.toOne("product", seen(product, writer.view.permissions))
        writer.toOne("unit", Reference("productunits", units[Int(precision.unit)].code))
        writer.end()
    }

    private func write(unit: ProductUnit, to writer: inout EntityWriter) {
        writer.begin(Reference("productunits", unit.code))
        writer.attribute("defaultPrecision", .number(String(unit.defaultPrecision)))
        writer.attribute("label", unit.label)
        writer.attribute("shortLabel", unit.shortLabel)
        writer.attribute("pluralLabel", unit.pluralLabel)
        writer.attribute("shortPluralLabel", unit.shortPluralLabel)
        writer.end()
    }

    private func write(record: Record, type: String, to writer: inout EntityWriter) {
        writer.begin(Reference(type, record.id), relationLinks: record.relationLinks)
        for attribute in record.attributes { writer.attribute(attribute.name, attribute.value) }
        for relation in record.relations {
            switch relation.target {
            case .one(let reference): writer.toSeen(relation.name, reference)
            case .many(let references):
                writer.toMany(relation.name, references.filter { writer.view.permissions.sees($0.type) })
            }
        }
        writer.end()
    }

    /// Options of a product that fall back to category and system.
    private static let stockSettings = [
        "highlightLowInventory", "inventoryThreshold", "lowInventoryThreshold", "minimumQuantityToOrder",
        "maximumQuantityToOrder", "decrementQuantity", "backOrder", "isUpcoming",
    ]

    private func precisionIsLive(_ id: Int32) -> Bool {
        products.precisions[Int(id) - 1].isLive
    }

    /// A number the way PHP prints it: whole ones without a decimal mark.
    private static func number(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}
