/// Everything the simulated shop knows; one lock guards it.
struct ShopState {
    var levels = LevelTable()
    var products = ProductTable()
    var ledger = Ledger()
    var operations = OperationTable()
    var tokens = TokenTable()
    var records = RecordTable()
    var orders = OrderTable()
    /// Checkouts whose decrement is still to come, by their orders.
    var checkouts: [Int: AwaitedCheckout] = [:]
    var webhooks = WebhookTable()
    var conditions = ShopConditions()
    var units = ProductUnit.installed
    /// Names of the warehouses; a level's warehouse is its index here plus one, 0 is none.
    var warehouses: [String] = []
    /// An Enterprise shop puts levels that name no warehouse into its main one.
    var hasMainWarehouse = false
    /// From 6.1.10 on, levels and orders show an external id; nobody has set one of a level here.
    var hasExternalIds = false
    /// From 6.0 on, products show what kits need.
    var hasKits = false
    /// From 6.1 on, sub-orders have the very lines of their main order, and a line has several orders.
    var sharesOrderLines = false
    /// Whether products have descriptions and the like.
    var hasTexts = true
    /// What order lines call a product, by its id and SKU.
    var productName: @Sendable (Int, String) -> String = { id, _ in "Product \(id)" }
    /// What the other clients may do, in their order.
    var otherPermissions: [ShopPermissions] = []
    /// The decimal mark as it was when the consumers were started.
    var consumersUseDecimalComma = false
    static let mainWarehouse = "Main Warehouse"

    /// The unit's index, added to the shop's units when it is new.
    mutating func unitIndex(_ code: String) -> UInt8 {
        if let index = units.firstIndex(where: { $0.code == code }) { return UInt8(index) }
        units.append(ProductUnit(code, code, code, plural: code, code))
        return UInt8(units.count - 1)
    }

    /// The warehouse's number, added when it is new.
    mutating func warehouseNumber(_ name: String) -> Int {
        if let index = warehouses.firstIndex(of: name) { return index + 1 }
        warehouses.append(name)
        return warehouses.count
    }

    /// Sets a level and enters the write into the ledger; the level must exist.
    mutating func write(level: Int, quantity: StockQuantity, route: WriteRoute) {
        levels.set(level, to: quantity)
        ledger.append(level: level, quantity: quantity, route: route)
        webhooks.happened("inventorylevel.updated", Reference("inventorylevels", level))
    }

    /// Adds a level to a unit precision.
    @discardableResult
    mutating func addLevel(
        precision: Int,
        warehouse: Int = 0,
        quantity: StockQuantity = .zero,
        unlisted: Bool = false
    ) -> Int {
        let needsMain = hasMainWarehouse && warehouse == 0
        let id = levels.add(
            precision: precision,
            warehouse: needsMain ? warehouseNumber(Self.mainWarehouse) : warehouse,
            quantity: quantity,
            unlisted: unlisted
        )
        products.attach(level: id, toPrecision: precision)
        webhooks.happened("inventorylevel.created", Reference("inventorylevels", id))
        return id
    }

    /// Adds a unit to a product, and with it the levels at zero that the shop makes in the same flush.
    @discardableResult
    mutating func addUnit(
        product: Int,
        unit: String,
        precision: Int,
        conversionRate: Double,
        sell: Bool
    ) -> Int {
        let id = products.addPrecision(
            product: product,
            unit: unitIndex(unit),
            precision: precision,
            conversionRate: conversionRate,
            sell: sell
        )
        if warehouses.isEmpty {
            addLevel(precision: id)
        } else {
            for number in 1...warehouses.count { addLevel(precision: id, warehouse: number) }
        }
        return id
    }

    mutating func removeLevel(_ id: Int) {
        guard levels.exists(id) else { return }
        products.detach(level: id, fromPrecision: levels.precision(id))
        forget(level: id)
    }

    mutating func removeProduct(_ id: Int) {
        for level in products.removeProduct(id) { forget(level: level) }
    }

    /// A level removed while it shows stock shows none from then on, so the ledger records a zero.
    private mutating func forget(level id: Int) {
        guard levels.exists(id) else { return }
        if levels.quantity(id) != .zero { ledger.append(level: id, quantity: .zero, route: .manual) }
        levels.remove(id)
        webhooks.happened("inventorylevel.deleted", Reference("inventorylevels", id))
    }

    /// The product that a level belongs to.
    func productId(ofLevel id: Int) -> Int {
        Int(products.precisions[levels.precision(id) - 1].product)
    }

    func unitCode(ofPrecision id: Int) -> String {
        units[Int(products.precisions[id - 1].unit)].code
    }

    /// The level as the simulator's own listing shows it; also for one that is gone.
    func levelState(_ id: Int, quantity: StockQuantity, atEntry entry: Int? = nil) -> LevelState {
        let precision = levels.precision(id)
        let warehouse = levels.warehouse(id)
        return LevelState(
            level: String(id),
            sku: products.sku(ofPrecision: precision, atEntry: entry),
            unit: unitCode(ofPrecision: precision),
            warehouse: warehouse == 0 ? nil : warehouses[warehouse - 1],
            quantity: quantity.text
        )
    }

    func ledgerEntry(at index: Int) -> LedgerEntry {
        let level = Int(ledger.levels[index])
        let state = levelState(level, quantity: ledger.quantities[index], atEntry: index)
        return LedgerEntry(
            sequence: index + 1,
            level: state.level,
            sku: state.sku,
            unit: state.unit,
            warehouse: state.warehouse,
            quantity: state.quantity,
            route: ledger.routes[index]
        )
    }
}
