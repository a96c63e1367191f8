package import InventoryCore

/// What a delivery says of web orders, beside its figures: which of them the ERP knows.
package struct StatedOrders: Hashable, Sendable {
    /// What the file of orders beside it says, row by row.
    package var acknowledgements: [OrderAcknowledgement] = []
    /// Its rows that do not say when, as of the delivery: each such export states them again.
    package var undated: [OrderAcknowledgement] = []
    /// Through which order the ERP knows all; from the manifest.
    package var through: String?
    /// Those before it that it does not know.
    package var missing: Set<String> = []
    /// Rows of the file that cannot be used, at most `OrderFile.rejectedMax` of them.
    package var rejected: [RejectedRow] = []
    /// How many rows cannot be used.
    package var rejectedCount = 0

    package init() {}

    package var isEmpty: Bool { acknowledgements.isEmpty && undated.isEmpty && through == nil }
}
