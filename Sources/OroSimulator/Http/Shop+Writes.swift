extension Shop {
    /// `PATCH` of one entity.
    func patch(_ call: ApiCall, id: String) throws -> Answer {
        guard let number = Int(id) else { throw ApiError.identifier(id) }
        switch call.resource.type {
        case "inventorylevels": return try patchLevel(call, id: number)
        case "products": return try patchProduct(call, id: number)
        case "orders", "orderlineitems", "customers": return try patchOrderEntity(call, id: number)
        default: return .methods("OPTIONS, GET", status: 405)
        }
    }

    private func patchLevel(_ call: ApiCall, id: Int) throws -> Answer {
        try call.require(.editLevels)
        let form: JsonValue?
        if call.isPlain {
            form = try Self.plainForm(call.request)
        } else {
            let document = try SingleWrite.data(call.request, type: "inventorylevels", id: String(id))
            form = document.data["attributes"]
        }
        let view = call.view(QueryString(call.request.queryText))
        // A level that is not there is reported before anything about the form.
        let outcome = with { state -> Result<[UInt8]?, RecordFaults> in
            guard state.levels.exists(id) else { return .failure([.notFound]) }
            if let refusal = state.refusal(ofLevel: id) { return .failure([refusal]) }
            guard call.permissions.contains(.viewProducts) else { return .failure([.entityDenied]) }
            let usesComma = state.conditions.userUsesDecimalComma ?? state.conditions.usesDecimalComma
            switch LevelForm.read(form, usesComma: usesComma) {
            case .failure(let faults):
                return .failure(call.isPlain ? faults : RecordFaults(faults.list.map(Self.belowData)))
            case .success(let quantity):
                if let quantity { state.write(level: id, quantity: quantity, route: .patch) }
                return .success(state.document(Reference("inventorylevels", id), view))
            }
        }
        guard let body = try outcome.get() else { throw ApiError.notFound }
        return Answer(status: 200, media: call.isPlain ? .json : .api, body: body)
    }

    private func patchProduct(_ call: ApiCall, id: Int) throws -> Answer {
        try call.require(.editProducts)
        let document = try SingleWrite.data(call.request, type: "products", id: String(id))
        if with({ $0.isHidden(product: id) }) { throw ApiError.entityDenied }
        let change = try ProductRecordRules.change(document.data, document.included)
            .mapError { RecordFaults($0.list.map(Self.belowData)) }.get()
        let view = call.view(QueryString(call.request.queryText))
        let now = nowSeconds
        let body = with { state -> [UInt8]? in
            guard state.products.product(id) != nil else { return nil }
            state.apply(change, toProduct: id, nowSeconds: now)
            return state.document(Reference("products", id), view)
        }
        guard let body else { throw ApiError.notFound }
        return Answer(status: 200, body: body)
    }

    /// `POST` of a new entity.
    func create(_ call: ApiCall) throws -> Answer {
        let isOrderEntity = ["orders", "orderlineitems", "customers", "customergroups"].contains(
            call.resource.type
        )
        try call.require(isOrderEntity ? .editOrders : .editProducts)
        guard let root = try? JsonReader.document(call.request.body), let data = root.object?["data"]?.object
        else {
            throw ApiError.emptyRequest
        }
        let included = root.object?["included"]?.list?.compactMap(\.object) ?? []
        switch call.resource.type {
        case "products": return try createProduct(call, data, included)
        case "productunitprecisions": return try createPrecision(call, data)
        case "users": return createUser(call, data)
        case "orders": return try createOrder(call, data, included)
        case "orderlineitems": return try createOrderLine(call, data)
        case "customers": return try createCustomer(call, data)
        case "customergroups": return try createCustomerGroup(call, data)
        case "webhooks": return try createWebhook(call, data)
        default: return .methods(call.resource.methods, status: 405)
        }
    }

    private func createProduct(_ call: ApiCall, _ data: JsonObject, _ included: [JsonObject]) throws -> Answer
    {
        let now = nowSeconds
        let view = call.view(call.query)
        let outcome = with { state -> Result<(Int, [UInt8]), RecordFaults> in
            ProductRecordRules.draft(data, included, in: state).flatMap { draft in
                guard let id = state.create(draft, nowSeconds: now),
                    let body = state.createdDocument(product: id, included, view)
                else { return .failure([.notFound]) }
                return .success((id, body))
            }
        }
        let (id, body) = try outcome.mapError { RecordFaults($0.list.map(Self.belowData)) }.get()
        return created(call, id: id, body)
    }

    private func createPrecision(_ call: ApiCall, _ data: JsonObject) throws -> Answer {
        let product = data["relationships"]?.object?["product"]?.object?["data"]?.object?["id"]?.text
        guard let unit = ProductRecordRules.unit(data), let product = product.flatMap({ Int($0) }) else {
            throw ApiError.notBlank.below("/data/relationships/unit/data")
        }
        let view = call.view(call.query)
        let made = with { state -> (Int, [UInt8])? in
            guard state.products.product(product) != nil else { return nil }
            let id = state.addUnit(
                product: product,
                unit: unit.code,
                precision: unit.precision,
                conversionRate: unit.conversionRate,
                sell: unit.sell
            )
            return state.document(Reference("productunitprecisions", id), view).map { (id, $0) }
        }
        guard let made else { throw ApiError.notFound }
        return created(call, id: made.0, made.1)
    }

    private func createUser(_ call: ApiCall, _ data: JsonObject) -> Answer {
        let view = call.view(call.query)
        let now = Timestamp.text(nowSeconds)
        let made = with { state -> (Int, [UInt8]) in
            let id = max(1, (state.records.byType["users"] ?? []).count) + 1
            state.records.append(Record.user(id: id, data, now: now), type: "users")
            return (id, state.document(Reference("users", id), view) ?? [])
        }
        return created(call, id: made.0, made.1)
    }

    func created(_ call: ApiCall, id: Int, _ body: [UInt8]) -> Answer {
        let location = call.request.base + call.resource.type + "/\(id)"
        return Answer(status: 201, fields: [("Location", location)], body: body)
    }

    /// `DELETE` of one entity.
    func delete(_ call: ApiCall, id: String) throws -> Answer {
        guard let number = Int(id) else { throw ApiError.identifier(id) }
        if call.resource.type == "webhooks" { return try deleteWebhook(number) }
        if ["orders", "orderlineitems"].contains(call.resource.type) {
            return try deleteOrderEntity(call, id: number)
        }
        guard call.resource.type == "products" else { return .methods("OPTIONS, GET", status: 405) }
        try call.require(.editProducts)
        let isGone = with { state -> Bool in
            guard state.products.product(number) != nil else { return false }
            state.removeProduct(number)
            return true
        }
        guard isGone else { throw ApiError.notFound }
        return Answer(status: 204, media: .none)
    }

    private static func belowData(_ error: ApiError) -> ApiError {
        error.source == nil ? error : error.below("/data")
    }

    private static func plainForm(_ request: ShopRequest) throws(ApiError) -> JsonValue {
        guard !request.body.isEmpty else { throw .emptyRequest }
        do {
            return try JsonReader.document(request.body)
        } catch {
            throw ApiError(
                status: 400,
                title: "bad request http exception",
                detail: "Invalid json message received."
            )
        }
    }
}

