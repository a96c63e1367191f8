package import InventoryCore

/// Which rows of a snapshot speak of stock; the others are left out and counted, not rejected.
package struct RowRules: Hashable, Sendable {
    /// What a column must hold, or must not hold, in rows that count.
    package struct Condition: Hashable, Sendable {
        /// By name or position.
        package let column: ColumnRule
        /// Compared as they are written, without outer blanks.
        package let texts: [String]
        /// Whether rows with one of these texts are left out; otherwise those with any other.
        package let isExclusion: Bool

        package init(column: ColumnRule, texts: [String], isExclusion: Bool) {
            self.column = column
            self.texts = texts
            self.isExclusion = isExclusion
        }
    }

    /// All of them must hold.
    package var conditions: [Condition] = []
    /// Whether rows that are the header once more, as on every printed page, are left out.
    package var skipsRepeatedHeaders = false
    /// SKUs that the ERP lists and that are no stock, such as services.
    package var ignoredSKUs: [Glob] = []

    package init() {}

    var isEmpty: Bool { self == RowRules() }
}
