package import InventoryCore

/// How the ERP's units become the shop's.
package struct UnitSettings: Hashable, Sendable {
    package var conversions: [UnitConversion] = []
    /// A CSV file of `sku,erp,per_base,oro` with what differs for single articles.
    package var listPath: String?

    package init() {}
}
