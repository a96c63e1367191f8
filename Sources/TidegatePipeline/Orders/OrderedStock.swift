import InventoryCore

/// What was ordered of some SKUs' stock, and how much of their quotas that has consumed.
struct OrderedStock: Sendable {
    private let rules: RuleSet
    /// Products that have shown a part of a SKU's stock, and do not by these rules.
    private let former: [SKU: [SKU]]
    /// What the ERP does not know yet, by product.
    private let open: [SKU: [OpenLine]]
    private let use: QuotaUse
    /// Of those SKUs that have any.
    private let quotas: [SKU: [QuotaUse.Quota]]
    /// What was bought on the products that show their stock, since the first of their quotas began.
    private let bought: [SKU: [QuotaLine]]

    init(
        rules: RuleSet,
        former: [SKU: [SKU]] = [:],
        open: [SKU: [OpenLine]],
        use: QuotaUse,
        quotas: [SKU: [QuotaUse.Quota]],
        bought: [SKU: [QuotaLine]]
    ) {
        self.rules = rules
        self.former = former
        self.open = open
        self.use = use
        self.quotas = quotas
        self.bought = bought
    }

    /// Gives what counts when a SKU's stock is divided: on its own product and on those that show its stock.
    func orders(of sku: SKU, shopUnits: [ShopUnit]) -> SKUOrders {
        guard !open.isEmpty || !quotas.isEmpty else { return .none }
        let aliases = rules.aliases(of: sku)
        if quotas.isEmpty, former.isEmpty, aliases.isEmpty { return SKUOrders(lines: open[sku] ?? []) }
        let quotas = quotas[sku] ?? []
        var orders = SKUOrders()
        var lines: [QuotaLine] = []
        for product in [sku] + aliases.filter({ $0 != sku }) {
            orders.lines += open[product] ?? []
            if !quotas.isEmpty { lines += bought[product] ?? [] }
        }
        for product in former[sku] ?? [] { orders.lines += open[product] ?? [] }
        // Stated for every quota, so that open orders do not stand for it.
        if !quotas.isEmpty {
            orders.consumed = use.consumed(of: quotas, sku, by: lines, shopUnits: shopUnits)
        }
        return orders
    }

    /// The quotas of a SKU.
    func quotas(of sku: SKU) -> [QuotaUse.Quota] { quotas[sku] ?? [] }
}
