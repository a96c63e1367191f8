package import InventoryCore

/// What is kept of one pass from source to outbox.
package struct RunRecord: Hashable, Sendable {
    package let id: RunID
    package var state: State
    /// The source as the configuration names it, such as `file:config/demo/stock.csv`.
    package var source: String
    package var scope: SnapshotScope
    package var started: Timestamp
    package var finished: Timestamp?
    package var asOf: Timestamp?
    package var sequence: Int64?
    /// The digest of the snapshot's bytes.
    package var digest: String?
    /// Rows read, the rejected ones included.
    package var rows = 0
    package var rejected = 0
    package var deltas = DeltaCounts()
    /// Levels whose figure was worked out, and those of them that the shop shows already.
    package var wanted = 0
    package var unchanged = 0
    /// Levels that the shop has confirmed, and those it refused.
    package var written = 0
    package var refused = 0
    /// The baseline that the run made.
    package var generation: UInt64?
    package var rulesVersion: String?
    package var planDigest: String?
    /// What a person should know: why it was held or failed.
    package var message: String?

    package enum State: String, Sendable, CaseIterable {
        case running
        /// The outbox is filled; the shop has not confirmed everything yet.
        case accepted
        case done
        /// A guard wants a person's decision.
        case held
        /// A person decided against it.
        case rejected
        case failed
    }

    package init(
        id: RunID,
        state: State = .running,
        source: String,
        scope: SnapshotScope,
        started: Timestamp
    ) {
        self.id = id
        self.state = state
        self.source = source
        self.scope = scope
        self.started = started
    }
}
