import InventoryCore
import StateStore
import TidegateSettings

/// Divides the stock of some SKUs outside of a run, as planning does: with the web orders as they are now.
struct StockDivision: Sendable {
    let apportioner: Apportioner
    private let levels: KnownLevels
    private let ordered: OrderedStock?

    /// How one SKU's stock is divided.
    struct Result: Sendable {
        let apportionment: Apportionment
        /// What counted.
        let orders: SKUOrders
        /// The quotas that applied.
        let quotas: [QuotaUse.Quota]

        /// What the shop should show, with what its checkouts are about to take.
        var wanted: [WantedLevel] { apportionment.wanted.map(orders.shown) }

        /// The same without pools of which something was never clear: whatever the shop shows of them stays.
        var written: [WantedLevel] { wanted.filter { !apportionment.figures.unclear.contains($0.key) } }

        /// The same of levels that show this: what only falls is written where it does.
        func written(over shown: (LevelKey) -> Quantity?) -> [WantedLevel] {
            guard apportionment.onlyFalls else { return written }
            return written.filter { $0.quantity <= shown($0.key) ?? .zero }
        }
    }

    /// Looks up what dividing needs.
    ///
    /// - Parameters:
    ///   - skus: the SKUs.
    ///   - apportioner: by what rules.
    ///   - stored: the levels of the SKUs and of the products that show their stock, where they are known.
    ///   - shop: whose stock it is.
    /// - Throws: `Fault`.
    init(
        of skus: [SKU],
        by apportioner: Apportioner,
        levels stored: [StoredLevel]? = nil,
        in shop: Shop
    ) async throws {
        self.apportioner = apportioner
        let products = Set(skus + skus.flatMap { apportioner.rules.aliases(of: $0) }).sorted()
        if let stored {
            levels = KnownLevels(stored)
        } else {
            levels = KnownLevels(try await shop.state.levels(of: products))
        }
        ordered = try await ShopOrders(shop, at: .now)?.ordered(of: skus, on: products, by: apportioner)
    }

    /// Divides the stock of one of the SKUs.
    ///
    /// - Parameters:
    ///   - sku: the SKU.
    ///   - positions: its stock.
    ///   - unclear: locations of which something was stated and never clearly.
    /// - Returns: what everyone gets, and what counted.
    func divide(_ sku: SKU, _ positions: [Position], unclear: [Location] = []) -> Result {
        let shopUnits = Planning.shopUnits(levels[sku])
        let ordered = ordered?.orders(of: sku, shopUnits: shopUnits) ?? .none
        let apportionment = apportioner.apportion(
            sku,
            positions: positions,
            shopUnits: shopUnits,
            aliasUnits: { Planning.shopUnits(levels[$0]) },
            unclear: unclear,
            orders: ordered
        )
        return Result(
            apportionment: apportionment,
            orders: ordered.naming { levels[$0.sku].only(in: $0.unit) },
            quotas: self.ordered?.quotas(of: sku) ?? []
        )
    }

    /// The levels of a product that are known.
    func levels(of product: SKU) -> ArraySlice<StoredLevel> { levels[product] }
}
