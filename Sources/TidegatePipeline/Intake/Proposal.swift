import InventoryCore
import SnapshotSources
import StateStore

/// What a run, or a person's approval, is about to make durable: baseline, wishes, record and certificate.
///
/// One value and one commit for both (`Shop.commit`).
struct Proposal: ~Copyable, Sendable {
    let source: Source
    /// The run as it is to be recorded; the commit adds generation and digest.
    var run: RunRecord
    /// What the baseline is to take.
    let change: BaselineChange
    let plan: Planning.Result
    /// What was read, and what tells its bytes from others: they are put aside for the archive.
    var delivered: Delivered?
    var highWater: HighWaterMark?
    /// What is kept of the arrival.
    var delivery: DeliveryRecord?
    var exceptions: ExceptionChanges
    var rejectedRows: [RejectedRow] = []
    var absences: [Absence] = []
    var absencesEnded: [PositionKey] = []
    var heldDeltas: [HeldDelta] = []

    /// A delivery, and what tells its bytes from any others.
    struct Delivered: Sendable {
        let delivery: Delivery
        let content: AcceptedContent
    }

    init(source: Source, run: RunRecord, change: consuming BaselineChange, plan: Planning.Result) {
        self.source = source
        self.run = run
        self.change = change
        self.plan = plan
        exceptions = plan.exceptions
        self.run.counts.wanted = plan.wanted
        self.run.counts.unchanged = plan.plan.unchanged
        self.run.rulesVersion = plan.plan.rulesVersion
    }

    /// What the database takes, all in one transaction.
    var acceptance: Acceptance {
        var acceptance = Acceptance(run: run, at: .now)
        acceptance.wishes = plan.wishes
        acceptance.rules = plan.rules
        acceptance.isComplete = plan.isComplete
        acceptance.highWater = highWater
        acceptance.delivery = delivery
        acceptance.exceptions = exceptions
        acceptance.rejectedRows = rejectedRows
        acceptance.absences = absences
        acceptance.absencesEnded = absencesEnded
        acceptance.heldDeltas = heldDeltas
        return acceptance
    }
}
