extension Shop {
    /// `POST` of an order with its lines.
    func createOrder(_ call: ApiCall, _ data: JsonObject, _ included: [JsonObject]) throws -> Answer {
        try call.require(.editOrders)
        if let attributes = data["attributes"]?.object, attributes.isEmpty {
            throw ApiError.requestData(
                "The 'attributes' property should not be empty",
                at: "/data/attributes"
            )
        }
        let uuid = withDice { $0.messageID() }
        let now = nowSeconds
        let view = call.view(call.query)
        let customer = Self.target(data, "customer")
        let made = with { state -> Result<(Int, [UInt8]), RecordFaults> in
            let read = OrderRules(state: state).lines(data, included)
            let change = OrderRules(state: state).change(data, []).mapError(Self.belowData)
            return read.flatMap { lines in
                change.map { change in
                    var change = change
                    change.customerUser = Self.target(data, "customerUser")
                    let id = state.addOrder(uuid: uuid, change, customer: customer, lines, nowSeconds: now)
                    let names = included.compactMap { $0["id"]?.text }
                    let shown = zip(state.orders.order(id)?.lines ?? [], names).map { ($0, $1) }
                    let body = state.orderDocument(id, shown, view)
                    state.orders.number(order: id)
                    return (id, body)
                }
            }
        }
        let (id, body) = try made.get()
        return created(call, id: id, body)
    }

    /// `POST` of one more line.
    func createOrderLine(_ call: ApiCall, _ data: JsonObject) throws -> Answer {
        try call.require(.editOrders)
        let relation = options.profile.sharesOrderLines ? "orders" : "order"
        guard let order = Self.target(data, relation) else {
            throw ApiError.notBlank.below("/data/relationships/\(relation)/data")
        }
        let now = nowSeconds
        let view = call.view(call.query)
        let made = with { state -> Result<(Int, [UInt8]), RecordFaults> in
            guard state.orders.order(order) != nil else {
                return .failure([.unknownEntity(at: "/data/relationships/\(relation)/data")])
            }
            return OrderRules(state: state).draft(data).mapError(Self.belowData).map { draft in
                let id = state.addLine(draft, toOrder: order, nowSeconds: now)
                state.changed(orders: [order])
                return (id, state.document(Reference("orderlineitems", id), view) ?? [])
            }
        }
        let (id, body) = try made.get()
        return created(call, id: id, body)
    }

    func createCustomer(_ call: ApiCall, _ data: JsonObject) throws -> Answer {
        try call.require(.editOrders)
        let name = data["attributes"]?.object?["name"]?.text ?? ""
        guard !name.isEmpty else { throw ApiError.notBlank.below("/data/attributes/name") }
        let now = nowSeconds
        let view = call.view(call.query)
        let group = Self.target(data, "group")
        let (id, body) = with { state in
            let id = state.addCustomer(name, group: group, nowSeconds: now)
            return (id, state.document(Reference("customers", id), view) ?? [])
        }
        return created(call, id: id, body)
    }

    func createCustomerGroup(_ call: ApiCall, _ data: JsonObject) throws -> Answer {
        try call.require(.editOrders)
        let name = data["attributes"]?.object?["name"]?.text ?? ""
        guard !name.isEmpty else { throw ApiError.notBlank.below("/data/attributes/name") }
        let view = call.view(call.query)
        let (id, body) = with { state in
            let id = state.addCustomerGroup(name)
            return (id, state.document(Reference("customergroups", id), view) ?? [])
        }
        return created(call, id: id, body)
    }

    /// `PATCH` of an order, a line or a customer.
    func patchOrderEntity(_ call: ApiCall, id: Int) throws -> Answer {
        try call.require(.editOrders)
        let type = call.resource.type
        let document = try SingleWrite.data(call.request, type: type, id: String(id))
        let now = nowSeconds
        let view = call.view(call.query)
        let group = Self.target(document.data, "group")
        let body = with { state -> Result<[UInt8]?, RecordFaults> in
            switch type {
            case "orders":
                guard state.orders.order(id) != nil else { return .success(nil) }
                let change = OrderRules(state: state).change(document.data, document.included)
                return change.mapError(Self.belowData).map { change in
                    state.apply(change, toOrder: id, nowSeconds: now)
                    let shown = change.lines.map { (Int($0.id) ?? 0, $0.id) }
                    return state.orderDocument(id, shown, view)
                }
            case "orderlineitems":
                guard let line = state.orders.line(id) else { return .success(nil) }
                let change = OrderRules(state: state).change(ofLine: document.data, id: String(id))
                state.apply(change, nowSeconds: now)
                state.changed(orders: line.orders)
            default:
                guard state.orders.customer(id) != nil else { return .success(nil) }
                if let group { state.move(customer: id, toGroup: group, nowSeconds: now) }
            }
            return .success(state.document(Reference(type, id), view))
        }
        guard let body = try body.get() else { throw ApiError.notFound }
        return Answer(status: 200, body: body)
    }

