package import InventoryCore

/// How the ERP's units become the shop's.
package struct UnitSettings: Hashable, Sendable {
    package var conversions: [UnitConversion] = []
    /// A CSV file of `sku,erp,per_base,oro` with what differs for single articles.
    package var listPath: String?

    package init() {}
}

/// One unit of the ERP: how many base units it holds, and what the shop calls it.
package struct UnitConversion: Hashable, Sendable {
    package let erp: StockUnit
    package let perBase: Ratio
    package let oro: StockUnit

    package init(erp: StockUnit, perBase: Ratio, oro: StockUnit) {
        self.erp = erp
        self.perBase = perBase
        self.oro = oro
    }
}
