/// From which pool the shop takes what is ordered on a level: by level, not by customer (ORDERS.md, D.2).
struct OrderedPool: Hashable, Sendable {
    /// Nothing is the shared pool.
    var fence: Int?
    /// Where its stock lies; several sites can feed one level.
    var sites: [Int]
    /// Whether nobody can tell the pool.
    var isUnattributed = false
}

extension RuleSet {
    /// Gives the pool of a level that shows stock of a SKU.
    ///
    /// The customer's group tells it only where the shop does not name the warehouse.
    func pool(of level: LevelKey, showing sku: SKU, customerGroup: String?) -> OrderedPool {
        let all = Array(sites.indices)
        let ofWarehouse = all.filter { level.warehouse == nil || sites[$0].warehouse == level.warehouse }
        if level.sku != sku {
            let fence = fences.firstIndex { $0.publish.alias(of: sku) == level.sku }
            if let fence { return OrderedPool(fence: fence, sites: ofWarehouse.isEmpty ? all : ofWarehouse) }
            return OrderedPool(sites: all, isUnattributed: true)
        }
        if let warehouse = level.warehouse {
            if let fence = fences.firstIndex(where: { $0.publish == .warehouse(warehouse) }) {
                return OrderedPool(fence: fence, sites: all)
            }
            return ofWarehouse.isEmpty
                ? OrderedPool(sites: all, isUnattributed: true) : OrderedPool(sites: ofWarehouse)
        }
        let withoutWarehouse = all.filter { sites[$0].warehouse == nil }
        if !withoutWarehouse.isEmpty { return OrderedPool(sites: withoutWarehouse) }
        return poolOfGroup(customerGroup, all)
    }

    /// With several warehouses the shop does not tell from which of them it took the stock: the first that is
    /// enabled for the group.
    private func poolOfGroup(_ group: String?, _ all: [Int]) -> OrderedPool {
        let own = fences.firstIndex { fence in
            guard case .warehouse = fence.publish, let group else { return false }
            return fence.customerGroup == group
        }
        if let own { return OrderedPool(fence: own, sites: all) }
        return OrderedPool(sites: all, isUnattributed: Set(all.map { sites[$0].warehouse }).count > 1)
    }
}

extension UnitTable {
    /// Gives what was ordered of a SKU in base units, rounded up: what was sold is never counted as less.
    ///
    /// - Parameters:
    ///   - quantity: so many of the ordered unit.
    ///   - unit: the ordered unit, as the shop names it.
    ///   - sku: whose stock it is.
    ///   - shopUnits: the units in which the shop sells the SKU.
    /// - Returns: nothing where no factor of the unit is known.
    func inBase(_ quantity: Quantity, of unit: StockUnit, _ sku: SKU, _ shopUnits: [ShopUnit]) -> Quantity? {
        guard let perBase = perBase(ordered: unit, of: sku, shopUnits) else { return nil }
        let product = Int128(quantity.millionths) * Int128(perBase.numerator)
        let divisor = Int128(perBase.denominator)
        return Quantity(millionths: Int64(clamping: product / divisor + (product % divisor > 0 ? 1 : 0)))
    }

    private func perBase(ordered unit: StockUnit, of sku: SKU, _ shopUnits: [ShopUnit]) -> Ratio? {
        if let factor = perBase(shop: unit, of: sku) { return factor }
        guard isEmpty else { return nil }
        // Without declared factors the primary unit is the base unit.
        let primary = shopUnits.count == 1 ? shopUnits.first : shopUnits.first(where: \.isPrimary)
        return primary == nil || primary?.unit == unit ? .one : nil
    }
}
