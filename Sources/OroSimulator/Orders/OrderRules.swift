/// What a write asks to be done with an order.
struct OrderChange: Sendable {
    struct Line: Sendable {
        /// The id of the line, or the name that stands for a new one.
        let id: String
        var quantity: String?
        var comment: JsonValue?
    }

    var identifier: String?
    var texts: [String: JsonValue] = [:]
    var externalId: JsonValue?
    var isExternal: Bool?
    var customerUser: Int?
    var lines: [Line] = []
}

/// A line about to be added to an order.
struct OrderLineDraft: Sendable {
    var product: Int?
    var sku: String?
    var freeForm: String?
    var unit: String
    var quantity: String
    var value: Double
    var currency: String
}

/// The rules for `orders` and `orderlineitems`; pointers start at the entity.
struct OrderRules {
    let state: ShopState

    private static let writable: Set<String> = [
        "poNumber", "customerNotes", "shipUntil", "sourceEntityIdentifier",
    ]
    /// Attributes that are taken and left as they were.
    private static let ignored: Set<String> = [
        "currency", "disablePromotions", "discount", "shippingDiscount", "overriddenShippingCostAmount",
        "shippingMethod", "shippingMethodType", "estimatedShippingCostAmount",
    ]

    private static let relations: Set<String> = [
        "lineItems", "customer", "customerUser", "owner", "organization", "billingAddress", "shippingAddress",
        "parent", "subOrders", "discounts", "shippingTrackings", "paymentTerm", "source", "attachments",
        "activityNotes", "activityEmails", "createdBy",
    ]

    /// Reads what a write would change.
    func change(_ object: JsonObject, _ included: [JsonObject]) -> Result<OrderChange, RecordFaults> {
        var change = OrderChange()
        var strangers: [String] = []
        for member in object["attributes"]?.object?.members ?? [] {
            switch member.name {
            case "identifier": change.identifier = member.value.text
            case let name where Self.writable.contains(name): change.texts[name] = member.value
            case "external" where state.hasKits: change.isExternal = member.value.bool
            case "externalId" where state.hasExternalIds: change.externalId = member.value
            case let name where Self.ignored.contains(name): continue
            default: strangers.append(member.name)
            }
        }
        let relationships = object["relationships"]?.object
        let statuses = ["internalStatus", "status"]
        for member in relationships?.members ?? [] {
            if !Self.relations.contains(member.name), !statuses.contains(member.name) {
                strangers.append(member.name)
            }
        }
        for name in statuses {
            guard let relationship = relationships?[name] else { continue }
            // 5.1 has no such field; later ones look the status up and then leave it as it was.
            guard state.hasKits else {
                strangers.append(name)
                continue
            }
            guard let data = relationship.object?["data"]?.object else { continue }
            let named = Reference("orderinternalstatuses", data["id"]?.text ?? "")
            let isKnown = name == "internalStatus" && state.records.record(named) != nil
            if !isKnown { return .failure([.unknownEntity(at: "/relationships/\(name)/data")]) }
        }
        if !strangers.isEmpty { return .failure([.extraFields(strangers)]) }
        for line in included where line["type"]?.text == "orderlineitems" {
            guard line["meta"]?.object?["update"] == .bool(true), let id = line["id"]?.text else { continue }
            change.lines.append(self.change(ofLine: line, id: id))
        }
        return .success(change)
    }

    /// What a write to one line would change.
    func change(ofLine object: JsonObject, id: String) -> OrderChange.Line {
        let attributes = object["attributes"]?.object
        return OrderChange.Line(
            id: id,
            quantity: attributes?["quantity"].flatMap(Self.number),
            comment: attributes?["comment"]
        )
    }

    /// The lines of a new order.
    func lines(_ object: JsonObject, _ included: [JsonObject]) -> Result<[OrderLineDraft], RecordFaults> {
        let place = "/data/relationships/lineItems/data"
        let named = object["relationships"]?.object?["lineItems"]?.object?["data"]?.list ?? []
        let ids = named.compactMap { $0.object?["id"]?.text }
        guard !ids.isEmpty else {
            let detail = "Please add at least one Line Item"
            return .failure([
                ApiError(status: 400, title: "count constraint", detail: detail, source: .pointer(place))
            ])
        }
        var drafts: [OrderLineDraft] = []
        for (index, line) in included.enumerated()
        where line["type"]?.text == "orderlineitems" && ids.contains(line["id"]?.text ?? "") {
            switch draft(line) {
            case .success(let draft): drafts.append(draft)
            case .failure(let faults):
                return .failure(RecordFaults(faults.list.map { $0.below("/included/\(index)") }))
            }
        }
        return .success(drafts)
    }

