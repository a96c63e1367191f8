extension UnitTable {
    /// Gives the exception about a SKU whose units hold something else at the shop than by the configuration;
    /// nothing where they agree.
    ///
    /// A factor is compared where both know it: the shop's is relative to its primary unit. A rate of 1 is
    /// what OroCommerce gives a unit that nobody maintains, and says nothing.
    func difference(_ shopUnits: [ShopUnit], of sku: SKU) -> UnitDifference? {
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
            let exception = InventoryException(
                code: .unitFactorsDiffer,
                subject: Subject(sku: sku, unit: unit.unit),
                message:
                    "By `units` \(unit.unit) holds \(own) and \(primary.unit) \(base) base units; the shop "
                    + "says that \(unit.unit) holds \(rate) \(primary.unit). Until they agree nothing of it "
                    + "rises."
            )
            return UnitDifference(exception: exception, most: most(shopUnits, of: sku))
        }
        return nil
    }

    /// The conversions that hold for a SKU, each by the larger of what configuration and shop say.
    ///
    /// What the shop's rate gives does not have to fit into a ratio; then the configuration's holds.
    private func most(_ shopUnits: [ShopUnit], of sku: SKU) -> UnitTable {
        guard let primary = shopUnits.first(where: \.isPrimary),
            let base = perBase(shop: primary.unit, of: sku)
        else { return self }
        let conversions = conversions(of: sku).map { own in
            guard let rate = shopUnits.first(where: { $0.unit == own.shop && !$0.isPrimary })?.conversionRate,
                rate != Quantity(units: 1), !own.ignoresShopRate,
                let stated = base.times(rate),
                Int128(stated.numerator) * Int128(own.perBase.denominator)
                    > Int128(own.perBase.numerator) * Int128(stated.denominator)
            else { return own }
            return UnitConversion(erp: own.erp, perBase: stated, shop: own.shop)
        }
        // A SKU's own come first.
        return UnitTable(general: conversions)
    }
}

/// Configuration and shop disagree on what the units of a SKU hold.
struct UnitDifference {
    let exception: InventoryException
    /// What the units hold at most: what sells is taken off that, and nothing rises meanwhile.
    let most: UnitTable
}
