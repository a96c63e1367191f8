package import InventoryCore

/// How the ERP's units become the shop's.
package struct UnitSettings: Hashable, Sendable {
    package var conversions: [UnitConversion] = []
    /// A CSV file of `sku,erp,per_base,oro` for SKUs whose units differ.
    package var listPath: String?
    /// The smallest amount that any of the units shows, in base units; nothing where no unit is declared, or
    /// where some SKUs have their own.
    package var granularity: Quantity?

    package init() {}
}
