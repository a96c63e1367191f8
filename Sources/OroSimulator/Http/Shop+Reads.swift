extension Shop {
    /// `GET` of a collection.
    func list(_ call: ApiCall) throws(ApiError) -> Answer {
        try call.requireView()
        let query = call.isPlain ? try call.query.asPlain() : call.query
        let hasWarehouses = options.profile.hasWarehouses || with { !$0.warehouses.isEmpty }
        let type = call.resource.type
        if type == "productprices", query.value("filter", "priceList") == nil {
            throw ApiError(
                status: 400,
                title: "filter constraint",
                detail: "The \"priceList\" filter is required."
            )
        }
        let request = try ListRequest(
            query: query,
            view: call.view(query),
            wantsTotal: call.request.include.contains("totalCount")
        ) { name in kind(of: name, type: type, hasWarehouses: hasWarehouses) }
        let profile = options.profile
        return with { state in
            var writer = EntityWriter(view: request.view)
            let page: ListPage
            let references: [Reference]
            switch type {
            case "inventorylevels":
                let isSeen = request.view.permissions.contains(.viewProducts)
                page = isSeen ? state.levelPage(request) : .empty(request)
                references = page.rows.map { Reference(type, $0) }
            case "products":
                page = state.productPage(request)
                references = page.rows.map { Reference(type, $0) }
            case "productunitprecisions":
                page = state.precisionPage(request)
                references = page.rows.map { Reference(type, $0) }
            case "orders", "orderlineitems", "orderproductkititemlineitems", "customers":
                page = state.orderPage(request, type: type, profile)
                references = page.rows.map { Reference(type, $0) }
            default:
                let all = state.recordReferences(type)
                page = state.recordPage(request, all)
                references = page.rows.map { all[$0 - 1] }
            }
            writer.text.raw(call.isPlain ? "[" : "{\"data\":[")
            for (index, reference) in references.enumerated() {
                if index > 0 { writer.text.raw(",") }
                _ = state.write(reference, to: &writer)
            }
            writer.text.raw("]")
            if !call.isPlain {
                state.writeIncluded(from: references, to: &writer)
                // Lists of products were seen to name no next page, however many there are.
                writer.pageLinks(path: type, request, hasMore: page.hasMore && type != "products")
                writer.text.raw("}")
            }
            var answer = Answer(status: 200, media: call.isPlain ? .json : .api, body: writer.text.bytes)
            answer.rows = references.count
            if let total = page.total { answer.fields.append(("X-Include-Total-Count", String(total))) }
            return answer
        }
    }

    /// `GET` of one entity.
    func one(_ call: ApiCall) throws(ApiError) -> Answer {
        let id = call.id ?? ""
        if call.resource.hasNumericIds, Int(id) == nil { throw .identifier(id) }
        try call.requireView()
        let query = call.query
        let view = call.view(query)
        if call.resource.type == "asyncoperations" { return try operation(id: id, view: view) }
        let reference = Reference(call.resource.type, id)
        let isLevel = reference.type == "inventorylevels"
        if isLevel, !call.permissions.contains(.viewProducts) { throw .entityDenied }
        if reference.type == "products", with({ $0.isHidden(product: Int(id) ?? 0) }) { throw .entityDenied }
        let body = with { state -> [UInt8]? in
            if isLevel, let number = Int(id), state.refusal(ofLevel: number)?.status == 404 { return nil }
            return state.document(reference, view)
        }
        guard let body else { throw .notFound }
        return Answer(status: 200, media: call.isPlain ? .json : .api, body: body)
    }

    private func operation(id: String, view: View) throws(ApiError) -> Answer {
        let operation = with { state in state.operations[Int(id) ?? 0] }
        guard let operation else { throw .notFound }
        return Answer(status: 200, media: view.isPlain ? .json : .api, body: Self.document(operation, view))
    }

    static func document(_ operation: Operation, _ view: View) -> [UInt8] {
        var writer = EntityWriter(view: view)
        if !view.isPlain { writer.text.raw("{\"data\":") }
        writer.write(operation)
        if !view.isPlain { writer.text.raw("}") }
        return writer.text.bytes
    }

    private func kind(of name: String, type: String, hasWarehouses: Bool) -> FieldKind? {
        switch type {
        case "inventorylevels": FieldReader.level(name, hasWarehouses: hasWarehouses)?.kind
        case "products": FieldReader.product(name)?.kind
        case "productunitprecisions": FieldReader.precision(name)?.kind
        case "orders", "orderlineitems", "orderproductkititemlineitems", "customers":
            FieldReader.orderEntity(type, name, options.profile)?.kind
        case "productprices":
            ["priceList", "product"].contains(name) ? .association(ofText: false) : Self.recordKind(name)
        default: Self.recordKind(name)
        }
    }

    private static func recordKind(_ name: String) -> FieldKind? {
        switch name {
        case "id", "name", "code", "username", "email": .text
        default: nil
        }
    }
}

