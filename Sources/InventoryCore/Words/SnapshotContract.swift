/// What a source promises about one snapshot, in a sidecar
/// or in configuration (spec, Snapshot contract and guards).
package struct SnapshotContract: Hashable, Sendable {
    package var asOf: Timestamp?
    package var sequence: Int64?
    package var scope: SnapshotScope?
    /// How many rows there are.
    package var rows: Int?
    /// SHA-256 of the file's bytes as they are stored, in hexadecimal.
    package var sha256: String?

    package init(
        asOf: Timestamp? = nil,
        sequence: Int64? = nil,
        scope: SnapshotScope? = nil,
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

/// Whether absence from a snapshot means something.
package enum SnapshotScope: String, Hashable, Sendable, CaseIterable {
    /// Every position is stated: one that is missing is gone.
    case full
    /// Absence says nothing.
    case partial
}
