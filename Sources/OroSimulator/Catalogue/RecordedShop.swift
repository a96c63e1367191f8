/// The shop that the transcripts were recorded on.
enum RecordedShop {
    static func fill(_ state: inout ShopState, atSeconds: Int64) {
        for number in 1...64 {
            _ = state.products.addProduct(sku: "OT\(number)", status: .inStock, atSeconds: atSeconds)
            let precision = state.products.addPrecision(
                product: number,
                unit: 2,
                precision: 0,
                conversionRate: 1,
                sell: true
            )
            state.addLevel(precision: precision)
        }
    }
}
