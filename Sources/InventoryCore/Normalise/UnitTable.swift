/// One ERP unit: how many base units it holds, and the shop's unit that it is sold in.
package struct UnitConversion: Hashable, Sendable {
    package let erp: StockUnit
    package let perBase: Ratio
    package let shop: StockUnit

    package init(erp: StockUnit, perBase: Ratio, shop: StockUnit) {
        self.erp = erp
        self.perBase = perBase
        self.shop = shop
    }
}

/// The declared conversions; an article's own ones win over the general ones.
package struct UnitTable: Hashable, Sendable {
    let general: [UnitConversion]
    private(set) var bySKU: [SKU: [UnitConversion]] = [:]

    package init(general: [UnitConversion] = []) {
        self.general = general
    }

    /// Whether nothing is declared: then each unit is taken as it is.
    package var isEmpty: Bool { general.isEmpty && bySKU.isEmpty }

    /// Gives the base units in one of the ERP's units, or nothing where nobody declared it.
    package func perBase(erp unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = own(sku)?.first { $0.erp == unit }
        return own?.perBase ?? perBase(erp: unit)
    }

    /// Gives the base units in one of the ERP's units of an article that has none of its own.
    func perBase(erp unit: StockUnit) -> Ratio? { general.first { $0.erp == unit }?.perBase }

    /// Whether an article has conversions of its own.
    func hasOwn(_ sku: SKU) -> Bool { own(sku) != nil }

    /// Gives the base units in one of the shop's units, or nothing where nobody declared it.
    package func perBase(shop unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = own(sku)?.first { $0.shop == unit }
        return (own ?? general.first { $0.shop == unit })?.perBase
    }

    /// Whether some ERP unit stands for this unit of the shop, be it for a single article.
    package func names(shop unit: StockUnit) -> Bool {
        general.contains { $0.shop == unit } || bySKU.values.joined().contains { $0.shop == unit }
    }

    /// Hashing the name of every article would cost more than all else where none has its own.
    private func own(_ sku: SKU) -> [UnitConversion]? {
        bySKU.isEmpty ? nil : bySKU[sku]
    }

    /// Adds an article's own conversion; false where it has one for that ERP unit.
    package mutating func add(_ conversion: UnitConversion, to sku: SKU) -> Bool {
        guard bySKU[sku]?.contains(where: { $0.erp == conversion.erp }) != true else { return false }
        bySKU[sku, default: []].append(conversion)
        return true
    }
}
