package import InventoryCore

/// What is kept of one intake run: from a source's delivery to the outbox.
package struct RunRecord: Hashable, Sendable {
    package let id: RunID
    package let source: SourceID
    package let started: Timestamp
    package var state: State
    /// The name or path of what was read.
    package var delivery: String
    /// How many bytes that had, where it is known.
    package var sizeBytes: Int64?
    package var scope: SnapshotScope
    package var asOf: Timestamp?
    package var sequence: Int64?
    /// The digest of the snapshot's bytes.
    package var digest: String?
    package var counts = RunCounts()
    /// Rejected rows of which not even the key could be read.
    package var keylessRows = 0
    /// Whether its last line had no line end; nothing where that is not known.
    package var endsInsideLine: Bool?
    /// The columns that may be empty and were not, as the pipeline writes it down.
    package var statedColumns: String?
    /// Whether everything that it changes was held: then it says nothing about what is usual for its source.
    package var isHeldWhole = false
    /// By which columns, constants and dialect it was read.
    package var mapping: String?
    /// The source's baseline that the run made.
    package var generation: UInt64?
    package var rulesVersion: String?
    package var planDigest: String?
    /// How many stock events it took; nothing of a run that took none.
    package var events: Int?
    /// The run whose figures this one takes back; nothing of any other.
    package var reverts: RunID?

    /// What a person should know: why it was held or failed.
    package var message: String? { state.message }
    package var finished: Timestamp? { state.finished }

    package init(
        id: RunID,
        state: State = .running,
        source: SourceID,
        delivery: String = "",
        scope: SnapshotScope,
        started: Timestamp
    ) {
        self.id = id
        self.state = state
        self.source = source
        self.delivery = delivery
        self.scope = scope
        self.started = started
    }
}
