/// The shops that the later transcripts were recorded on: made-up products by the item, some also by the set.
enum LaterRecordedShop {
    private static let productCount = 5_000
    /// Every so many products, from the first on, one is sold by the set too.
    private static let setEvery = 20

    static func fill(_ state: inout ShopState, atSeconds: Int64) {
        state.hasTexts = false
        // As whoever filled the recorded shop has named them.
        state.productName = { id, _ in "Article \(id)" }
        // Fewer groups were there than in the shop with demo products.
        for group in 2...4 { _ = state.records.remove(Reference("customergroups", group)) }
        state.products.reserve(productCount)
        for number in 1...productCount {
            let digits = String(number)
            let sku = "TG-" + String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
            guard let id = state.products.addProduct(sku: sku, status: .inStock, atSeconds: atSeconds) else {
                continue
            }
            add("item", 1, toProduct: id, &state)
            if number % setEvery == 1 { add("set", 10, toProduct: id, &state) }
        }
    }

    private static func add(_ unit: String, _ rate: Double, toProduct id: Int, _ state: inout ShopState) {
        let precision = state.products.addPrecision(
            product: id,
            unit: state.unitIndex(unit),
            precision: 0,
            conversionRate: rate,
            sell: true
        )
        state.addLevel(precision: precision)
    }
}
