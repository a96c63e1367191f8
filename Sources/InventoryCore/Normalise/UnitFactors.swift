/// Looks factors up, and remembers the last one: neighbouring positions mostly have the same unit.
package struct UnitFactors {
    private let units: UnitTable
    private var last: (unit: StockUnit, perBase: Ratio?)?

    package init(_ units: UnitTable) {
        self.units = units
    }

    /// Gives the number of base units in one ERP unit, or nil if it is not declared.
    package mutating func perBase(erp unit: StockUnit, of sku: SKU) -> Ratio? {
        if units.hasOwn(sku) { return units.perBase(erp: unit, of: sku) }
        if let last, last.unit == unit { return last.perBase }
        let perBase = units.perBase(erp: unit)
        last = (unit, perBase)
        return perBase
    }

    /// Whether what is stated in a unit can be counted: it has a factor, or none is declared and the SKU, of
    /// which the baseline may hold something, lies in no other unit.
    package mutating func knows(_ unit: StockUnit, of sku: SKU, beside known: [SKU: [Position]]) -> Bool {
        // Two units cannot be added up without a factor.
        if units.isEmpty { return known[sku]?.allSatisfy { $0.key.unit == unit } ?? true }
        return perBase(erp: unit, of: sku) != nil
    }
}
