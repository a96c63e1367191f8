/// What a record of a batch asks to be done with a level.
struct LevelRecord: Sendable {
    let level: Int
    /// nil when the record names no quantity: nothing changes, but it counts as written.
    let quantity: StockQuantity?
}

/// The rules that a batch record for `inventorylevels` has to keep, in the order the shop checks them.
enum LevelRecordRules {
    /// Reads a record; the errors' pointers are relative to the record.
    static func read(
        _ object: JsonObject,
        _ permissions: ShopPermissions,
        in state: ShopState
    ) -> Result<LevelRecord, RecordFaults> {
        if let fault = RecordTypeRules.fault(object, type: "inventorylevels") { return .failure([fault]) }
        guard RecordTypeRules.isUpdate(object) else {
            let meta = object["meta"]?.object
            let isUpsert = meta?["update"] != .bool(true) && (meta?["upsert"] ?? .bool(false)) != .bool(false)
            return .failure([isUpsert ? .noUpsert.below("") : .notAllowed.below("")])
        }
        let id: Int
        switch RecordTypeRules.id(object) {
        case .failure(let fault): return .failure([fault])
        case .success(let read): id = read
        }
        if let fault = access(toLevel: id, permissions, in: state) { return .failure([fault.below("")]) }
        switch LevelForm.read(object["attributes"], usesComma: state.consumersUseDecimalComma) {
        case .failure(let faults): return .failure(RecordFaults(faults.list.map { $0.below("") }))
        case .success(let quantity): return .success(LevelRecord(level: id, quantity: quantity))
        }
    }

    /// Why the level cannot be reached; nil when it can.
    static func access(toLevel id: Int, _ permissions: ShopPermissions, in state: ShopState) -> ApiError? {
        guard permissions.contains(.editLevels) else { return .accessDenied }
        guard state.levels.exists(id) else { return .notFound }
        guard permissions.contains(.viewProducts) else { return .entityDenied }
        return state.refusal(ofLevel: id)
    }
}

/// The errors of one record, never none.
struct RecordFaults: Error, ExpressibleByArrayLiteral {
    let list: [ApiError]

    init(_ list: [ApiError]) {
        self.list = list
    }

    init(arrayLiteral elements: ApiError...) {
        list = elements
    }
}

/// The form behind a level: it has the quantity and nothing else.
enum LevelForm {
    /// Reads `attributes`; pointers start at `/attributes`.
    static func read(_ attributes: JsonValue?, usesComma: Bool) -> Result<StockQuantity?, RecordFaults> {
        guard let attributes = attributes?.object else { return .success(nil) }
        var faults: [ApiError] = []
        let extra = attributes.members.map(\.name).filter { $0 != "quantity" }
        if !extra.isEmpty { faults.append(.extraFields(extra)) }
        var quantity: StockQuantity?
        if let value = attributes["quantity"] {
            switch QuantityRules.read(value) {
            case .success(let read) where usesComma && !read.isWhole:
                faults.append(ApiError.notLocal.below("/attributes/quantity"))
            case .success(let read): quantity = read
            case .failure(let fault): faults.append(fault.below("/attributes/quantity"))
            }
        }
        return faults.isEmpty ? .success(quantity) : .failure(RecordFaults(faults))
    }
}

/// What every record of a batch has to say about itself.
enum RecordTypeRules {
    static func fault(_ object: JsonObject, type: String) -> ApiError? {
        guard let named = object["type"]?.text else {
            return ApiError(
                status: 400,
                title: "entity type constraint",
                detail: "The entity type must be set in the context."
            ).below("")
        }
        guard named == type else {
            return ApiError(
                status: 400,
                title: "entity type constraint",
                detail: "The entity type \"\(named)\" is not supported by this batch operation."
            ).below("")
        }
        return nil
    }

    /// Whether the record is marked as an update; without the mark it would create.
    static func isUpdate(_ object: JsonObject) -> Bool {
        guard let meta = object["meta"]?.object, meta["update"] == .bool(true) else { return false }
        // Both marks together mean neither.
        return (meta["upsert"] ?? .bool(false)) == .bool(false)
    }

    static func id(_ object: JsonObject) -> Result<Int, ApiError> {
        switch object["id"] {
        case nil, .null:
            return .failure(
                ApiError(
                    status: 400,
                    title: "entity identifier constraint",
                    detail: "The identifier of an entity must be set in the context."
                ).below("")
            )
        case .text(let text):
            guard let id = Int(text) else { return .failure(ApiError.identifier(text).below("")) }
            return .success(id)
        default: return .failure(.requestData("The 'id' property should be a string", at: "/id"))
        }
    }
}
