/// What a record of a batch asks to be done with a level.
struct LevelRecord: Sendable {
    let level: Int
    /// nil when the record names no quantity: nothing changes, but it counts as written.
    let quantity: StockQuantity?
}

/// The rules that a batch record for `inventorylevels` has to keep, in the order the shop checks them.
enum LevelRecordRules {
    /// Reads a record; the errors' pointers are relative to the record.
    static func read(_ object: JsonObject, in state: ShopState) -> Result<LevelRecord, RecordFaults> {
        if let fault = RecordTypeRules.fault(object, type: "inventorylevels") { return .failure([fault]) }
        switch RecordTypeRules.isUpdate(object) {
        case .failure(let fault): return .failure([fault])
        case .success(false): return .failure([.notAllowed.below("")])
        case .success(true): break
        }
        let id: Int
        switch RecordTypeRules.id(object) {
        case .failure(let fault): return .failure([fault])
        case .success(let read): id = read
        }
        guard state.conditions.permissions.contains(.editLevels) else {
            return .failure([ApiError.accessDenied.below("")])
        }
        guard state.levels.exists(id) else { return .failure([ApiError.notFound.below("")]) }
        if let refusal = state.refusal(ofLevel: id) { return .failure([refusal.below("")]) }
        switch LevelForm.read(object["attributes"]) {
        case .failure(let faults): return .failure(RecordFaults(faults.list.map { $0.below("") }))
        case .success(let quantity): return .success(LevelRecord(level: id, quantity: quantity))
        }
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
    static func read(_ attributes: JsonValue?) -> Result<StockQuantity?, RecordFaults> {
        guard let attributes = attributes?.object else { return .success(nil) }
        var faults: [ApiError] = []
        let extra = attributes.members.map(\.name).filter { $0 != "quantity" }
        if !extra.isEmpty { faults.append(.extraFields(extra)) }
        var quantity: StockQuantity?
        if let value = attributes["quantity"] {
            switch QuantityRules.read(value) {
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
    static func isUpdate(_ object: JsonObject) -> Result<Bool, ApiError> {
        guard let update = object["meta"]?.object?["update"] else { return .success(false) }
        guard let value = update.bool else {
            return .failure(.metaOption("This value should be a boolean.", at: "/meta/update"))
        }
        return .success(value)
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
