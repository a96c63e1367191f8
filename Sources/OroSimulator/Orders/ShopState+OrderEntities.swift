extension ShopState {
    /// Writes an order, a line or a customer; false when there is none, or it is none of these.
    func writeOrderEntity(_ reference: Reference, to writer: inout EntityWriter, meta: String?) -> Bool {
        guard let id = Int(reference.id) else { return false }
        switch reference.type {
        case "orders":
            guard let order = orders.order(id) else { return false }
            write(order: order, id: id, to: &writer, meta: meta)
        case "orderlineitems":
            guard let line = orders.line(id) else { return false }
            write(line: line, id: id, to: &writer, meta: meta)
        case "orderproductkititemlineitems":
            guard let item = orders.kitItem(id) else { return false }
            write(kitItem: item, id: id, to: &writer)
        case "customers":
            guard let customer = orders.customer(id) else { return false }
            write(customer: customer, id: id, to: &writer)
        default: return false
        }
        return true
    }

    private func write(order: Order, id: Int, to writer: inout EntityWriter, meta: String?) {
        writer.begin(Reference("orders", id), meta: meta)
        writer.attribute("identifier", order.identifier.map { .text($0) } ?? .null)
        for name in ["poNumber", "customerNotes", "shipUntil"] {
            writer.attribute(name, order.texts[name] ?? .null)
        }
        let shown = order.shown
        writer.attribute("currency", shown["currency", otherwise: .null])
        for name in ["subtotalWithDiscounts", "subtotalValue", "totalValue"] where writer.shows(name) {
            writer.attribute(name, shown[name, otherwise: .text(orders.total(ofOrder: id))])
        }
        for name in [
            "shippingMethod", "shippingMethodType", "estimatedShippingCostAmount",
            "overriddenShippingCostAmount",
        ] {
            writer.attribute(name, .null)
        }
        writer.attribute("sourceEntityIdentifier", order.texts["sourceEntityIdentifier"] ?? .null)
        writer.attribute("totalDiscountsAmount", .null)
        writer.attribute("uuid", order.uuid)
        if hasKits { writer.attribute("external", .bool(order.isExternal)) }
        if hasExternalIds { writer.attribute("externalId", order.externalId.map { .text($0) } ?? .null) }
        writer.attribute("createdAt", Timestamp.text(order.createdAtSeconds))
        writer.attribute("updatedAt", Timestamp.text(order.updatedAtSeconds))
        writer.attribute("disablePromotions", order.isNew ? .null : .bool(false))
        writer.attribute("discount", .number("0"))
        writer.attribute("shippingDiscount", .number("0"))
        for name in ["billingAddress", "shippingAddress"] { writer.toOne(name, shown.one(name)) }
        let seesLines = writer.view.permissions.sees("orderlineitems")
        writer.toMany("lineItems", seesLines ? order.lines.map { Reference("orderlineitems", $0) } : [])
        for name in ["discounts", "shippingTrackings"] { writer.toMany(name, []) }
        writer.toMany("subOrders", order.subOrders.map { Reference("orders", $0) })
        writer.toOne("parent", order.parent.map { Reference("orders", $0) })
        writer.toSeen("owner", Reference("users", "1"))
        writer.toSeen("organization", Reference("organizations", "1"))
        writer.toOne("customerUser", shown.one("customerUser"))
        writer.toSeen("customer", order.customer.map { Reference("customers", $0) })
        for name in ["paymentTerm", "source"] { writer.toOne(name, shown.one(name)) }
        if hasKits {
            writer.toOne("createdBy", nil)
            writer.toOne("internalStatus", Reference("orderinternalstatuses", order.status.rawValue))
            writer.toOne("status", nil)
        }
        for name in ["attachments", "activityNotes", "activityEmails"] { writer.toMany(name, []) }
        writer.end()
    }

    private func write(line: OrderLine, id: Int, to writer: inout EntityWriter, meta: String?) {
        writer.begin(Reference("orderlineitems", id), meta: meta)
        writer.attribute("productSku", line.sku.map { .text($0) } ?? .null)
        writer.attribute("productName", line.product.map { productName($0, line.sku ?? "") } ?? "")
        writer.attribute("productVariantFields", .list([]))
        writer.attribute("freeFormProduct", line.freeForm.map { .text($0) } ?? .null)
        writer.attribute("quantity", .number(line.quantity))
        writer.attribute("productUnitCode", line.unit)
        writer.attribute("value", OrderTable.money(line.value))
        writer.attribute("currency", line.currency)
        writer.attribute("priceType", line.shown["priceType", otherwise: .number("10")])
        writer.attribute("shipBy", line.shown["shipBy", otherwise: .null])
        writer.attribute("fromExternalSource", line.shown["fromExternalSource", otherwise: .bool(false)])
        writer.attribute("comment", line.comment)
        for name in ["shippingMethod", "shippingMethodType", "shippingEstimateAmount"] {
            writer.attribute(name, .null)
        }
        writer.attribute("checksum", "")
        if hasKits {
            writer.attribute("createdAt", Timestamp.text(line.createdAtSeconds))
            writer.attribute("updatedAt", Timestamp.text(line.updatedAtSeconds))
        }
        if sharesOrderLines {
            let seesOrders = writer.view.permissions.sees("orders")
            writer.toMany("orders", seesOrders ? line.orders.map { Reference("orders", $0) } : [])
        } else {
            writer.toSeen("order", line.orders.first.map { Reference("orders", $0) })
        }
        let product = line.product.map { Reference("products", $0) }
        writer.toOne("product", product.flatMap { seen($0, writer.view.permissions) })
        writer.toOne("parentProduct", nil)
        writer.toOne("productUnit", Reference("productunits", line.unit))
        writer.toMany("kitItemLineItems", Self.references(toKitItems: line.kitItems))
        writer.end()
    }

    /// A component of a kit: its quantity is for one kit.
    private func write(kitItem item: OrderKitItem, id: Int, to writer: inout EntityWriter) {
        writer.begin(Reference("orderproductkititemlineitems", id))
        // The kits' own definitions are not simulated: every component is one of its own.
        writer.attribute("kitItemId", .number(String(id)))
        writer.attribute("kitItemLabel", "Item \(id)")
        writer.attribute("optional", .bool(false))
        for name in ["minimumQuantity", "maximumQuantity"] { writer.attribute(name, .null) }
        writer.attribute("productId", item.product.map { .number(String($0)) } ?? .null)
        writer.attribute("productSku", item.sku)
        writer.attribute("productName", item.product.map { productName($0, item.sku) } ?? "")
        writer.attribute("quantity", .number(item.quantity))
        writer.attribute("productUnitCode", item.unit)
        writer.attribute("productUnitPrecision", .number("0"))
        writer.attribute("sortOrder", .number("1"))
        writer.attribute("value", OrderTable.money(0))
        writer.attribute("currency", "USD")
        writer.toSeen("lineItem", Reference("orderlineitems", item.line))
        writer.toOne("kitItem", nil)
        let product = item.product.map { Reference("products", $0) }
        writer.toOne("product", product.flatMap { seen($0, writer.view.permissions) })
        writer.toOne("productUnit", Reference("productunits", item.unit))
        writer.end()
    }

    private static func references(toKitItems ids: [Int]) -> [Reference] {
        ids.map { Reference("orderproductkititemlineitems", $0) }
    }

    private func write(customer: Customer, id: Int, to writer: inout EntityWriter) {
        writer.begin(Reference("customers", id))
        writer.attribute("name", customer.name)
        writer.attribute("createdAt", Timestamp.text(customer.createdAtSeconds))
        writer.attribute("updatedAt", Timestamp.text(customer.updatedAtSeconds))
        let shown = customer.shown
        writer.toOne("parent", shown.one("parent"))
        for name in ["children", "addresses"] { writer.toMany(name, shown.many(name)) }
        writer.toSeen("group", customer.group.map { Reference("customergroups", $0) })
        writer.toMany("users", shown.many("users"))
        writer.toSeen("owner", Reference("users", "1"))
        writer.toSeen("organization", Reference("organizations", "1"))
        writer.toMany("salesRepresentatives", [])
        for name in ["paymentTerm", "taxCode", "internal_rating"] { writer.toOne(name, shown.one(name)) }
        for name in ["attachments", "activityNotes"] { writer.toMany(name, []) }
        writer.end()
    }

    /// What a relationship of an order, a line or a customer points at.
    func orderRelation(_ reference: Reference, _ name: String) -> Record.Target? {
        guard let id = Int(reference.id) else { return nil }
        switch (reference.type, name) {
        case ("orders", "lineItems"):
            return orders.order(id).map { .many($0.lines.map { Reference("orderlineitems", $0) }) }
        case ("orders", "customer"):
            return orders.order(id).map { .one($0.customer.map { Reference("customers", $0) }) }
        case ("orders", "internalStatus") where hasKits:
            return orders.order(id).map { .one(Reference("orderinternalstatuses", $0.status.rawValue)) }
        case ("orders", "status") where hasKits, ("orders", "customerUser"), ("orders", "source"):
            return orders.order(id).map { _ in .one(nil) }
        case ("orders", "parent"):
            return orders.order(id).map { .one($0.parent.map { Reference("orders", $0) }) }
        case ("orders", "subOrders"):
            return orders.order(id).map { .many($0.subOrders.map { Reference("orders", $0) }) }
        case ("orderlineitems", "order") where !sharesOrderLines:
            return orders.line(id).map { .one($0.orders.first.map { Reference("orders", $0) }) }
        case ("orderlineitems", "orders") where sharesOrderLines:
            return orders.line(id).map { .many($0.orders.map { Reference("orders", $0) }) }
        case ("orderlineitems", "kitItemLineItems"):
            return orders.line(id).map { .many(Self.references(toKitItems: $0.kitItems)) }
        case ("orderproductkititemlineitems", "lineItem"):
            return orders.kitItem(id).map { .one(Reference("orderlineitems", $0.line)) }
        case ("orderproductkititemlineitems", "product"):
            return orders.kitItem(id).map { .one($0.product.map { Reference("products", $0) }) }
        case ("orderproductkititemlineitems", "productUnit"):
            return orders.kitItem(id).map { .one(Reference("productunits", $0.unit)) }
        case ("orderlineitems", "product"):
            return orders.line(id).map { .one($0.product.map { Reference("products", $0) }) }
        case ("orderlineitems", "productUnit"):
            return orders.line(id).map { .one(Reference("productunits", $0.unit)) }
        case ("customers", "group"):
            return orders.customer(id).map { .one($0.group.map { Reference("customergroups", $0) }) }
        case ("orders", "organization"), ("customers", "organization"):
            return .one(Reference("organizations", "1"))
        case ("orders", "owner"), ("customers", "owner"): return .one(Reference("users", "1"))
        default: return nil
        }
    }
}
