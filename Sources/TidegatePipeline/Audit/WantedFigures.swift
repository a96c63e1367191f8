import InventoryCore
import StateStore
import TidegateSettings

/// What the levels of some SKUs should show by the present stock, orders and rules.
struct WantedFigures: Sendable {
    private var figures: [LevelKey: Quantity] = [:]

    /// Divides the stock of these SKUs, as it was last accepted.
    init(of skus: [SKU], in shop: Shop) async throws {
        let skus = Set(skus).sorted()
        let division = try await StockDivision(of: skus, by: shop.settings.apportioner(at: .now), in: shop)
        let stock = try await shop.stock()
        let positions = try await stock.positions(of: skus)
        for sku in skus {
            let own = positions[sku] ?? []
            let divided = division.divide(sku, own, unclear: stock.doubts.unclear(sku) { own })
            for level in divided.written { figures[level.key] = level.quantity }
        }
    }

    /// What a level should show; nothing where it is not one that is published.
    subscript(key: LevelKey) -> Quantity? { figures[key] }
}
