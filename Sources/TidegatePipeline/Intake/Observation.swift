import InventoryCore

/// What a pass over a snapshot found: how it differs from the baseline, and the rows that nobody can use.
struct Observation: Sendable {
    /// In the order of the snapshot, removals last.
    let deltas: [Delta]
    /// Whether nothing was observed before: every position is new then, and there are no deltas.
    let isFirst: Bool
    let statistics: SnapshotStatistics
    /// The first rejected rows; the count of all is in the statistics.
    let rejectedRows: [RejectedRow]
    /// SHA-256 of the file's bytes, where the contract makes it matter.
    let sha256: String?
    /// Names the bytes: equal ones have equal digests as long as the baseline file lives.
    let digest: String
}
