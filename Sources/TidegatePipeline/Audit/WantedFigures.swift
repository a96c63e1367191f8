import InventoryCore
import StateStore
import TidegateSettings

/// What the levels of some SKUs should show by the present stock and rules.
struct WantedFigures: Sendable {
    private var figures: [LevelKey: Quantity] = [:]

    /// Divides the stock of these SKUs, as it was last accepted.
    init(of skus: [SKU], in shop: Shop) async throws {
        let skus = Set(skus).sorted()
        let settings = shop.settings
        let apportioner = Apportioner(
            rules: settings.rules,
            units: try settings.units.table(),
            publishUnits: settings.oro.publishUnits,
            at: .now
        )
        let stock = try await shop.stock()
        let positions = try await stock.positions(of: skus)
        let aliases = skus.flatMap { apportioner.rules.aliases(of: $0, andBy: nil) }
        let levels = KnownLevels(try await shop.state.levels(of: Set(skus + aliases).sorted()))
        for sku in skus {
            let divided = apportioner.apportion(
                sku,
                positions: positions[sku] ?? [],
                shopUnits: Planning.shopUnits(levels[sku]),
                aliasUnits: { Planning.shopUnits(levels[$0]) },
                unclear: stock.doubts.unclear(sku)
            )
            for level in divided.wanted where !divided.figures.unclear.contains(level.key) {
                figures[level.key] = level.quantity
            }
        }
    }

    /// What a level should show; nothing where it is not one that is published.
    subscript(key: LevelKey) -> Quantity? { figures[key] }
}
