/// One ERP unit: how many base units it holds, and the shop's unit that it is sold in.
package struct UnitConversion: Hashable, Sendable {
    package let erp: StockUnit
    package let perBase: Ratio
    package let shop: StockUnit
    /// Whether the shop is known to be wrong about what its unit holds.
    package let ignoresShopRate: Bool

    package init(erp: StockUnit, perBase: Ratio, shop: StockUnit, ignoresShopRate: Bool = false) {
        self.ignoresShopRate = ignoresShopRate
        self.erp = erp
        self.perBase = perBase
        self.shop = shop
    }
}

/// The declared conversions; a SKU's own win over the general ones.
package struct UnitTable: Hashable, Sendable {
    let general: [UnitConversion]
    private(set) var bySKU: [SKU: [UnitConversion]] = [:]

    package init(general: [UnitConversion] = []) {
        self.general = general
    }

    /// Whether nothing is declared: then units are taken as they are.
    package var isEmpty: Bool { general.isEmpty && bySKU.isEmpty }

    /// Gives the number of base units in one ERP unit, or nil if it is not declared.
    package func perBase(erp unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = own(sku)?.first { $0.erp == unit }
        return own?.perBase ?? perBase(erp: unit)
    }

    /// Gives the base units in one of the ERP's units, for a SKU without conversions of its own.
    func perBase(erp unit: StockUnit) -> Ratio? {
        if let declared = general.first(where: { $0.erp == unit }) { return declared.perBase }
        return unit == .inBase ? .one : nil
    }

    /// Whether a SKU has conversions of its own.
    func hasOwn(_ sku: SKU) -> Bool { own(sku) != nil }

    /// Gives the number of base units in one of the shop's units, or nil if it is not declared.
    package func perBase(shop unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = own(sku)?.first { $0.shop == unit }
        return (own ?? general.first { $0.shop == unit })?.perBase
    }

    /// The conversions that hold for a SKU, its own first; the general ones without a SKU.
    func conversions(of sku: SKU?) -> [UnitConversion] { (sku.flatMap(own) ?? []) + general }

    /// Whether what the shop says of its unit is not compared.
    func ignoresRate(ofShop unit: StockUnit) -> Bool {
        general.contains { $0.shop == unit && $0.ignoresShopRate }
    }

    /// Whether some ERP unit stands for this unit of the shop, if only for a single SKU.
    package func names(shop unit: StockUnit) -> Bool {
        general.contains { $0.shop == unit } || bySKU.values.joined().contains { $0.shop == unit }
    }

    /// Where no SKU has its own, hashing every SKU would cost more than all the rest.
    private func own(_ sku: SKU) -> [UnitConversion]? {
        bySKU.isEmpty ? nil : bySKU[sku]
    }

    /// Adds a SKU's own conversion; false where it already has one for that ERP unit.
    package mutating func add(_ conversion: UnitConversion, to sku: SKU) -> Bool {
        guard bySKU[sku]?.contains(where: { $0.erp == conversion.erp }) != true else { return false }
        bySKU[sku, default: []].append(conversion)
        return true
    }
}
