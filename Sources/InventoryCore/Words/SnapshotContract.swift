/// What a source states about a snapshot as a whole, apart from its rows; nothing is not a promise.
package struct SnapshotContract: Hashable, Sendable {
    /// Whether absence means something.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// What is absent is gone.
        case full
        /// Absence says nothing.
        case partial
    }

    /// The instant at which the statement was true.
    package var asOf: Timestamp?
    /// Counts up from snapshot to snapshot.
    package var sequence: Int64?
    package var scope: Scope?
    /// Rows of the table, the header not counted.
    package var rows: Int?
    /// Of the file's bytes as delivered, in 64 lower-case hexadecimal digits.
    package var sha256: String?

    package init(
        asOf: Timestamp? = nil,
        sequence: Int64? = nil,
        scope: Scope? = nil,
        rows: Int? = nil,
        sha256: String? = nil
    ) {
        self.asOf = asOf
        self.sequence = sequence
        self.scope = scope
        self.rows = rows
        self.sha256 = sha256
    }
}
