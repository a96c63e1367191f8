/// A unit in which the shop sells a product.
package struct SellableUnit: Hashable, Sendable {
    /// OroCommerce's code.
    package let unit: StockUnit
    /// Base units in one of it, such as 12 for a case.
    package let perBase: Ratio
    /// How many decimals the shop shows; more than six count as six.
    package let precision: Int
    package let isPrimary: Bool

    package init(unit: StockUnit, perBase: Ratio, precision: Int, isPrimary: Bool) {
        self.unit = unit
        self.perBase = perBase
        self.precision = precision
        self.isPrimary = isPrimary
    }

    /// The smallest amount the unit can show, in units.
    package var smallest: Quantity {
        var millionths = Quantity.scale
        for _ in 0..<min(6, max(0, precision)) { millionths /= 10 }
        return Quantity(millionths: millionths)
    }

    /// The smallest amount the unit can show, in base units, rounded up so that it does show.
    package var granularity: Quantity {
        let exact = Int128(smallest.millionths) * Int128(perBase.numerator)
        let upward = (exact + Int128(perBase.denominator) - 1) / Int128(perBase.denominator)
        return Quantity(millionths: max(1, Int64(clamping: upward)))
    }

    /// Gives how much of a base quantity the unit can show: in units, rounded down, and the same in base
    /// units, rounded up, so that shown and not shown add up to the whole.
    package func shown(of base: Quantity) -> (units: Quantity, inBase: Quantity) {
        let available = max(0, base.millionths)
        let exact = Int128(available) * Int128(perBase.denominator) / Int128(perBase.numerator)
        // A result too large for a quantity is capped: rounding is always down.
        let units = Quantity(millionths: Int64(clamping: exact)).floored(toStep: smallest)
        let back = Int128(units.millionths) * Int128(perBase.numerator)
        let inBase = (back + Int128(perBase.denominator) - 1) / Int128(perBase.denominator)
        return (units, Quantity(millionths: Int64(clamping: inBase)))
    }
}

/// Which of a product's units are written, and how its stock is divided among them.
package enum PublishUnits: Hashable, Sendable {
    /// The primary unit only.
    case primary
    /// Every unit shows the whole pool: the same stock is shown several times and can be sold several times.
    case mirror
    /// Each named unit shows its percentage of the pool, such as 60 and 40; other units show nothing.
    case split([StockUnit: Quantity])
}

extension PublishUnits {
    /// Gives the step for fences that state none: the granularity of the product's primary unit.
    ///
    /// Without a primary unit it is the finest of the units, without any unit it is 1.
    package func granularity(of units: [SellableUnit]) -> Quantity {
        if let primary = units.first(where: \.isPrimary) { return primary.granularity }
        return units.map(\.granularity).min() ?? Quantity(units: 1)
    }
}
