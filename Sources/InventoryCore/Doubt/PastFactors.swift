/// What units held before the configuration lost them.
///
/// By these the last clear value of a position in doubt goes on counting. Nothing that is stated later is
/// read by them.
package struct PastFactors: Hashable, Sendable {
    private var units: UnitTable

    package init() {
        units = UnitTable()
    }

    /// Reads what `text` gives.
    ///
    /// - Throws: `RuleTextError`.
    package init(_ text: RuleText) throws(RuleTextError) {
        units = try RuleTextReader(text).units
    }

    /// Can be read back; the text of nothing is empty.
    package var text: RuleText {
        var text = RuleText(bytes: [])
        text.append(units, .primary)
        return text
    }

    package var isEmpty: Bool { units.isEmpty }

    /// Gives the number of base units that one ERP unit held, or nil if it has not lost its factor.
    package func perBase(erp unit: StockUnit, of sku: SKU) -> Ratio? {
        isEmpty ? nil : units.perBase(erp: unit, of: sku)
    }

    /// Gives what is past once other units are declared: what `former` had and `units` has not, beside what
    /// was past already.
    ///
    /// Where nothing is declared, the only unit of a SKU is its base unit, and nothing is past.
    func changed(from former: UnitTable, to units: UnitTable) -> PastFactors {
        var general: [UnitConversion] = []
        var own: [SKU: [UnitConversion]] = [:]
        for table in [units.isEmpty ? UnitTable() : former, self.units] {
            for one in table.general where units.isEmpty || units.perBase(erp: one.erp) == nil {
                if !general.contains(where: { $0.erp == one.erp }) { general.append(one) }
            }
            for (sku, conversions) in table.bySKU {
                for one in conversions where units.isEmpty || units.perBase(erp: one.erp, of: sku) == nil {
                    if own[sku]?.contains(where: { $0.erp == one.erp }) == true { continue }
                    own[sku, default: []].append(one)
                }
            }
        }
        return PastFactors(general, own)
    }

    /// Takes in that one of a unit was a base unit.
    func adding(base unit: StockUnit) -> PastFactors {
        guard units.perBase(erp: unit) == nil else { return self }
        return PastFactors(
            units.general + [UnitConversion(erp: unit, perBase: .one, shop: unit)],
            units.bySKU
        )
    }

    /// Gives those by which some of these positions count.
    func only(of keys: Set<PositionKey>) -> PastFactors {
        let (used, skus) = (Set(keys.map(\.unit)), Set(keys.map(\.sku)))
        return PastFactors(
            units.general.filter { used.contains($0.erp) },
            units.bySKU.filter { skus.contains($0.key) }
        )
    }

    private init(_ general: [UnitConversion], _ own: [SKU: [UnitConversion]]) {
        units = UnitTable(general: general)
        for (sku, conversions) in own {
            for one in conversions { _ = units.add(one, to: sku) }
        }
    }
}
