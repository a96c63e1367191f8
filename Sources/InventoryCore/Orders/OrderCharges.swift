/// Charges a SKU's web orders to the pools that the shop took them from: by level, not by customer (spec
/// ring-fencing.md, W; ORDERS.md, D.2).
struct OrderCharges {
    private let rules: RuleSet
    private let units: UnitTable
    private let sku: SKU
    private let shopUnits: [ShopUnit]
    /// What is left at each site for shared orders and for those of a fence, before any is charged.
    private let nets: [[LocationNet]]
    /// By site.
    private(set) var orders: [WebOrders]
    private(set) var exceptions: [InventoryException] = []
    /// Whether something was ordered that cannot be counted in the base unit.
    private(set) var isIncomplete = false

    /// - Parameters:
    ///   - lines: what counts, on the SKU's product and on those that show its stock.
    ///   - sku: the SKU whose stock that is.
    ///   - apportioner: by whose rules and units it is divided.
    ///   - shopUnits: the units in which the shop sells the SKU.
    ///   - nets: what its locations hold, by site.
    init(
        _ lines: [OpenLine],
        of sku: SKU,
        _ apportioner: Apportioner,
        shopUnits: [ShopUnit],
        nets: [[LocationNet]]
    ) {
        rules = apportioner.rules
        units = apportioner.units
        self.sku = sku
        self.shopUnits = shopUnits
        self.nets = nets
        orders = Array(repeating: .none, count: nets.count)
        for line in lines where line.open > .zero { charge(line) }
    }

    private mutating func charge(_ line: OpenLine) {
        guard let quantity = units.inBase(line.open, of: line.level.unit, sku, shopUnits) else {
            isIncomplete = true
            exceptions.append(
                InventoryException(
                    code: .orderUnitUnknown,
                    subject: Subject(sku: sku, unit: line.level.unit),
                    message: "Order \(line.order) is for \(line.open) \(line.level.unit) of "
                        + "\(line.level.sku), and `units` has no factor for that unit."
                )
            )
            return
        }
        let pool = rules.pool(of: line.level, showing: sku, customerGroup: line.customerGroup)
        var rest = quantity
        for site in pool.sites where rest > .zero {
            // The first of them takes as much as it can bear, and what no other can.
            let part = min(rest, left(at: site, pool.fence))
            add(part, pool, at: site)
            rest = Quantity(millionths: rest.millionths - part.millionths)
        }
        if let first = pool.sites.first { add(rest, pool, at: first) }
    }

    /// What a pool's locations at a site hold beyond what is charged to them already.
    private func left(at site: Int, _ fence: Int?) -> Quantity {
        var sum: Int128 = 0
        for net in nets[site] where net.owner == nil || net.owner == fence {
            sum += Int128(max(0, net.net.millionths))
        }
        sum -= Int128(orders[site].shared.millionths) + Int128(orders[site].unattributed.millionths)
        for order in orders[site].fences { sum -= Int128(order.quantity.millionths) }
        return Quantity(millionths: Int64(clamping: max(0, sum)))
    }

    private mutating func add(_ quantity: Quantity, _ pool: OrderedPool, at site: Int) {
        guard quantity > .zero else { return }
        if let fence = pool.fence {
            orders[site].fences.append(FenceQuantity(fence: fence, quantity: quantity))
        } else if pool.isUnattributed {
            orders[site].unattributed = orders[site].unattributed.adding(clamping: quantity)
        } else {
            orders[site].shared = orders[site].shared.adding(clamping: quantity)
        }
    }
}
