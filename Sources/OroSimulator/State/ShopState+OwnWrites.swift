extension ShopState {
    /// Takes an order's quantity off a level as the checkout does; false when there is not that much.
    ///
    /// At zero the product becomes `out_of_stock`; nothing ever sets it back.
    mutating func checkout(level: Int, ordered: StockQuantity) -> Bool {
        guard levels.exists(level) else { return false }
        return finishCheckout(level: level, read: levels.quantity(level), ordered: ordered)
    }

    /// The second half of a checkout: writes what it read less what was ordered, whatever came between.
    mutating func finishCheckout(level: Int, read: StockQuantity, ordered: StockQuantity) -> Bool {
        guard levels.exists(level), read >= ordered else { return false }
        let product = productId(ofLevel: level)
        guard products.product(product)?.managesInventory ?? true else { return false }
        let left = StockQuantity(scaled: read.scaled - ordered.scaled)
        write(level: level, quantity: left, route: .checkout)
        if left <= .zero {
            let updated = products.products[product - 1].updatedAtSeconds
            products.setStatus(.outOfStock, ofProduct: product, atSeconds: updated)
            webhooks.happened("product.updated", Reference("products", product))
        }
        return true
    }

    func hasStock(_ level: Int) -> Bool {
        levels.exists(level) && levels.quantity(level) > .zero
    }

    /// Makes a second row at zero for the level's product and unit.
    mutating func duplicateLevel(_ id: Int) {
        guard levels.exists(id) else { return }
        addLevel(precision: levels.precision(id), warehouse: levels.warehouse(id))
    }

    /// Deletes a level's row and makes a new one for the same product and unit; gives the new id.
    mutating func recreateLevel(_ id: Int, quantity: StockQuantity) -> Int? {
        guard levels.exists(id) else { return nil }
        let precision = levels.precision(id)
        let warehouse = levels.warehouse(id)
        removeLevel(id)
        let anew = addLevel(precision: precision, warehouse: warehouse)
        if quantity != .zero { write(level: anew, quantity: quantity, route: .manual) }
        return anew
    }
}
