extension ShopState {
    /// Exchanges the SKUs of two products.
    mutating func swapProducts(_ sku: String, _ other: String, nowSeconds: Int64) -> Bool {
        guard sku != other, let one = products.productId(sku: sku), let two = products.productId(sku: other)
        else { return false }
        rename(one, to: other, nowSeconds: nowSeconds)
        rename(two, to: sku, nowSeconds: nowSeconds)
        return true
    }

    /// Gives a product another SKU; false when there is no such product or the name is taken.
    mutating func renameProduct(_ sku: String, to newSku: String, nowSeconds: Int64) -> Bool {
        guard let id = products.productId(sku: sku), products.productId(sku: newSku) == nil else {
            return false
        }
        rename(id, to: newSku, nowSeconds: nowSeconds)
        return true
    }

    /// Deletes a product and makes it again under new ids, with the same units at zero.
    mutating func recreateProduct(_ sku: String, nowSeconds: Int64) -> Bool {
        guard let id = products.productId(sku: sku), let draft = draft(ofProduct: id, sku: sku) else {
            return false
        }
        removeProduct(id)
        return create(draft, nowSeconds: nowSeconds) != nil
    }

    /// Gives a product another unit in whole numbers; false when there is no such product or it has the unit.
    mutating func addUnit(_ unit: String, to sku: String, conversionRate: Double) -> Bool {
        guard let id = products.productId(sku: sku), let product = products.product(id) else { return false }
        let known = product.precisions.compactMap { products.precision(Int($0)) }
        guard !known.contains(where: { units[Int($0.unit)].code == unit }) else { return false }
        addUnit(product: id, unit: unit, precision: 0, conversionRate: conversionRate, sell: true)
        return true
    }

    /// Renames a product and gives its old name to a new one with the same units.
    mutating func replaceProduct(_ sku: String, _ newSku: String, nowSeconds: Int64) -> Bool {
        guard let id = products.productId(sku: sku), let draft = draft(ofProduct: id, sku: sku),
            renameProduct(sku, to: newSku, nowSeconds: nowSeconds)
        else { return false }
        return create(draft, nowSeconds: nowSeconds) != nil
    }

    private mutating func rename(_ id: Int, to sku: String, nowSeconds: Int64) {
        products.rename(id, to: sku, afterEntry: ledger.count, atSeconds: nowSeconds)
        webhooks.happened("product.updated", Reference("products", id))
    }

    private func draft(ofProduct id: Int, sku: String) -> ProductDraft? {
        guard let product = products.product(id) else { return nil }
        let precisions = [product.primary] + product.precisions.filter { $0 != product.primary }
        return ProductDraft(
            sku: sku,
            status: product.inventoryStatus,
            units: precisions.compactMap { number in
                guard let precision = products.precision(Int(number)) else { return nil }
                return ProductDraft.Unit(
                    code: units[Int(precision.unit)].code,
                    precision: Int(precision.precision),
                    conversionRate: precision.conversionRate,
                    sell: precision.sell
                )
            }
        )
    }

    /// Whether one product is hidden from the role.
    func isHidden(product id: Int) -> Bool {
        guard !conditions.hiddenProducts.isEmpty, let product = products.product(id) else { return false }
        return conditions.hiddenProducts.contains(product.sku)
    }

    /// Why this level may not be written or named; nil for most.
    func refusal(ofLevel id: Int) -> ApiError? {
        guard !conditions.levelFaults.isEmpty else { return nil }
        switch conditions.levelFaults[String(id)] {
        case .refuses(let status): return .usual(status)
        case .listedOnly: return .notFound
        case nil: return nil
        }
    }
}
