extension UnitTable {
    /// Gives the exception about a SKU whose units hold something else at the shop than by the configuration;
    /// nothing where they agree.
    ///
    /// A factor is compared where both know it: the shop's is relative to its primary unit. A rate of 1 is
    /// what OroCommerce gives a unit that nobody maintains, and says nothing.
    func difference(_ shopUnits: [ShopUnit], of sku: SKU) -> InventoryException? {
        guard shopUnits.count > 1, let primary = shopUnits.first(where: \.isPrimary),
            let base = perBase(shop: primary.unit, of: sku)
        else { return nil }
        for unit in shopUnits where !unit.isPrimary {
            guard let rate = unit.conversionRate, rate != Quantity(units: 1), rate > .zero,
                !ignoresRate(ofShop: unit.unit),
                let own = perBase(shop: unit.unit, of: sku)
            else { continue }
            // own / base against rate, without dividing; the rate is rounded at its sixth decimal.
            let left = Int128(own.numerator) * Int128(base.denominator) * Int128(Quantity.scale)
            let right = Int128(rate.millionths) * Int128(own.denominator) * Int128(base.numerator)
            let unitOfRate = Int128(own.denominator) * Int128(base.numerator)
            guard abs(left - right) > unitOfRate else { continue }
            return InventoryException(
                code: .unitFactorsDiffer,
                subject: Subject(sku: sku, unit: unit.unit),
                message:
                    "By `units` \(unit.unit) holds \(own) and \(primary.unit) \(base) base units; the shop "
                    + "says that \(unit.unit) holds \(rate) \(primary.unit). Nothing of it is written."
            )
        }
        return nil
    }
}
