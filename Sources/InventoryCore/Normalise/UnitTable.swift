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

/// The declared conversions; a SKU's own ones win over the general ones.
package struct UnitTable: Hashable, Sendable {
    private let general: [UnitConversion]
    private let perSKU: [SKU: [UnitConversion]]

    package init(general: [UnitConversion] = [], perSKU: [SKU: [UnitConversion]] = [:]) {
        self.general = general
        self.perSKU = perSKU
    }

    /// Whether nothing is declared: then each unit is taken as it is.
    package var isEmpty: Bool { general.isEmpty && perSKU.isEmpty }

    /// Gives the base units in one of the ERP's units, or nothing where nobody declared it.
    package func perBase(erp unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = perSKU[sku]?.first { $0.erp == unit }
        return (own ?? general.first { $0.erp == unit })?.perBase
    }

    /// Gives the base units in one of the shop's units, or nothing where nobody declared it.
    package func perBase(shop unit: StockUnit, of sku: SKU) -> Ratio? {
        let own = perSKU[sku]?.first { $0.shop == unit }
        return (own ?? general.first { $0.shop == unit })?.perBase
    }

    /// The declarations as one text, the same whatever order they were declared in.
    var canonicalText: String {
        func line(_ conversion: UnitConversion) -> String {
            "\(conversion.erp)=\(conversion.perBase)=\(conversion.shop)"
        }
        let own = perSKU.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.map(line).sorted())" }
        return "\(general.map(line).sorted()) \(own)"
    }
}
