import InventoryCore

/// What a pass over a snapshot found: how it differs from the baseline, and the rows that nobody can use.
struct Observation: Sendable {
    /// In the order of the snapshot, removals last.
    let deltas: [Delta]
    let statistics: SnapshotStatistics
    /// Whether it is, byte for byte, the snapshot that was accepted last.
    let isIdentical: Bool
    /// The first rejected rows; the count of all is in the statistics.
    let rejectedRows: [RejectedRow]
    /// SHA-256 of the file's bytes, where the contract makes it matter.
    let sha256: String?
    /// Names the bytes: equal ones have equal digests as long as the baseline file lives.
    let digest: String
}
