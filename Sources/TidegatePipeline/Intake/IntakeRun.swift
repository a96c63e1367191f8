import DeltaEngine
package import InventoryCore
package import OroClient
package import SnapshotSources
package import StateStore
import TidegateSettings

/// One delivery of one source, from its bytes into the outbox: read, judge, allocate, plan, commit.
package struct IntakeRun {
    let shop: Shop
    let source: Source
    /// The delivery to be read; without it the newest of the source.
    private let found: DropFolder.Found?
    let oro: OroClient
    let started = Timestamp.now
    let events: RunEvents
    let stopwatch: Stopwatch
    var record: RunRecord
    private var isCommitted = false

    /// What an intake run has made of its delivery.
    package struct Outcome: Sendable {
        package fileprivate(set) var record: RunRecord
        /// Whether a guard holds something of it back.
        package fileprivate(set) var isHeld: Bool
        /// Guards that tripped, in words.
        package fileprivate(set) var held: [String]
        /// Seconds by step.
        package fileprivate(set) var steps: [RunStep: Double]
        /// Whether the delivery says something that the last one did not.
        let isNew: Bool
    }

    /// Prepares a run of a source of this shop, over a delivery that was found, or the newest.
    ///
    /// `id` is the name that it was promised; without one it is made.
    package init(
        shop: Shop,
        source: Source,
        delivery found: DropFolder.Found? = nil,
        named id: RunID? = nil,
        oro: OroClient,
        events: @escaping RunEvents = { _ in }
    ) {
        self.shop = shop
        self.source = source
        self.found = found
        self.oro = oro
        self.events = events
        stopwatch = Stopwatch(events: events)
        record = RunRecord(
            id: id ?? RunID(startedAt: started, salt: UInt16.random(in: 0 ... .max)),
            source: source.id,
            delivery: found?.path ?? source.settings.path,
            scope: .partial,
            started: started
        )
    }

    /// Does the run; when this returns, all of it is durable.
    ///
    /// - Throws: `Fault`; what was accepted before stays accepted, and the run is recorded as failed.
    package mutating func perform() async throws -> Outcome {
        let context = RunContext(shop: shop.settings.shop, source: source.id, run: record.id)
        return try await RunContext.$current.withValue(context) { try await performInContext() }
    }

    private mutating func performInContext() async throws -> Outcome {
        do {
            try await shop.makeReady()
            try await shop.settleUnits(at: started)
            try await shop.state.begin(record)
            events(.began(run: record.id, source: source.id))
            let judged = try await observe()
            let (made, review) = try await commit(judged)
            isCommitted = true
            var outcome = made
            if !review.trips.isEmpty { events(.held(review.trips)) }
            events(.committed(record))
            outcome.record = record
            outcome.isHeld = record.state.kind == .held
            outcome.held += review.trips.map(\.message)
            outcome.steps = stopwatch.seconds
            return outcome
        } catch {
            let fault = Fault(error)
            await fail(fault)
            throw fault
        }
    }

    /// Does everything up to the plan and remembers nothing of the delivery.
    ///
    /// - Throws: `Fault`.
    package mutating func plan() async throws -> (plan: PushPlan, outcome: Outcome) {
        do {
            try await shop.makeReady()
            try await shop.settleUnits(at: started)
            let judged = try await observe()
            tell(judged)
            let (result, review, _) = try await work(out: judged)
            if !review.trips.isEmpty { events(.held(review.trips)) }
            record.counts.wanted = result.wanted
            record.counts.unchanged = result.plan.unchanged
            return (result.plan, outcome(judged))
        } catch {
            throw Fault(error)
        }
    }

    private func outcome(_ judged: borrowing JudgedDelivery) -> Outcome {
        Outcome(
            record: record,
            isHeld: judged.judgement.isHeld,
            held: judged.judgement.trips.map(\.message),
            steps: stopwatch.seconds,
            isNew: judged.isNew
        )
    }

    // MARK: read, judge

    /// Reads and judges; a file that is rewritten meanwhile is read once more.
    mutating func observe() async throws -> JudgedDelivery {
        do {
            return try await observeOnce()
        } catch let fault as Fault where fault.code == .deliveryChanged {
            return try await observeOnce()
        }
    }

    private mutating func observeOnce() async throws -> JudgedDelivery {
        // Opening a pipe waits for whoever writes into it.
        let intake = try await offPool { [settings = source.settings, found] in
            try SnapshotIntake(settings, found)
        }
        // They are kept until the judgement, and read beside the delivery.
        async let known = shop.state.knownDoubts()
        let observation = try await read(intake)
        _ = try await known
        var judged = try await judge(observation, of: intake)
        if judged.observation.observed.isFirst, judged.isPartlyTaken, judged.judgement.rejection == nil {
            // What is in doubt or refused is left out difference by difference.
            judged = try await judge(try await read(intake, .init(isFirstCompared: true)), of: intake)
        }
        if try await shop.readsAgain(judged, of: source.id, at: started) {
            judged = try await judge(try await read(intake, .init(looksForIdentical: false)), of: intake)
        }
        try note(judged)
        return judged
    }

    private func tell(_ judged: borrowing JudgedDelivery) {
        if judged.judgement.isHeld { events(.held(judged.judgement.trips)) }
    }

    private func read(
        _ intake: SnapshotIntake,
        _ options: DeliveryReader.Options = .init()
    ) async throws -> Observation {
        let lap = stopwatch.begin(.read)
        defer { lap.end() }
        do {
            let observation = try await shop.observe(intake, of: source, options)
            if intake.delivery.hasChanged { throw Fault.deliveryChanged(intake.path) }
            return observation
        } catch {
            // Whatever else was found wrong may come of that.
            if intake.delivery.hasChanged { throw Fault.deliveryChanged(intake.path) }
            throw Fault(reading: error, path: intake.path)
        }
    }

    func judge(
        _ observation: consuming Observation,
        of intake: SnapshotIntake
    ) async throws -> JudgedDelivery {
        try await JudgedDelivery.judge(observation, of: intake, run: record.id, at: started, source, in: shop)
    }

    /// Records what was read.
    ///
    /// - Throws: why the delivery is refused.
    mutating func note(_ judged: borrowing JudgedDelivery) throws(Fault) {
        let statistics = judged.observation.statistics
        var counts = judged.counts
        if judged.observation.observed.isFirst { counts.added = statistics.positions }
        record.delivery = judged.intake.path
        record.sizeBytes = Int64(judged.intake.delivery.sizeBytes)
        record.counts.rows = statistics.rows
        record.counts.rejected = statistics.rejected
        record.counts.positions = statistics.positions
        record.counts.deltas = counts
        record.scope = judged.intake.scope
        record.asOf = judged.mark.asOf ?? statistics.asOf
        record.sequence = judged.mark.sequence
        record.digest = judged.mark.digest
        record.keylessRows = statistics.keylessRows
        record.statedColumns = judged.stated?.text
        record.isHeldWhole = judged.judgement.holdsAll
        record.mapping = judged.observation.mapping ?? judged.before?.mapping
        record.endsInsideLine =
            judged.observation.isIdentical ? judged.before?.endsInsideLine : statistics.endsInsideLine
        if let rejection = judged.judgement.rejection { throw Fault(rejection, path: judged.intake.path) }
    }

    // MARK: allocate, plan, commit

    /// Stock events go on until the delivery's turn to be committed; what they change is judged and planned
    /// again.
    private mutating func commit(
        _ judged: consuming JudgedDelivery
    ) async throws -> (Outcome, PublicationReview) {
        let watch = try await StockWatch(of: shop, for: source.id)
        do {
            try await shop.pollOrders(oro)
            _ = try await shop.keepStatedOrders(of: judged.intake, source: source, at: started)
            var lent = try await lentPlan(judged)
            let now = try await caughtUp(judged, watch, &lent)
            let done = try await commit(now, lent)
            await watch.end()
            return done
        } catch {
            await watch.end()
            throw error
        }
    }

    private mutating func commit(
        _ judged: consuming JudgedDelivery,
        _ lent: LentPlan?
    ) async throws -> (Outcome, PublicationReview) {
        tell(judged)
        let (result, review, contained) = try await work(out: judged, goingOnFrom: lent)
        let open =
            shop.sources.count > 1 ? try await shop.state.openExceptions(code: .locationOfAnotherSource) : []
        let (delivery, statistics) = (arrival(judged), judged.observation.statistics)
        let outcome = outcome(judged)
        let units = try shop.settings.units.table()
        var proposal = proposal(judged, result, open: open.map(\.exception), units)
        proposal.delivery = delivery
        (proposal.ledger, proposal.unread) = (contained?.changes, contained?.unread)
        if review.isHolding { proposal.holdMore(review.trips) }
        proposal.note(review)
        if let sentence = statistics.futureTimesSentence {
            proposal.run.state = proposal.run.state.adding(sentence)
        }
        let time = stopwatch.begin(.accept)
        defer { time.end() }
        record = try await shop.commit(proposal)
        return (outcome, review)
    }

    /// What is kept of the arrival itself.
    private func arrival(_ judged: borrowing JudgedDelivery) -> DeliveryRecord {
        let isReplayed = judged.judgement.trips.contains { $0.code == .replayed }
        let replayed = isReplayed ? GuardTrip.Code.replayed.rawValue : nil
        return DeliveryRecord(
            judged.intake,
            of: source.id,
            digest: judged.observation.digest,
            seeds: judged.observation.seeds,
            rows: judged.observation.statistics.rows,
            outcome: judged.isNew ? .taken : .repeated,
            code: judged.isSentAgain ? DeliveryRecord.sentAgain : replayed,
            at: started
        )
    }

    private func proposal(
        _ judged: consuming JudgedDelivery,
        _ result: Planning.Result,
        open: [InventoryException],
        _ units: UnitTable
    ) -> Proposal {
        let (judgement, mark, refused, isNew) = (judged.judgement, judged.mark, judged.refused, judged.isNew)
        let (changes, growth) = (judged.changes, judged.growth)
        let (overridden, events) = (judged.overridden, judged.events)
        let doubts = judged.doubts
        let counted = result.counted(after: judged.known.version, in: shop)
        let delivery = judged.intake.delivery
        let observation = judged.observation
        let rejectedRows = observation.rejectedRows
        let content = AcceptedContent(of: delivery, seeds: observation.seeds, digest: observation.digest)
        var run = record
        let said = judgement.trips.map(\.message).joined(separator: " ")
        run.state = judgement.isHeld ? .held(reason: said) : .accepted(note: said.isEmpty ? nil : said)
        var proposal = Proposal(
            source: source,
            run: run,
            change: observation.change(accepting: judgement.accepted, overridden: overridden),
            plan: result
        )
        if isNew { proposal.delivered = Proposal.Delivered(delivery: delivery, content: content) }
        proposal.highWater = mark
        proposal.rejectedRows = rejectedRows
        proposal.doubts = changes
        proposal.counted = counted
        proposal.growth = growth
        proposal.note(events)
        proposal.note(doubts, units)
        proposal.note(uncounted: judgement.uncounted)
        proposal.note(refused: refused, open: open)
        return proposal
    }

    /// Leaves a trace of a run that failed before it was committed.
    private mutating func fail(_ fault: Fault) async {
        guard !isCommitted else { return }
        record.state =
            fault.kind == .badInput
            ? .rejected(reason: fault.sentence, at: .now) : .failed(reason: fault.sentence, at: .now)
        // Nothing of what it was about to do came about.
        (record.generation, record.planDigest, record.rulesVersion) = (nil, nil, nil)
        (record.counts.wanted, record.counts.unchanged) = (0, 0)
        events(.failed(run: record.id, source: source.id, fault))
        do {
            try await shop.state.record(record)
        } catch {
            // The fault itself is what the user has to hear; this one follows from the same trouble.
            return
        }
    }
}
