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
    var rejectedRows: [RejectedRow]?
    var doubts = DoubtChanges()
    /// How much is in doubt then, where that was counted.
    var counted: CountedDoubts?
    var growth: GrowthRecord?
    var held: [HeldFigure] = []
    var released: [LevelKey] = []
    var decision: Decision?
    /// The person who has decided.
    var who: String?
    /// What it changes in what is known of the source's events.
    var events: EventChanges?
    /// What it changes in the order ledger.
    var ledger: LedgerChanges?
    /// What is still to be read of as of when the delivery is.
    var unread: UnreadTimes?
    /// Whether certificate and plan are kept as files.
    ///
    /// Runs that come many times a second have no certificate, and their plan lies in the database.
    var keepsPapers = true
    /// Whether the figures follow the rules of now, and nobody's word: then later runs compare with these.
    var followsRules = true

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
        acceptance.rules = followsRules ? plan.rules : nil
        acceptance.isComplete = plan.isComplete
        acceptance.movedUntil = plan.movedUntil
        acceptance.highWater = highWater
        acceptance.delivery = delivery
        acceptance.exceptions = exceptions
        acceptance.rejectedRows = rejectedRows
        acceptance.doubts = doubts
        acceptance.counted = counted
        acceptance.growth = growth
        acceptance.held = held
        acceptance.released = released
        acceptance.decision = decision
        acceptance.events = events
        acceptance.ledger = ledger
        acceptance.waiting = plan.waiting
        acceptance.history = history
        return acceptance
    }

    private var history: HistoryParts {
        var parts = HistoryParts(HistoryAct.Kind(of: run, decision))
        (parts.who, parts.reason) = (who, decision?.reason)
        (parts.isWhole, parts.isFirst) = (plan.isComplete, plan.isFirst)
        parts.stocks = plan.stocks
        return parts
    }
}

extension Proposal {
    /// Tells of the positions in doubt, and closes what was told of those that are no longer.
    mutating func note(_ doubts: DoubtBook, _ units: UnitTable) {
        exceptions.occurred += DoubtGroups(doubts, units: units).exceptions
        exceptions.examined.formUnion(InventoryException.Code.ofDoubts)
    }

    /// Makes the run a held one, also where it is figures of an older run that wait.
    mutating func holdMore(_ trips: [GuardTrip]) {
        var said = [run.message] + trips.map(\.message)
        if trips.isEmpty, run.state.kind != .held { said.append("Figures of an earlier run are still held.") }
        run.state = .held(reason: said.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// Keeps figures back, and tells of them.
    mutating func note(_ review: PublicationReview) {
        held = review.held
        released = review.released
        review.note(in: &exceptions)
    }

    /// Tells of positions that were missing and not counted; of this source, as one exception.
    mutating func note(uncounted: [PositionKey]) {
        let subject = Subject(source: source.id)
        guard !uncounted.isEmpty else {
            exceptions.mended.append(ExceptionKey(code: .absenceNotCounted, subject: subject))
            return
        }
        let examples = uncounted.prefix(3).map { "\($0.sku) at \($0.place)" }.joined(separator: ", ")
        exceptions.occurred.append(
            InventoryException(
                code: .absenceNotCounted,
                subject: subject,
                message: (uncounted.count == 1
                    ? "A missing position is" : "\(uncounted.count) missing positions are")
                    + " not counted as gone, since rows cannot be read that may be theirs: \(examples)."
            )
        )
    }
}

extension HistoryAct.Kind {
    /// What a run's commit is to the history.
    fileprivate init(of run: RunRecord, _ decision: Decision?) {
        switch decision?.kind {
        case .approved: self = .approval
        case .reverted: self = .revert
        case .rejected: self = .rejection
        case nil:
            if run.events != nil {
                self = run.delivery == OrderRun.delivery ? .orders : .events
            } else {
                self = run.delivery.isEmpty ? .rules : .delivery
            }
        }
    }
}
