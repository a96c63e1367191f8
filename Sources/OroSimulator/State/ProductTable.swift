/// Products with their unit precisions.
///
/// Ids count from 1 and are never used again.
struct ProductTable {
    struct Product {
        var sku: String
        var precisions: [Int32]
        var primary: Int32
        var inventoryStatus: InventoryStatus
        /// nil is the system's setting: stock is managed.
        var managesInventory: Bool?
        var isLive: Bool
        var isUnlisted: Bool
        let createdAtSeconds: Int64
        var updatedAtSeconds: Int64
    }

    struct Precision {
        let product: Int32
        let unit: UInt8
        let precision: UInt8
        let sell: Bool
        var isLive: Bool
        let conversionRate: Double
        /// Levels of this precision: one, or one a warehouse.
        var levels: [Int32]
    }

    private(set) var products: [Product] = []
    private(set) var precisions: [Precision] = []
    private var bySku: [String: Int32] = [:]
    /// SKUs that products had before, each with the count of ledger entries when it was given up.
    private var formerSkus: [Int32: [(entries: Int, sku: String)]] = [:]

    var lastProductId: Int { products.count }
    var lastPrecisionId: Int { precisions.count }

    mutating func reserve(_ count: Int) {
        products.reserveCapacity(count)
        precisions.reserveCapacity(count)
        bySku.reserveCapacity(count)
    }

    /// Adds a product without units and gives its id; nil when the SKU is taken.
    mutating func addProduct(
        sku: String,
        status: InventoryStatus,
        atSeconds: Int64,
        unlisted: Bool = false
    ) -> Int? {
        guard bySku[sku] == nil else { return nil }
        products.append(
            Product(
                sku: sku,
                precisions: [],
                primary: 0,
                inventoryStatus: status,
                managesInventory: nil,
                isLive: true,
                isUnlisted: unlisted,
                createdAtSeconds: atSeconds,
                updatedAtSeconds: atSeconds
            )
        )
        bySku[sku] = Int32(products.count)
        return products.count
    }

    /// Adds a unit to a product and gives the precision's id; the first unit becomes the primary one.
    mutating func addPrecision(
        product: Int,
        unit: UInt8,
        precision: Int,
        conversionRate: Double,
        sell: Bool
    ) -> Int {
        precisions.append(
            Precision(
                product: Int32(product),
                unit: unit,
                precision: UInt8(clamping: precision),
                sell: sell,
                isLive: true,
                conversionRate: conversionRate,
                levels: []
            )
        )
        let id = Int32(precisions.count)
        products[product - 1].precisions.append(id)
        if products[product - 1].primary == 0 { products[product - 1].primary = id }
        return Int(id)
    }

    mutating func attach(level: Int, toPrecision id: Int) {
        precisions[id - 1].levels.append(Int32(level))
    }

    mutating func detach(level: Int, fromPrecision id: Int) {
        precisions[id - 1].levels.removeAll { $0 == Int32(level) }
    }

    func product(_ id: Int) -> Product? {
        guard id >= 1, id <= products.count, products[id - 1].isLive else { return nil }
        return products[id - 1]
    }

    func precision(_ id: Int) -> Precision? {
        guard id >= 1, id <= precisions.count, precisions[id - 1].isLive else { return nil }
        return precisions[id - 1]
    }

    func productId(sku: String) -> Int? {
        bySku[sku].map(Int.init)
    }

    /// The SKU of a precision's product, also after the product is gone; with a ledger entry's index, the
    /// one that it had then.
    func sku(ofPrecision id: Int, atEntry entry: Int? = nil) -> String {
        let product = precisions[id - 1].product
        if let entry, !formerSkus.isEmpty,
            let former = formerSkus[product]?.first(where: { entry < $0.entries })
        {
            return former.sku
        }
        return products[Int(product) - 1].sku
    }

    /// Gives a product another SKU; whoever had that one is known by it no more.
    mutating func rename(_ id: Int, to sku: String, afterEntry entries: Int, atSeconds: Int64) {
        let old = products[id - 1].sku
        formerSkus[Int32(id), default: []].append((entries, old))
        if bySku[old] == Int32(id) { bySku[old] = nil }
        products[id - 1].sku = sku
        products[id - 1].updatedAtSeconds = atSeconds
        bySku[sku] = Int32(id)
    }

    mutating func setStatus(_ status: InventoryStatus, ofProduct id: Int, atSeconds: Int64) {
        products[id - 1].inventoryStatus = status
        products[id - 1].updatedAtSeconds = atSeconds
    }

    mutating func setManagesInventory(_ manages: Bool, ofProduct id: Int) {
        products[id - 1].managesInventory = manages
    }

    /// Removes a product with its units; gives the levels that go with it.
    mutating func removeProduct(_ id: Int) -> [Int] {
        guard let product = product(id) else { return [] }
        var levels: [Int] = []
        for precision in product.precisions {
            levels.append(contentsOf: precisions[Int(precision) - 1].levels.map(Int.init))
            precisions[Int(precision) - 1].isLive = false
            precisions[Int(precision) - 1].levels = []
        }
        products[id - 1].isLive = false
        bySku[product.sku] = nil
        return levels
    }
}

/// Whether the storefront shows a product as available; ids as in `prodinventorystatuses`.
package enum InventoryStatus: String, Sendable, CaseIterable {
    case inStock = "in_stock"
    case outOfStock = "out_of_stock"
    case discontinued
}
