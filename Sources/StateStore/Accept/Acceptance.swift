package import InventoryCore

/// Everything that becomes durable together when a snapshot is accepted (spec, flow: commit).
///
/// Generation, high-water mark and doubts are those of the run's source.
package struct Acceptance: Sendable {
    /// The run as it is from now on: `accepted`, `done` when nothing is to be written, or `held`.
    package var run: RunRecord
    /// When, for the exceptions and for what is too old to be kept.
    package var at: Timestamp
    /// The generation that the source's baseline has already made durable; nothing leaves it as it is.
    package var generation: UInt64?
    package var wishes: [AcceptedWish] = []
    package var highWater: HighWaterMark?
    /// The arrival that was read; nothing leaves what is known of arrivals.
    package var delivery: DeliveryRecord?
    package var exceptions = ExceptionChanges()
    /// The first rejected rows; at most `rejectedRowsMax` of them are kept, the count is in the run.
    ///
    /// Nothing leaves those of the run as they are: a decision about it reads no rows.
    package var rejectedRows: [RejectedRow]?
    /// Positions that are in doubt from now on, and those that are no longer.
    package var doubts = DoubtChanges()
    /// How much is in doubt then; nothing where that was not counted.
    package var counted: CountedDoubts?
    /// What it has grown, for later doubts of other sources; nothing of a shop with one source.
    package var growth: GrowthRecord?
    /// Figures that a guard keeps back from now on.
    package var held: [HeldFigure] = []
    /// Levels of which no figure is kept back any more.
    package var released: [LevelKey] = []
    /// What a person has decided, where that is what is accepted.
    package var decision: Decision?
    /// Whether every SKU was worked out anew.
    package var isComplete = false
    /// SKUs whose levels had moved by then were worked out; nothing where none had.
    package var movedUntil: Timestamp?
    /// What it changes in what is known of the source's events; nothing of a decision.
    package var events: EventChanges?
    /// What it changes in the order ledger; its touched products have been worked out.
    package var ledger: LedgerChanges?
    /// SKUs that have to be worked out again as soon as orders can be read.
    package var waiting: Set<SKU> = []
    /// What the history keeps of it; nothing of what changes no stock and no figure.
    package var history: HistoryParts?
    /// Its plan, where that is kept in the database.
    package var plan: PlanBlock?
    /// The rules by which the figures are made from now on; nothing leaves them as they are.
    package var rules: FigureRules?

    /// Rejected rows kept of one run.
    package static let rejectedRowsMax = 1_000

    package init(run: RunRecord, at: Timestamp) {
        self.run = run
        self.at = at
    }
}

/// What is known of an acceptance only when all the rest of it is ready.
package struct Sealing: Sendable {
    /// The run, with the generation that its baseline has made durable.
    package var run: RunRecord
    /// As of when the run's source has stated single SKUs of which something was ordered.
    package var figures: [SKU: Timestamp]

    package init(run: RunRecord, figures: [SKU: Timestamp] = [:]) {
        (self.run, self.figures) = (run, figures)
    }
}

/// A planned wish on its way into the outbox, with what the planner knows about its level's row.
package struct AcceptedWish: Hashable, Sendable {
    package let wish: PlannedWish
    /// From `StoredLevel`; without it the level is looked up by its key, and made where it is new.
    package let row: LevelRow?
    /// The smaller, the earlier it goes inside its wave.
    package let priority: Int
    /// The SKU whose stock the level shows a part of; nothing leaves what is known of that.
    package let stock: SKU?

    package init(_ wish: PlannedWish, row: LevelRow? = nil, priority: Int = 0, stock: SKU? = nil) {
        self.wish = wish
        self.row = row
        self.priority = priority
        self.stock = stock
    }
}

/// The exceptions that a run met, and the open ones that it found mended.
package struct ExceptionChanges: Sendable {
    package var occurred: [InventoryException] = []
    /// Codes that the run has examined everywhere: an open exception of these that did not occur is closed.
    package var examined: Set<InventoryException.Code> = []
    /// Single exceptions that were found mended.
    package var mended: [ExceptionKey] = []

    package init() {}

    package var isEmpty: Bool { occurred.isEmpty && examined.isEmpty && mended.isEmpty }
}

package struct ExceptionKey: Hashable, Sendable {
    package let code: InventoryException.Code
    package let subject: Subject

    package init(code: InventoryException.Code, subject: Subject) {
        self.code = code
        self.subject = subject
    }
}

extension InventoryException {
    /// What tells it from all others.
    package var key: ExceptionKey { ExceptionKey(code: code, subject: subject) }
}

/// What an acceptance did to the outbox.
package struct AcceptanceCounts: Hashable, Sendable {
    /// Levels that now have a wish from this run.
    package var queued = 0
    /// Wishes that were not needed: the shop shows the figure, or it is waiting or on its way already.
    package var unchanged = 0
    /// Wishes left out because the level's key holds a NUL character, which no SKU of a shop has.
    package var unusable = 0

    package init(queued: Int = 0, unchanged: Int = 0, unusable: Int = 0) {
        self.queued = queued
        self.unchanged = unchanged
        self.unusable = unusable
    }
}
