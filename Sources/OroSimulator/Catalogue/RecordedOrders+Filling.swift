extension RecordedOrders {
    /// When the demonstration data came in, and with them the customers.
    private static let installedAt = "2026-11-23T03:07:52Z"
    /// The one order whose uuid is asked for; nothing compares the others.
    private static let firstUUID = "0ec29f23-21fa-49ac-ad78-2b97bb6a2b01"

    /// Adds the customers, and the orders with their lines, under the ids they were recorded with.
    static func fill(_ state: inout ShopState) {
        for fields in entries(customers) { add(customer: fields, to: &state) }
        for (index, fields) in entries(orders).enumerated() { add(order: fields, id: index + 1, to: &state) }
        var names: [Int: String] = [:]
        for fields in entries(productNames) { names[Int(fields[0]) ?? 0] = fields[1] }
        let known = names
        state.productName = { id, sku in
            // Products that were loaded in bulk are called after their number.
            let number = sku.hasPrefix("LT") ? Int(sku.dropFirst(2)) : nil
            return known[id] ?? number.map { "Load \($0)" } ?? "Name " + sku
        }
        for fields in entries(lines) { add(line: fields, to: &state) }
    }

    /// Each entry's fields; those left off at its end are empty.
    private static func entries(_ text: String) -> [[String]] {
        text.split(separator: "|").map { entry in
            let fields = entry.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            return fields + Array(repeating: "", count: 15 - fields.count)
        }
    }

    private static func add(customer fields: [String], to state: inout ShopState) {
        let at = Timestamp.parse(installedAt) ?? 0
        let id = state.addCustomer(fields[0], group: Int(fields[1]), nowSeconds: at)
        var shown = ShownFields()
        shown.relations["parent"] = one("customers", fields[2])
        shown.relations["children"] = many("customers", fields[3])
        shown.relations["addresses"] = many("customeraddresses", fields[4])
        shown.relations["users"] = many("customerusers", fields[5])
        shown.relations["paymentTerm"] = one("paymentterms", fields[6])
        shown.relations["internal_rating"] = one("customerratings", fields[7])
        state.orders.customers[id - 1].shown = shown
    }

    private static func add(order fields: [String], id: Int, to state: inout ShopState) {
        let digits = String(id)
        let end = String(repeating: "0", count: 12 - digits.utf8.count) + digits
        let created = seconds(fields[6])
        var order = Order(
            uuid: id == 1 ? firstUUID : "00000000-0000-4000-8000-" + end,
            createdAtSeconds: created,
            updatedAtSeconds: fields[7].isEmpty ? created : seconds(fields[7])
        )
        order.identifier = fields[0]
        order.texts = [
            "poNumber": .text(fields[1]), "customerNotes": fields[14].isEmpty ? .null : .text(fields[14]),
            "shipUntil": fields[2].isEmpty ? .null : .text("2026-" + fields[2]),
        ]
        order.customer = Int(fields[11])
        let subtotal = Double(fields[4]).map { JsonValue.text(OrderTable.money($0)) }
        order.shown.attributes = [
            "currency": .text(fields[3]), "subtotalWithDiscounts": subtotal ?? .text(OrderTable.money(0)),
            "subtotalValue": subtotal ?? .null,
            "totalValue": Double(fields[5]).map { .text(OrderTable.money($0)) } ?? .null,
        ]
        let source = fields[13].split(separator: " ").map(String.init)
        order.shown.relations = [
            "billingAddress": one("orderaddresses", fields[8]),
            "shippingAddress": one("orderaddresses", fields[9]),
            "customerUser": one("customerusers", fields[10]), "paymentTerm": one("paymentterms", fields[12]),
            "source": one(source.first ?? "", source.last ?? ""),
        ]
        _ = state.orders.add(order)
    }

    private static func add(line fields: [String], to state: inout ShopState) {
        guard let order = Int(fields[0]), let product = Int(fields[1]) else { return }
        let at = state.orders.stored(order: order)?.createdAtSeconds ?? 0
        var line = OrderLine(
            orders: [order],
            product: product,
            sku: state.products.product(product)?.sku,
            freeForm: nil,
            unit: fields[3],
            quantity: fields[2],
            value: Double(fields[4]) ?? 0,
            currency: fields[5].isEmpty ? "USD" : fields[5],
            createdAtSeconds: at,
            updatedAtSeconds: at
        )
        switch fields[9] {
        case "": line.comment = .null
        case "e": line.comment = .text("")
        case let comment: line.comment = .text(comment)
        }
        line.shown.attributes = [
            "priceType": .number(fields[6].isEmpty ? "10" : fields[6]),
            "shipBy": fields[7].isEmpty ? .null : .text(fields[7]),
            "fromExternalSource": .bool(fields[8] == "x"),
        ]
        _ = state.orders.add(line)
    }

    private static func seconds(_ text: String) -> Int64 {
        Timestamp.parse("2026-" + text + "Z") ?? 0
    }

    private static func one(_ type: String, _ id: String) -> Record.Target {
        .one(id.isEmpty ? nil : Reference(type, id))
    }

    private static func many(_ type: String, _ ids: String) -> Record.Target {
        .many(ids.split(separator: " ").map { Reference(type, String($0)) })
    }
}
