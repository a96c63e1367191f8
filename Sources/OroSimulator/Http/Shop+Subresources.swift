extension Shop {
    /// `/{type}/{id}/{relationship}`, `/{type}/{id}/relationships/{relationship}` and an operation's errors.
    func subresource(
        _ request: ShopRequest,
        _ parts: [String],
        _ permissions: ShopPermissions,
        isPlain: Bool
    ) -> Answer {
        let isRelationship = parts.count == 4 && parts[2] == "relationships"
        guard parts.count == 3 || isRelationship else {
            return .error(.unsupportedSubresource, plain: isPlain)
        }
        if request.method == "OPTIONS" { return .methods("OPTIONS, GET", status: 200) }
        guard request.method == "GET" else { return .methods("OPTIONS, GET", status: 405) }
        do {
            guard permissions.sees(parts[0]) else { return .error(.accessDenied, plain: isPlain) }
            if parts[0] == "asyncoperations", parts[2] == "errors" {
                return try operationErrors(request, id: parts[1])
            }
            let view = View(
                base: request.escapedBase,
                query: QueryString(request.queryText),
                hasLinks: !request.include.contains("noHateoas"),
                isPlain: isPlain,
                permissions: permissions
            )
            return try related(request, parts, view, isRelationship: isRelationship)
        } catch {
            return .error(error, plain: isPlain)
        }
    }

    private func related(
        _ request: ShopRequest,
        _ parts: [String],
        _ view: View,
        isRelationship: Bool
    ) throws(ApiError) -> Answer {
        let owner = Reference(parts[0], parts[1])
        let name = parts[parts.count - 1]
        let target = with { $0.related(owner, name, view.permissions) }
        if !isRelationship, case .one(nil)? = target, with({ $0.hides(owner, name) }) { throw .entityDenied }
        guard let target else {
            let exists = with { $0.document(owner, view) != nil }
            throw exists ? .unsupportedSubresource : .notFound
        }
        let links =
            view.hasLinks ? Self.links(base: request.escapedBase, parts, isRelationship: isRelationship) : ""
        let body = with { state in
            var writer = EntityWriter(view: view)
            writer.text.raw("{\"data\":")
            switch target {
            case .one(let reference): state.write(reference, isRelationship: isRelationship, to: &writer)
            case .many(let references):
                writer.text.raw("[")
                for (index, reference) in references.enumerated() {
                    if index > 0 { writer.text.raw(",") }
                    state.write(reference, isRelationship: isRelationship, to: &writer)
                }
                writer.text.raw("]")
            }
            writer.text.raw(links)
            writer.text.raw("}")
            return writer.text.bytes
        }
        return Answer(status: 200, body: body)
    }

    private static func links(base: String, _ parts: [String], isRelationship: Bool) -> String {
        let entity = base + parts[0] + "\\/" + parts[1] + "\\/"
        let name = parts[parts.count - 1]
        guard isRelationship else { return ",\"links\":{\"self\":\"" + entity + name + "\"}" }
        return ",\"links\":{\"self\":\"" + entity + "relationships\\/" + name + "\",\"related\":\"" + entity
            + name + "\"}"
    }

    /// The errors of an operation, paged; a page size of -1 gives an empty list, as the shop does.
    private func operationErrors(_ request: ShopRequest, id: String) throws(ApiError) -> Answer {
        guard let number = Int(id) else { throw .identifier(id) }
        guard let operation = with({ $0.operations[number] }) else {
            throw ApiError(
                status: 404,
                title: "not found http exception",
                detail: "The asynchronous operation does not exist."
            )
        }
        let query = QueryString(request.queryText)
        let view = View(
            base: request.escapedBase,
            query: query,
            hasLinks: !request.include.contains("noHateoas")
        )
        let list = try ListRequest(query: query, view: view, wantsTotal: false) { _ in nil }
        let faults = operation.faults
        let size = list.pageSize ?? 0
        let from = min(list.offset, faults.count)
        let to = min(from + size, faults.count)
        var writer = EntityWriter(view: view)
        writer.text.raw("{\"data\":[")
        for index in from..<to {
            if index > from { writer.text.raw(",") }
            writer.write(faults[index], id: "\(number)-\(faults[index].chunk)-\(index + 1)")
        }
        writer.text.raw("]")
        let hasMore = to < faults.count
        writer.pageLinks(path: "asyncoperations\\/\(number)\\/errors", list, hasMore: hasMore)
        writer.text.raw("}")
        var answer = Answer(status: 200, body: writer.text.bytes)
        if request.include.contains("totalCount") {
            // The list is no query, which this version's counting stumbles over.
            guard options.profile != .v5_1 else { throw .broken }
            answer.fields.append(("X-Include-Total-Count", String(faults.count)))
        }
        return answer
    }
}

extension ShopState {
    /// Whether the relationship points at something, which only a role's lack of rights hides.
    fileprivate func hides(_ owner: Reference, _ name: String) -> Bool {
        if case .one(_?)? = related(owner, name, .all) { true } else { false }
    }

    fileprivate func write(_ reference: Reference?, isRelationship: Bool, to writer: inout EntityWriter) {
        guard let reference else {
            writer.text.raw("null")
            return
        }
        guard isRelationship else {
            if !write(reference, to: &writer) { writer.data(reference) }
            return
        }
        writer.text.raw("{\"type\":\"" + reference.type + "\",\"id\":")
        writer.text.string(reference.id)
        if writer.view.hasLinks {
            writer.text.raw(
                ",\"links\":{\"self\":\"" + writer.view.base + reference.type + "\\/" + reference.id + "\"}"
            )
        }
        writer.text.raw("}")
    }
}

extension EntityWriter {
    /// An error of an operation: its status is a number, detail and source are always there.
    fileprivate mutating func write(_ fault: Operation.Fault, id: String) {
        text.raw("{\"type\":\"asyncoperationerrors\",\"id\":\"" + id + "\",\"attributes\":{\"status\":")
        text.integer(fault.error.status)
        text.raw(",\"title\":")
        text.string(fault.error.title)
        text.raw(",\"detail\":")
        if let detail = fault.error.detail { text.string(detail) } else { text.raw("null") }
        text.raw(",\"source\":")
        if let source = fault.error.source { text.errorSource(source) } else { text.raw("null") }
        text.raw("}}")
    }
}
