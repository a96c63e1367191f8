/// What the body of a PATCH of one entity says, after the checks that all resources share.
enum SingleWrite {
    /// Reads the primary data object of a request for `type` with the id of its URL.
    static func data(_ request: ShopRequest, type: String, id: String) throws -> Document {
        // Other media types are not decoded at all, so that the framework sees no data.
        let isDecoded =
            request.contentType.map { $0.hasPrefix("application/") && $0.contains("json") } ?? true
        guard isDecoded, !request.body.isEmpty else { throw ApiError.emptyRequest }
        let document: JsonValue
        do {
            document = try JsonReader.document(request.body)
        } catch {
            throw malformed(error, request.body)
        }
        guard document.object != nil || document.list != nil else {
            throw malformed(.unexpected(at: 0), request.body)
        }
        guard let root = document.object, !root.isEmpty else { throw ApiError.emptyRequest }
        guard let data = root["data"] else {
            throw ApiError.requestData("The primary data object should exist", at: "/data")
        }
        // To PHP a list is an array without the names that are looked for.
        let isList = data.list?.isEmpty == false
        guard let object = isList ? JsonObject() : data.object, isList || !object.isEmpty else {
            throw ApiError.requestData("The primary data object should not be empty", at: "/data")
        }
        let faults = [typeFault(object, type), idFault(object, id)].compactMap { $0 }
        guard faults.isEmpty else { throw RecordFaults(faults) }
        try checkMeta(object["meta"]?.object)
        if let attributes = object["attributes"] {
            guard let attributes = attributes.object else {
                throw ApiError.requestData(
                    "The 'attributes' property should be an array",
                    at: "/data/attributes"
                )
            }
            if attributes.isEmpty {
                throw ApiError.requestData(
                    "The 'attributes' property should not be empty",
                    at: "/data/attributes"
                )
            }
        }
        let included = root["included"]?.list?.compactMap(\.object) ?? []
        return Document(data: object, included: included)
    }

    struct Document {
        let data: JsonObject
        let included: [JsonObject]
    }

    private static func malformed(_ fault: JsonFault, _ body: [UInt8]) -> ApiError {
        var detail = "Invalid json message received."
        if let head = body.first, head != UInt8(ascii: "{"), head != UInt8(ascii: "[") {
            detail += " Parsing error in [1:1]. Document must start with object or array."
        }
        return ApiError(status: 400, title: "bad request http exception", detail: detail)
    }

    private static func idFault(_ object: JsonObject, _ id: String) -> ApiError? {
        let place = "/data/id"
        switch object["id"] {
        case nil, .null: return .requestData("The 'id' property is required", at: place)
        case .text(let text):
            let detail =
                "The 'id' property of the primary data object should match 'id' parameter of the query string"
            return text == id ? nil : .conflict(detail, at: place)
        default: return .requestData("The 'id' property should be a string", at: place)
        }
    }

    private static func typeFault(_ object: JsonObject, _ type: String) -> ApiError? {
        let place = "/data/type"
        switch object["type"] {
        case nil, .null: return .requestData("The 'type' property is required", at: place)
        case .text(let text):
            let detail = "The 'type' property of the primary data object should match the requested resource"
            return text == type ? nil : .conflict(detail, at: place)
        default: return .requestData("The 'type' property should be a string", at: place)
        }
    }

    private static func checkMeta(_ meta: JsonObject?) throws(ApiError) {
        guard let meta else { return }
        if let upsert = meta["upsert"], upsert != .bool(false) {
            throw .noUpsert
        }
        for name in ["update", "validate"] where meta[name] != nil && meta[name] != .bool(false) {
            throw .metaOption("The option is not supported.", at: "/meta/\(name)")
        }
    }
}