    func deleteOrderEntity(_ call: ApiCall, id: Int) throws -> Answer {
        try call.require(.editOrders)
        let now = nowSeconds
        let isGone = with { state -> Bool in
            if call.resource.type == "orders" {
                return state.orders.order(id) != nil && state.removeOrder(id)
            }
            return state.orders.line(id) != nil && state.removeLine(id, nowSeconds: now)
        }
        guard isGone else { throw ApiError.notFound }
        return Answer(status: 204, media: .none)
    }

    /// `DELETE` of the orders that a filter finds.
    func deleteOrders(_ call: ApiCall) throws -> Answer {
        try call.require(.editOrders)
        let query = call.query
        guard call.resource.type == "orders", query.parameters.contains(where: { $0.path.first == "filter" })
        else {
            throw ApiError(status: 400, title: "filter constraint", detail: "At least one filter is needed.")
        }
        let profile = options.profile
        let request = try ListRequest(query: query, view: call.view(query), wantsTotal: false) {
            FieldReader.order($0, profile)?.kind
        }
        with { state in
            for id in state.orderPage(request, type: "orders", profile).rows { _ = state.removeOrder(id) }
        }
        return Answer(status: 204, media: .none)
    }

    private static func target(_ data: JsonObject, _ name: String) -> Int? {
        let data = data["relationships"]?.object?[name]?.object?["data"]
        return (data?.list?.first ?? data)?.object?["id"]?.text.flatMap { Int($0) }
    }

    private static func belowData(_ faults: RecordFaults) -> RecordFaults {
        RecordFaults(faults.list.map { $0.source == nil ? $0 : $0.below("/data") })
    }
}

extension ShopState {
    /// An order's document, with the lines that were sent along under the names they were sent with.
    fileprivate func orderDocument(_ id: Int, _ lines: [(id: Int, name: String)], _ view: View) -> [UInt8] {
        guard var body = document(Reference("orders", id), view), !lines.isEmpty else {
            return document(Reference("orders", id), view) ?? []
        }
        var writer = EntityWriter(view: view)
        for (index, line) in lines.enumerated() {
            writer.text.raw(index == 0 ? ",\"included\":[" : ",")
            let meta = JsonValue.object(
                JsonObject(members: [.init(name: "includeId", value: .text(line.name))])
            )
            var text = JsonText()
            text.value(meta)
            let reference = Reference("orderlineitems", line.id)
            _ = write(reference, to: &writer, meta: String(decoding: text.bytes, as: UTF8.self))
        }
        writer.text.raw("]}")
        body.removeLast()
        return body + writer.text.bytes
    }

    mutating func addCustomer(_ name: String, group: Int?, nowSeconds: Int64) -> Int {
        orders.customers.append(
            Customer(name: name, group: group, createdAtSeconds: nowSeconds, updatedAtSeconds: nowSeconds)
        )
        return orders.customers.count
    }

    mutating func move(customer id: Int, toGroup group: Int?, nowSeconds: Int64) {
        guard orders.customer(id) != nil else { return }
        orders.customers[id - 1].group = group
        orders.customers[id - 1].updatedAtSeconds = nowSeconds
    }

    mutating func addCustomerGroup(_ name: String) -> Int {
        let ids = (records.byType["customergroups"] ?? []).compactMap { Int($0.id) }
        let id = (ids.max() ?? 0) + 1
        records.append(
            Record(
                id: String(id),
                attributes: [("name", .text(name))],
                relations: [
                    ("owner", .one(Reference("users", "1"))),
                    ("organization", .one(Reference("organizations", "1"))), ("taxCode", .one(nil)),
                    ("paymentTerm", .one(nil)), ("activityNotes", .many([])),
                ]
            ),
            type: "customergroups"
        )
        return id
    }
}
