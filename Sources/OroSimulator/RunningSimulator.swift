/// A running simulator, and what a test can do to the shop behind the client's back.
package struct RunningSimulator: Sendable {
    /// `http://127.0.0.1:PORT`, without a path.
    package let url: String
    let shop: Shop

    /// Every write so far, in the order of effect.
    package func ledger() -> [LedgerEntry] {
        shop.with { state in (0..<state.ledger.count).map { state.ledgerEntry(at: $0) } }
    }

    /// Those of the writes that came after so many.
    package func ledger(after count: Int) -> [LedgerEntry] {
        shop.with { state in
            (min(count, state.ledger.count)..<state.ledger.count).map { state.ledgerEntry(at: $0) }
        }
    }

    /// How many writes there were so far.
    package var ledgerCount: Int { shop.with { $0.ledger.count } }

    /// All levels as they are now, by id.
    package func levels() -> [LevelState] {
        shop.with { state in
            state.visibleLevels(from: 1, count: .max).map {
                state.levelState($0, quantity: state.levels.quantity($0))
            }
        }
    }

    /// The level of a SKU and unit (in the first warehouse that has one); nil when there is none.
    package func levelId(sku: String, unit: String) -> String? {
        shop.with { state in state.levelId(sku: sku, unit: unit).map { String($0) } }
    }

    /// Writes a quantity behind the client's back, as a back-office user would.
    package func setQuantity(level: String, to quantity: String, route: WriteRoute = .manual) {
        guard let id = Int(level), let value = StockQuantity(quantity) else { return }
        shop.with { state in
            if state.levels.exists(id) { state.write(level: id, quantity: value, route: route) }
        }
    }

    /// Deletes a level's row, as the back-office dialog does at zero.
    package func deleteLevel(_ level: String) {
        guard let id = Int(level) else { return }
        shop.with { $0.removeLevel(id) }
    }

    /// Deletes a level's row and makes a new one for the same product and unit; gives the new id.
    @discardableResult
    package func recreateLevel(_ level: String, quantity: String = "0") -> String? {
        guard let id = Int(level), let value = StockQuantity(quantity) else { return nil }
        return shop.with { state in state.recreateLevel(id, quantity: value).map { String($0) } }
    }

    /// Takes an order's quantity off a level as Oro's own checkout does; whether there was enough.
    @discardableResult
    package func checkout(level: String, quantity: String) -> Bool {
        guard let id = Int(level), let ordered = StockQuantity(quantity) else { return false }
        return shop.with { $0.checkout(level: id, ordered: ordered) }
    }

    /// The first half of a checkout: it has read the level and not yet written it.
    package func startCheckout(level: String, quantity: String) -> StartedCheckout? {
        guard let id = Int(level), let ordered = StockQuantity(quantity) else { return nil }
        let read = shop.with { state in state.levels.exists(id) ? state.levels.quantity(id) : nil }
        return read.map { StartedCheckout(shop: shop, level: id, ordered: ordered, read: $0) }
    }

    /// What a product's inventory status is now; nil when there is no such SKU.
    package func inventoryStatus(sku: String) -> InventoryStatus? {
        shop.with { state in
            state.products.productId(sku: sku).flatMap { state.products.product($0)?.inventoryStatus }
        }
    }

    /// Sets a product's inventory status, as a back-office user would.
    package func setInventoryStatus(sku: String, to status: InventoryStatus) {
        let now = shop.nowSeconds
        shop.with { state in
            if let id = state.products.productId(sku: sku) {
                state.products.setStatus(status, ofProduct: id, atSeconds: now)
            }
        }
    }

    /// Adds a fault to those of the options.
    package func inject(_ rule: FaultRule) {
        shop.withDice { $0.add(rule) }
    }

    /// Ends all faults.
    package func endFaults() {
        shop.withDice { $0.removeAll() }
    }

    /// Changes what things cost while the shop runs; only with a cost model in the options.
    package func changeCost(_ model: CostModel) async {
        await shop.processors?.change(model)
    }

    /// Makes every token given out so far invalid.
    package func revokeTokens() {
        shop.with { $0.tokens.revokeAll() }
    }

    /// Switches queue consumers on or off.
    package func setConsumers(_ count: Int) async {
        await shop.perform(.setConsumers(count))
    }

    /// Waits until the message queue has nothing left to do, or no consumer to do it.
    package func queueIsIdle() async {
        await shop.queue.idle()
    }

    /// Changes what is wrong with the shop as a whole.
    package func changeConditions(_ change: @Sendable (inout ShopConditions) -> Void) {
        shop.with { state in
            let wasInMaintenance = state.conditions.maintenance
            change(&state.conditions)
            // The end of maintenance restarts the consumers.
            if wasInMaintenance, !state.conditions.maintenance { state.consumersStart() }
        }
    }

    /// The shop's clean-up: forgets an asynchronous operation.
    package func forgetOperation(_ id: String) {
        guard let number = Int(id) else { return }
        shop.with { $0.operations.remove(number) }
    }
}

/// A checkout that has read a level: whatever is written until it finishes, is lost.
package struct StartedCheckout: Sendable {
    let shop: Shop
    let level: Int
    let ordered: StockQuantity
    let read: StockQuantity

    /// Writes what was read less what was ordered; whether there was enough.
    @discardableResult
    package func finish() -> Bool {
        shop.with { $0.finishCheckout(level: level, read: read, ordered: ordered) }
    }
}

extension ShopState {
    /// Up to `count` ids of listed levels, from `first` on.
    func visibleLevels(from first: Int, count: Int) -> [Int] {
        var ids: [Int] = []
        var id = first
        while id <= levels.lastId, ids.count < count {
            if levels.exists(id), levels.isListed(id) { ids.append(id) }
            id += 1
        }
        return ids
    }

    func levelId(sku: String, unit: String) -> Int? {
        products.productId(sku: sku).flatMap { levelId(product: $0, unit: unit, warehouse: nil) }
    }

    /// The level of a product's unit in a warehouse, or with nil in the first that has one.
    func levelId(product: Int, unit: String, warehouse: String?) -> Int? {
        for precision in products.product(product)?.precisions ?? []
        where unitCode(ofPrecision: Int(precision)) == unit {
            let ids = products.precisions[Int(precision) - 1].levels.map(Int.init)
            guard let warehouse else { return ids.first }
            return ids.first { id in
                let number = levels.warehouse(id)
                return number > 0 && warehouses[number - 1] == warehouse
            }
        }
        return nil
    }
}
