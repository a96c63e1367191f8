/// What a write changes in a product.
struct ProductChange: Sendable {
    var status: InventoryStatus?
    var managesInventory: Bool?
}

/// A product about to be created.
struct ProductDraft: Sendable {
    struct Unit: Sendable {
        let code: String
        let precision: Int
        let conversionRate: Double
        let sell: Bool
    }

    let sku: String
    let status: InventoryStatus
    let units: [Unit]
}

/// The rules for `products`, as far as stock and units go.
enum ProductRecordRules {
    private static let attributeNames: Set<String> = [
        "sku", "status", "productType", "featured", "newArrival", "variantFields", "category_sort_order",
        "availability_date",
    ]

    /// Reads a record of a batch; the errors' pointers are relative to the record.
    static func read(
        _ object: JsonObject,
        _ included: [JsonObject],
        _ permissions: ShopPermissions,
        in state: ShopState
    ) -> Result<RecordEffect, RecordFaults> {
        if let fault = RecordTypeRules.fault(object, type: "products") { return .failure([fault]) }
        guard permissions.contains(.editProducts) else { return .failure([ApiError.accessDenied.below("")]) }
        guard RecordTypeRules.isUpdate(object) else {
            return draft(object, included, in: state).map { .createProduct($0) }
        }
        switch RecordTypeRules.id(object) {
        case .failure(let fault): return .failure([fault])
        case .success(let id):
            guard state.products.product(id) != nil else { return .failure([ApiError.notFound.below("")]) }
            return change(object, included).map { .updateProduct(id: id, $0) }
        }
    }

    /// Reads what a write would change.
    static func change(_ object: JsonObject, _ included: [JsonObject]) -> Result<ProductChange, RecordFaults>
    {
        var change = ProductChange()
        let relationships = object["relationships"]?.object
        if let names = object["attributes"]?.object?.members.map(\.name).filter({
            !attributeNames.contains($0)
        }),
            !names.isEmpty
        {
            return .failure([.extraFields(names)])
        }
        if let data = relationships?["inventory_status"]?.object?["data"]?.object {
            guard let status = data["id"]?.text.flatMap(InventoryStatus.init(rawValue:)) else {
                return .failure([
                    ApiError(
                        status: 400,
                        title: "form constraint",
                        detail: "The entity does not exist.",
                        source: .pointer("/relationships/inventory_status/data")
                    )
                ])
            }
            change.status = status
        }
        if let id = relationships?["manageInventory"]?.object?["data"]?.object?["id"]?.text,
            let value = included.first(where: { $0["id"]?.text == id })?["attributes"]?.object?["scalarValue"]
        {
            change.managesInventory = value.text == "1" || value == .number("1") || value == .bool(true)
        }
        return .success(change)
    }

    /// Reads a product to be created.
    static func draft(
        _ object: JsonObject,
        _ included: [JsonObject],
        in state: ShopState
    ) -> Result<ProductDraft, RecordFaults> {
        let sku = object["attributes"]?.object?["sku"]?.text ?? ""
        let pointer = "/attributes/sku"
        guard !sku.isEmpty else { return .failure([ApiError.notBlank.below(pointer)]) }
        guard sku.utf8.allSatisfy(isSkuByte) else {
            return .failure([
                ApiError(
                    status: 400,
                    title: "sku regex constraint",
                    detail:
                        "This value should contain only latin letters, numbers and symbols \"-\" or \"_\".",
                    source: .pointer(pointer)
                )
            ])
        }
        guard state.products.productId(sku: sku) == nil else {
            return .failure([
                ApiError(
                    status: 400,
                    title: "unique entity constraint",
                    detail: "This value is already used.",
                    source: .pointer(pointer)
                )
            ])
        }
        let relationships = object["relationships"]?.object
        let status = relationships?["inventory_status"]?.object?["data"]?.object?["id"]?.text
        return .success(
            ProductDraft(
                sku: sku,
                status: status.flatMap(InventoryStatus.init(rawValue:)) ?? .inStock,
                units: units(relationships, included)
            )
        )
    }

    /// The units in the order of `unitPrecisions`, the primary one first.
    private static func units(_ relationships: JsonObject?, _ included: [JsonObject]) -> [ProductDraft.Unit] {
        let primary = relationships?["primaryUnitPrecision"]?.object?["data"]?.object?["id"]?.text
        let listed = relationships?["unitPrecisions"]?.object?["data"]?.list ?? []
        var ids = listed.compactMap { $0.object?["id"]?.text }
        if let primary {
            ids.removeAll { $0 == primary }
            ids.insert(primary, at: 0)
        }
        return ids.compactMap { id in
            included.first { $0["type"]?.text == "productunitprecisions" && $0["id"]?.text == id }
                .flatMap(unit)
        }
    }

    static func unit(_ object: JsonObject) -> ProductDraft.Unit? {
        let code = object["relationships"]?.object?["unit"]?.object?["data"]?.object?["id"]?.text
        guard let code else { return nil }
        let attributes = object["attributes"]?.object
        return ProductDraft.Unit(
            code: code,
            precision: Int(attributes?["precision"]?.number ?? 0),
            conversionRate: attributes?["conversionRate"]?.number ?? 1,
            sell: attributes?["sell"]?.bool ?? true
        )
    }

    private static func isSkuByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension ShopState {
    mutating func apply(_ change: ProductChange, toProduct id: Int, nowSeconds: Int64) {
        if let status = change.status { products.setStatus(status, ofProduct: id, atSeconds: nowSeconds) }
        webhooks.happened("product.updated", Reference("products", id))
        if let manages = change.managesInventory { products.setManagesInventory(manages, ofProduct: id) }
    }

    /// Creates the product with its units and their levels at zero; nil when the SKU was taken meanwhile.
    @discardableResult
    mutating func create(_ draft: ProductDraft, nowSeconds: Int64) -> Int? {
        guard let id = products.addProduct(sku: draft.sku, status: draft.status, atSeconds: nowSeconds) else {
            return nil
        }
        for unit in draft.units {
            addUnit(
                product: id,
                unit: unit.code,
                precision: unit.precision,
                conversionRate: unit.conversionRate,
                sell: unit.sell
            )
        }
        return id
    }
}
