/// What the body of a PATCH of one entity says, after the checks that all resources share.
enum SingleWrite {
    /// Reads the primary data object of a request for `type` with the id of its URL.
    static func data(_ request: ShopRequest, type: String, id: String) throws(ApiError) -> Document {
        // Other media types are not decoded at all, so that the framework sees no data.
        let isDecoded =
            request.contentType.map { $0.hasPrefix("application/") && $0.contains("json") } ?? true
        guard isDecoded, !request.body.isEmpty else { throw .emptyRequest }
        let document: JsonValue
        do {
            document = try JsonReader.document(request.body)
        } catch {
            throw malformed(error, request.body)
        }
        guard let root = document.object, !root.isEmpty else { throw .emptyRequest }
        guard let data = root["data"] else {
            throw .requestData("The primary data object should exist", at: "/data")
        }
        if let list = data.list, !list.isEmpty {
            throw .requestData("The primary data object should be an object", at: "/data")
        }
        guard let object = data.object, !object.isEmpty else {
            throw .requestData("The primary data object should not be empty", at: "/data")
        }
        try checkIdentity(object, type: type, id: id)
        try checkMeta(object["meta"]?.object)
        if let attributes = object["attributes"] {
            guard let attributes = attributes.object else {
                throw .requestData("The 'attributes' property should be an array", at: "/data/attributes")
            }
            if attributes.isEmpty {
                throw .requestData("The 'attributes' property should not be empty", at: "/data/attributes")
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

    private static func checkIdentity(_ object: JsonObject, type: String, id: String) throws(ApiError) {
        switch object["id"] {
        case nil, .null: throw .requestData("The 'id' property is required", at: "/data/id")
        case .text(let text):
            guard text == id else {
                throw .conflict(
                    "The 'id' property of the primary data object should match 'id' parameter"
                        + " of the query sting",
                    at: "/data/id"
                )
            }
        default: throw .requestData("The 'id' property should be a string", at: "/data/id")
        }
        switch object["type"] {
        case nil, .null: throw .requestData("The 'type' property is required", at: "/data/type")
        case .text(let text):
            guard text == type else {
                throw .conflict(
                    "The 'type' property of the primary data object should match the requested resource",
                    at: "/data/type"
                )
            }
        default: throw .requestData("The 'type' property should be a string", at: "/data/type")
        }
    }

    private static func checkMeta(_ meta: JsonObject?) throws(ApiError) {
        guard let meta else { return }
        if let upsert = meta["upsert"], upsert != .bool(false) {
            throw .metaOption(
                "The upsert operation is not supported for resources with auto-generated identifier value.",
                at: "/meta/upsert"
            )
        }
        for name in ["update", "validate"] where meta[name] != nil && meta[name] != .bool(false) {
            throw .metaOption("The option is not supported.", at: "/meta/\(name)")
        }
    }
}
