package import InventoryCore

/// Everything that becomes durable together when a snapshot is accepted (spec, flow: outbox).
package struct Acceptance: Sendable {
    /// The run as it is from now on: `accepted`, `done` when nothing is to be written, or `held`.
    package var run: RunRecord
    /// When, for the exceptions and for what is too old to be kept.
    package var at: Timestamp
    /// The generation that the baseline folder has already made durable; nothing leaves it as it is.
    package var generation: UInt64?
    package var writes: [AcceptedWrite] = []
    package var highWater: HighWaterMark?
    package var exceptions = ExceptionChanges()
    /// The first rejected rows; at most `rejectedRowsMax` of them are kept, the count is in the run.
    package var rejectedRows: [RejectedRow] = []
    /// Positions whose absence is being counted, and those that no longer are absent.
    package var absences: [Absence] = []
    package var absencesEnded: [PositionKey] = []
    package var heldDeltas: [HeldDelta] = []
    /// Whether every article was worked out anew.
    package var isComplete = false
    /// The rules that the run's version names.
    package var ruleText: RuleText?

    /// Rejected rows kept of one run.
    package static let rejectedRowsMax = 1_000

    package init(run: RunRecord, at: Timestamp) {
        self.run = run
        self.at = at
    }
}

/// A planned write with what the planner knows about its level's row.
package struct AcceptedWrite: Hashable, Sendable {
    package let write: PlannedWrite
    /// From `StoredLevel`; without it the level is looked up by its key, and made where it is new.
    package let row: LevelRow?
    /// Goes earlier inside its wave where it is smaller.
    package let priority: Int
    /// The article whose stock the level shows a part of; nothing leaves that as it is known.
    package let stock: SKU?

    package init(_ write: PlannedWrite, row: LevelRow? = nil, priority: Int = 0, stock: SKU? = nil) {
        self.write = write
        self.row = row
        self.priority = priority
        self.stock = stock
    }
}

/// Which exceptions a run met, and which open ones it found mended.
package struct ExceptionChanges: Sendable {
    package var occurred: [InventoryException] = []
    /// Codes that the run has examined everywhere: an open exception of these that did not occur is closed.
    package var examined: Set<InventoryException.Code> = []
    /// Single exceptions that were found mended.
    package var mended: [ExceptionKey] = []

    package init() {}
}

package struct ExceptionKey: Hashable, Sendable {
    package let code: InventoryException.Code
    package let subject: String

    package init(code: InventoryException.Code, subject: String) {
        self.code = code
        self.subject = subject
    }
}

/// A position that the last full snapshots did not have, and how many of them in a row.
package struct Absence: Hashable, Sendable {
    package let key: PositionKey
    package let count: Int

    package init(key: PositionKey, count: Int) {
        self.key = key
        self.count = count
    }
}

/// A difference that a guard holds back until a person decides.
package struct HeldDelta: Hashable, Sendable {
    package let delta: Delta
    /// The guard's code.
    package let reason: String

    package init(delta: Delta, reason: String) {
        self.delta = delta
        self.reason = reason
    }
}

/// What an acceptance did to the outbox.
package struct AcceptanceCounts: Hashable, Sendable {
    /// Levels that now have a wish from this run.
    package var queued = 0
    /// Writes that were not needed: the shop shows the figure, or it is waiting or on its way already.
    package var unchanged = 0
    /// Writes left out because the level's key holds a NUL character, which no SKU of a shop has.
    package var unusable = 0

    package init(queued: Int = 0, unchanged: Int = 0, unusable: Int = 0) {
        self.queued = queued
        self.unchanged = unchanged
        self.unusable = unusable
    }
}