extension ShopState {
    /// A new product's document, with the entities that were sent along under `included`.
    fileprivate func createdDocument(product id: Int, _ sent: [JsonObject], _ view: View) -> [UInt8]? {
        guard var body = document(Reference("products", id), view), !sent.isEmpty,
            let product = products.product(id)
        else { return document(Reference("products", id), view) }
        var writer = EntityWriter(view: view)
        var precisions = product.precisions.makeIterator()
        var isFirst = true
        for object in sent {
            guard let type = object["type"]?.text, let name = object["id"]?.text else { continue }
            writer.text.raw(isFirst ? ",\"included\":[" : ",")
            isFirst = false
            let meta = JsonText.object("includeId", name)
            if type == "productunitprecisions", let precision = precisions.next(),
                let entity = products.precision(Int(precision))
            {
                write(precision: entity, id: Int(precision), to: &writer, meta: meta)
            } else {
                writer.begin(Reference(type, id), meta: meta)
                for attribute in object["attributes"]?.object?.members ?? [] {
                    writer.attribute(attribute.name, attribute.value)
                }
                writer.toOne("product", Reference("products", id))
                writer.toOne("localization", nil)
                writer.end()
            }
        }
        if !isFirst { writer.text.raw("]") }
        writer.text.raw("}")
        body.removeLast()
        return body + writer.text.bytes
    }
}

extension JsonText {
    /// An object with one text in it.
    fileprivate static func object(_ name: String, _ value: String) -> String {
        var text = JsonText()
        text.value(.object(JsonObject(members: [.init(name: name, value: .text(value))])))
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
