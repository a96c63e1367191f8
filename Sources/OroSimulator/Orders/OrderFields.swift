extension FieldReader {
    /// How a field of one of these types is read.
    static func orderEntity(_ type: String, _ name: String, _ profile: Profile) -> FieldReader? {
        switch type {
        case "orders": order(name, profile)
        case "orderlineitems": orderLine(name, profile)
        case "orderproductkititemlineitems": kitItem(name)
        default: customer(name)
        }
    }

    /// The filterable fields of `orders`; the time of the last change and the status came with 6.0.
    static func order(_ name: String, _ profile: Profile) -> FieldReader? {
        if profile != .v5_1, let reader = laterOrder(name) { return reader }
        if let field = rest(of: name, after: "customer."), let reader = customer(field) {
            return FieldReader(kind: reader.kind) { state, id in
                state.orders.order(id)?.customer.flatMap { reader.read(state, $0) }
            }
        }
        return switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "identifier":
            FieldReader(kind: .caselessText) { .caseless($0.orders.order($1)?.identifier) }
        case "poNumber":
            FieldReader(kind: .caselessText) { .caseless($0.orders.order($1)?.texts["poNumber"]?.text) }
        case "externalId" where profile.hasExternalIds:
            FieldReader(kind: .text) { $0.orders.order($1)?.externalId.map { .text($0) } }
        case "parent":
            FieldReader(kind: .association(ofText: false)) {
                $0.orders.order($1)?.parent.map { .integer($0) }
            }
        case "uuid": FieldReader(kind: .text) { ($0.orders.order($1)?.uuid).map { .text($0) } }
        case "createdAt":
            FieldReader(kind: .time) { ($0.orders.order($1)?.createdAtSeconds).map { .integer(Int($0)) } }
        case "customer":
            FieldReader(kind: .association(ofText: false)) {
                $0.orders.order($1)?.customer.map { .integer($0) }
            }
        case "organization", "owner":
            FieldReader(kind: .association(ofText: false)) { _, _ in .integer(1) }
        case "lineItems.product.sku":
            FieldReader(
                kind: .text,
                read: { _, _ in nil },
                readAll: { state, id in
                    (state.orders.order(id)?.lines ?? []).compactMap { line in
                        state.orders.line(line)?.product.map { .text(state.products.products[$0 - 1].sku) }
                    }
                }
            )
        default: nil
        }
    }

    private static func laterOrder(_ name: String) -> FieldReader? {
        switch name {
        case "updatedAt":
            FieldReader(kind: .time) { ($0.orders.order($1)?.updatedAtSeconds).map { .integer(Int($0)) } }
        case "internalStatus", "internalStatus.id":
            FieldReader(kind: .association(ofText: true)) {
                ($0.orders.order($1)?.status.rawValue).map { .text($0) }
            }
        case "external":
            FieldReader(kind: .text) {
                ($0.orders.order($1)?.isExternal).map { .text($0 ? "true" : "false") }
            }
        default: nil
        }
    }

    /// The filterable fields of `orderlineitems`: their own, their product's and their orders'.
    static func orderLine(_ name: String, _ profile: Profile) -> FieldReader? {
        let relation = profile.sharesOrderLines ? "orders" : "order"
        if name == relation {
            return ofOrders(FieldReader(kind: .association(ofText: false)) { .integer($1) })
        }
        if let field = rest(of: name, after: relation + "."), let reader = order(field, profile) {
            return ofOrders(reader)
        }
        if profile.sharesOrderLines, name == "customer", let reader = order(name, profile) {
            return ofOrders(reader)
        }
        if let field = rest(of: name, after: "product."), let reader = product(field) {
            return FieldReader(kind: reader.kind) { state, id in
                state.orders.line(id)?.product.flatMap { reader.read(state, $0) }
            }
        }
        return switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "product":
            FieldReader(kind: .association(ofText: false)) {
                $0.orders.line($1)?.product.map { .integer($0) }
            }
        case "productUnit":
            FieldReader(kind: .association(ofText: true)) { ($0.orders.line($1)?.unit).map { .text($0) } }
        case "createdAt" where profile != .v5_1:
            FieldReader(kind: .time) { ($0.orders.line($1)?.createdAtSeconds).map { .integer(Int($0)) } }
        case "updatedAt" where profile != .v5_1:
            FieldReader(kind: .time) { ($0.orders.line($1)?.updatedAtSeconds).map { .integer(Int($0)) } }
        default: nil
        }
    }

    /// A field of a line's orders; of several, one that fits is enough.
    private static func ofOrders(_ reader: FieldReader) -> FieldReader {
        FieldReader(
            kind: reader.kind,
            read: { state, id in
                (state.orders.line(id)?.orders.first).flatMap { reader.read(state, $0) }
            },
            readAll: { state, id in
                (state.orders.line(id)?.orders ?? []).flatMap { order in
                    reader.readAll?(state, order) ?? reader.read(state, order).map { [$0] } ?? []
                }
            }
        )
    }

    /// The filterable fields of what kits consist of.
    private static func kitItem(_ name: String) -> FieldReader? {
        switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "lineItem":
            FieldReader(kind: .association(ofText: false)) {
                ($0.orders.kitItem($1)?.line).map { .integer($0) }
            }
        case "product":
            FieldReader(kind: .association(ofText: false)) {
                $0.orders.kitItem($1)?.product.map { .integer($0) }
            }
        case "productUnit":
            FieldReader(kind: .association(ofText: true)) { ($0.orders.kitItem($1)?.unit).map { .text($0) } }
        default: nil
        }
    }

    static func customer(_ name: String) -> FieldReader? {
        switch name {
        case "id": FieldReader(kind: .integer) { .integer($1) }
        case "name": FieldReader(kind: .text) { ($0.orders.customer($1)?.name).map { .text($0) } }
        case "group", "group.id":
            FieldReader(kind: .association(ofText: false)) {
                $0.orders.customer($1)?.group.map { .integer($0) }
            }
        case "group.name":
            FieldReader(kind: .text) { state, id in
                state.orders.customer(id)?.group.flatMap { group in
                    state.records.record(Reference("customergroups", group))?.attributes
                        .first { $0.name == "name" }?.value.text.map { .text($0) }
                }
            }
        default: nil
        }
    }
}

extension ShopState {
    /// The page of orders, lines or customers that a request asks for.
    func orderPage(_ request: ListRequest, type: String, _ profile: Profile) -> ListPage {
        // Whoever may not see groups finds nothing by them.
        let permissions = request.view.permissions
        let fields = request.conditions.map(\.field)
        if fields.contains(where: { $0.contains("customer.group") }), !permissions.sees("customergroups") {
            return .empty(request)
        }
        func reader(_ name: String) -> FieldReader? { .orderEntity(type, name, profile) }
        let last =
            switch type {
            case "orders": orders.lastOrderId
            case "orderlineitems": orders.lastLineId
            case "orderproductkititemlineitems": orders.lastKitItemId
            default: orders.customers.count
            }
        let tests = request.conditions.compactMap { condition in
            reader(condition.field).map { (condition, $0) }
        }
        let scan = RowScan(candidates: 1..<(last + 1)) { id in
            let exists =
                switch type {
                case "orders": orders.order(id) != nil
                case "orderlineitems": orders.line(id) != nil
                case "orderproductkititemlineitems": orders.kitItem(id) != nil
                default: true
                }
            return exists
                && tests.allSatisfy { condition, reader in
                    guard let readAll = reader.readAll else { return condition.admits(reader.read(self, id)) }
                    return readAll(self, id).contains { condition.admits($0) }
                }
        }
        return page(of: request, scan, reader: reader)
    }
}
