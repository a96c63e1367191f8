/// What a source promises about one snapshot, in a manifest beside it or in the configuration.
package struct SnapshotContract: Hashable, Sendable {
    package var asOf: Timestamp?
    package var sequence: Int64?
    package var scope: SnapshotScope?
    /// The number of rows.
    package var rows: Int?
    /// SHA-256 of the file as it is stored (compressed, if it is), in hexadecimal.
    package var sha256: String?
    /// The last web order that the ERP has taken, by its identifier or its id: it knows all before it.
    package var ordersThrough: String?
    /// Those before it that the ERP does not know all the same.
    package var ordersMissing: Set<String>

    package init(
        asOf: Timestamp? = nil,
        sequence: Int64? = nil,
        scope: SnapshotScope? = nil,
        rows: Int? = nil,
        sha256: String? = nil,
        ordersThrough: String? = nil,
        ordersMissing: Set<String> = []
    ) {
        self.asOf = asOf
        self.sequence = sequence
        self.scope = scope
        self.rows = rows
        self.sha256 = sha256
        self.ordersThrough = ordersThrough
        self.ordersMissing = ordersMissing
    }
}

/// Whether absence from a snapshot means that the position is gone.
package enum SnapshotScope: String, Hashable, Sendable, CaseIterable {
    /// The snapshot states every position: one that is missing is gone.
    case full
    /// The snapshot states some positions; absence says nothing.
    case partial
}