    /// A line; its unit's precision counts, even if the product has no such unit.
    func draft(_ object: JsonObject) -> Result<OrderLineDraft, RecordFaults> {
        let attributes = object["attributes"]?.object
        let relationships = object["relationships"]?.object
        let product = relationships?["product"]?.object?["data"]?.object?["id"]?.text.flatMap { Int($0) }
        if let product, state.products.product(product) == nil {
            return .failure([.unknownEntity(at: "/relationships/product/data")])
        }
        guard let unit = relationships?["productUnit"]?.object?["data"]?.object?["id"]?.text else {
            return .failure([ApiError.notBlank.below("/relationships/productUnit/data")])
        }
        guard let quantity = attributes?["quantity"].flatMap(Self.number) else {
            return .failure([ApiError.notBlank.below("/attributes/quantity")])
        }
        let decimals = quantity.split(separator: ".").dropFirst().first?.utf8.count ?? 0
        // A line written by hand may have any fraction.
        if let product, decimals > precision(unit, ofProduct: product) {
            return .failure([
                ApiError(
                    status: 400,
                    title: "quantity unit precision constraint",
                    detail: "The precision for the unit \"\(unit)\" is not valid.",
                    source: .pointer("/attributes/quantity")
                )
            ])
        }
        return .success(
            OrderLineDraft(
                product: product,
                sku: product.map { state.products.products[$0 - 1].sku } ?? attributes?["productSku"]?.text,
                freeForm: attributes?["freeFormProduct"]?.text,
                unit: unit,
                quantity: quantity,
                value: attributes?["value"].flatMap(Self.number).flatMap { Double($0) } ?? 0,
                currency: attributes?["currency"]?.text ?? "USD"
            )
        )
    }

    private func precision(_ unit: String, ofProduct product: Int) -> Int {
        for id in state.products.product(product)?.precisions ?? []
        where state.unitCode(ofPrecision: Int(id)) == unit {
            return Int(state.products.precisions[Int(id) - 1].precision)
        }
        return state.units.first { $0.code == unit }?.defaultPrecision ?? 0
    }

    /// A number as it was sent, also one in quotes.
    private static func number(_ value: JsonValue) -> String? {
        switch value {
        case .number(let text): text
        case .text(let text): Double(text).map { _ in text }
        default: nil
        }
    }
}

extension ApiError {
    static func unknownEntity(at pointer: String) -> ApiError {
        ApiError(
            status: 400,
            title: "form constraint",
            detail: "The entity does not exist.",
            source: .pointer(pointer)
        )
    }
}

extension ShopState {
    /// Adds an order that a client sent; it takes no stock.
    mutating func addOrder(
        uuid: String,
        _ change: OrderChange,
        customer: Int?,
        _ lines: [OrderLineDraft],
        nowSeconds: Int64
    ) -> Int {
        var order = Order(uuid: uuid, createdAtSeconds: nowSeconds, updatedAtSeconds: nowSeconds)
        order.identifier = change.identifier
        order.externalId = change.externalId?.text
        order.texts = change.texts
        order.isExternal = change.isExternal ?? false
        order.customer = customer
        order.isNew = !hasKits
        if let user = change.customerUser {
            order.shown.relations["customerUser"] = .one(Reference("customerusers", user))
        }
        let id = add(order)
        for line in lines { addLine(line, toOrder: id, nowSeconds: nowSeconds) }
        webhooks.happened("order.created", Reference("orders", id))
        return id
    }

    @discardableResult
    mutating func addLine(_ draft: OrderLineDraft, toOrder order: Int, nowSeconds: Int64) -> Int {
        let line = orders.add(
            OrderLine(
                orders: [order],
                product: draft.product,
                sku: draft.sku,
                freeForm: draft.freeForm,
                unit: draft.unit,
                quantity: draft.quantity,
                value: draft.value,
                currency: draft.currency,
                createdAtSeconds: nowSeconds,
                updatedAtSeconds: nowSeconds
            )
        )
        orders.update(order: order, atSeconds: nowSeconds)
        return line
    }

    /// Changes an order; its time moves on even if nothing else does.
    mutating func apply(_ change: OrderChange, toOrder id: Int, nowSeconds: Int64) {
        for line in change.lines { apply(line, nowSeconds: nowSeconds) }
        let isFixed = sharesOrderLines
        orders.update(order: id, atSeconds: nowSeconds) { order in
            if let identifier = change.identifier { order.identifier = identifier }
            // From 6.1 on, only who makes an order can say that.
            if let isExternal = change.isExternal, !isFixed { order.isExternal = isExternal }
            if let externalId = change.externalId { order.externalId = externalId.text }
            order.texts.merge(change.texts) { _, new in new }
        }
        changed(orders: [id])
    }

    mutating func apply(_ change: OrderChange.Line, nowSeconds: Int64) {
        guard let id = Int(change.id) else { return }
        orders.update(line: id, atSeconds: nowSeconds) { line in
            if let quantity = change.quantity { line.quantity = quantity }
            if let comment = change.comment { line.comment = comment }
        }
    }

    /// What a record of a batch asks to be done with an order; none is made by batch here.
    func orderEffect(
        of object: JsonObject,
        _ included: [JsonObject],
        _ permissions: ShopPermissions
    ) -> Result<RecordEffect, RecordFaults> {
        if let fault = RecordTypeRules.fault(object, type: "orders") { return .failure([fault]) }
        guard permissions.contains(.editOrders) else { return .failure([ApiError.accessDenied.below("")]) }
        guard RecordTypeRules.isUpdate(object) else { return .failure([ApiError.notAllowed.below("")]) }
        switch RecordTypeRules.id(object) {
        case .failure(let fault): return .failure([fault])
        case .success(let id):
            guard orders.order(id) != nil else { return .failure([ApiError.notFound.below("")]) }
            return OrderRules(state: self).change(object, included).map { .updateOrder(id: id, $0) }
        }
    }
}