extension ShopState {
    /// One entity as a document; nil when there is none.
    func document(_ reference: Reference, _ view: View, links: Bool = true) -> [UInt8]? {
        var writer = EntityWriter(view: view)
        if !view.isPlain { writer.text.raw("{\"data\":") }
        guard write(reference, to: &writer) else { return nil }
        if view.isPlain { return writer.text.bytes }
        writeIncluded(from: [reference], to: &writer)
        if view.hasLinks, links {
            writer.text.raw(",\"links\":{\"self\":\"")
            writer.text.raw(view.base)
            writer.text.raw(reference.type)
            writer.text.raw("\"}")
        }
        writer.text.raw("}")
        return writer.text.bytes
    }

    /// The entities of a stored type, in the order of their ids.
    func recordReferences(_ type: String) -> [Reference] {
        switch type {
        case "productunits": units.map { Reference(type, $0.code) }
        case "warehouses": warehouses.indices.map { Reference(type, $0 + 1) }
        default: (records.byType[type] ?? []).map { Reference(type, $0.id) }
        }
    }

    /// A page of such entities; rows count from 1.
    func recordPage(_ request: ListRequest, _ all: [Reference]) -> ListPage {
        let scan = RowScan(candidates: 1..<(all.count + 1)) { row in
            request.conditions.allSatisfy { $0.admits(recordValue(all[row - 1], $0.field)) }
        }
        let isDescending = request.order.first?.isDescending == true
        return scan.page(of: request, isDescending: isDescending, knownTotal: nil)
    }

    private func recordValue(_ reference: Reference, _ field: String) -> Scalar? {
        if field == "id" { return .text(reference.id) }
        guard let record = records.record(reference) else { return nil }
        if let value = record.attributes.first(where: { $0.name == field })?.value.text {
            return .text(value)
        }
        if case .one(let target?) = record.relations.first(where: { $0.name == field })?.target {
            return .integer(Int(target.id) ?? 0)
        }
        return nil
    }
}

extension EntityWriter {
    /// The links of a page; without HATEOAS there are none at all.
    mutating func pageLinks(path: String, _ request: ListRequest, hasMore: Bool) {
        guard view.hasLinks else { return }
        let start = ",\"links\":{\"self\":\"" + view.base + path + "\""
        text.raw(start)
        if request.pageNumber > 1 {
            pageLink("first", path, request.query.page(number: 1))
            pageLink("prev", path, request.query.page(number: request.pageNumber - 1))
        }
        if hasMore { pageLink("next", path, request.query.page(number: request.pageNumber + 1)) }
        text.raw("}")
    }

    private mutating func pageLink(_ name: String, _ path: String, _ query: String) {
        text.raw(",\"" + name + "\":\"" + view.base + path)
        if !query.isEmpty { text.raw("?" + query) }
        text.raw("\"")
    }
}
