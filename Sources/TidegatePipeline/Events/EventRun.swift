import DeltaEngine
package import InventoryCore
package import OroClient
package import StateStore
import TidegateSettings

/// What waits of one source's events, from the inbox into the outbox: order, judge, allocate, plan, commit.
///
/// It reads no file, and only the SKUs that the events are about.
package struct EventRun {
    private let shop: Shop
    private let source: Source
    private let inbox: EventInbox
    private let oro: OroClient
    private let events: RunEvents
    private let started = Timestamp.now

    /// What a run has made of the events.
    package struct Outcome: Sendable {
        /// Nothing where no figure was touched; then no run is recorded.
        package fileprivate(set) var record: RunRecord?
        package fileprivate(set) var tally: EventTally
        /// Guards that tripped, in words.
        package fileprivate(set) var held: [String] = []
        /// The SKUs whose figures were touched, and since when the oldest event of each has been here.
        package fileprivate(set) var received: [SKU: Timestamp] = [:]
        /// Whether more waits than one run takes.
        package let hasMore: Bool

        /// Whether a guard holds something of them back.
        package var isHeld: Bool { record?.state.kind == .held }
    }

    /// Events that one run takes; the next one goes on with the rest.
    package static let eventsMax = 20_000

    /// Prepares a run of a source of this shop.
    package init(
        shop: Shop,
        source: Source,
        inbox: EventInbox,
        oro: OroClient,
        events: @escaping RunEvents = { _ in }
    ) {
        self.shop = shop
        self.source = source
        self.inbox = inbox
        self.oro = oro
        self.events = events
    }

    /// Does the run; when this returns, all of it is durable.
    ///
    /// - Returns: nothing where nothing waited.
    /// - Throws: `Fault`; the events wait on then.
    package mutating func perform() async throws -> Outcome? {
        let run = RunID(at: started, of: "e")
        let context = RunContext(shop: shop.settings.shop, source: source.id, run: run)
        return try await RunContext.$current.withValue(context) {
            do {
                return try await performInContext(run)
            } catch {
                throw Fault(error)
            }
        }
    }

    private func performInContext(_ run: RunID) async throws -> Outcome? {
        let standing = try await shop.state.eventStanding(of: source.id)
        let waiting = try await inbox.waiting(
            of: source.id,
            after: standing.mark,
            limit: EventRun.eventsMax
        )
        guard let last = waiting.last else { return nil }
        try await shop.makeReady()
        try await shop.settleUnits(at: started)
        let folding = try await EventFolding(waiting, standing, source, in: shop)
        var (batch, judged) = try await fold(folding, run)
        let mark = InboxMark(inbox: inbox.id, through: last.number)
        var outcome = Outcome(tally: batch.tally, hasMore: waiting.count == EventRun.eventsMax)
        if let judged {
            batch.note(batch.moves(of: judged.judgement.accepted), mark: mark)
            let contained = try await contained(by: batch, folding, judged)
            if judged.changesNothing, contained?.skus.isEmpty ?? true {
                try await take(batch)
                if let ledger = contained?.ledger { _ = try await shop.state.save(ledger, at: started) }
            } else {
                try await commit(judged, batch, folding, contained, run, &outcome)
            }
        } else {
            batch.note([:], mark: mark)
            try await take(batch)
        }
        try await inbox.take(waiting, of: source.id, at: started)
        return outcome
    }

    /// What the order ledger loses, because the levels that events state contain it.
    ///
    /// Movements contain nothing: one that is here says nothing of those that are still on their way, of
    /// which the booking of an order may be one.
    private func contained(
        by batch: EventBatch,
        _ folding: EventFolding,
        _ judged: Judged
    ) async throws -> Contained? {
        let levels = batch.changes.levels
        guard let containment = OrderContainment(shop, at: started), !levels.isEmpty else { return nil }
        let rules = shop.settings.rules
        let stocks = Dictionary(grouping: levels, by: \.key.sku)
        let products = Set(stocks.keys).union(rules.aliases(of: Array(stocks.keys))).sorted()
        let ordered = try await shop.state.openLines(of: products, namesGroups: false, at: started)
        guard !ordered.isEmpty else { return nil }
        var stated: [SKU: Timestamp] = [:]
        for (sku, own) in stocks {
            guard ([sku] + rules.aliases(of: sku)).contains(where: { ordered[$0] != nil }) else { continue }
            let keys = Set(own.map(\.key))
            let isWhole = (folding.positions[sku] ?? []).allSatisfy { keys.contains($0.key) }
            guard isWhole, let oldest = own.map(\.value.order.asOf).min() else { continue }
            stated[sku] = min(oldest, started)
        }
        guard !stated.isEmpty else { return nil }
        var book = try await shop.state.doubts()
        book.apply(judged.changes)
        let (ledger, skus) = try await containment.changes(stated: stated, of: source.id, doubts: book)
        return Contained(ledger: ledger, skus: skus)
    }

    private struct Contained {
        let ledger: LedgerChanges
        /// SKUs of which less counts now.
        let skus: Set<SKU>
    }

    /// Takes note of events that change no figure.
    private func take(_ batch: EventBatch) async throws {
        var exceptions = ExceptionChanges()
        exceptions.occurred = batch.exceptions
        try await shop.state.take(batch.changes, exceptions, of: source.id, at: started)
    }

    // MARK: judge

    private struct Judged {
        let judgement: Judgement
        /// Of the touched SKUs.
        var book: DoubtBook
        var changes: DoubtChanges

        var changesNothing: Bool {
            judgement.accepted.isEmpty && changes.set.isEmpty && changes.ended.isEmpty
        }
    }

    /// Folds and judges; nothing is judged where no figure may change.
    private func fold(_ folding: EventFolding, _ run: RunID) async throws -> (EventBatch, Judged?) {
        let batch = try await folding.folded()
        // What a checkout takes between our reading and our writing is written over.
        if batch.changesFigures { try await shop.pollOrders(oro) }
        let judged = try await judge(batch, folding, run)
        let taken = Set(judged?.judgement.accepted.map(\.key) ?? [])
        // What a guard holds does not leave its unit.
        let staying = Set(batch.moved.filter { !taken.contains($1) }.keys)
        guard !staying.isEmpty else { return (batch, judged) }
        let stayed = try await folding.folded(staying: staying)
        return (stayed, try await judge(stayed, folding, run))
    }

    private func judge(_ batch: EventBatch, _ folding: EventFolding, _ run: RunID) async throws -> Judged? {
        guard batch.changesFigures else { return nil }
        return try await judge(batch, batch.deltas(from: folding.net), folding, run)
    }

    private func judge(
        _ batch: EventBatch,
        _ deltas: [Delta],
        _ folding: EventFolding,
        _ run: RunID
    ) async throws -> Judged {
        let moves = batch.moves(of: deltas)
        let turning = moves.filter { $1.turn != nil }.keys
        let guards = EventGuards(
            deltas,
            moves,
            stated: batch.stated.count,
            events: batch.tally.total,
            totals: folding.view.locationTotals,
            lately: try await shop.state.eventMoves(of: source.id, turning: Array(turning), at: started)
        )
        var statement = DeliveryStatement(source: source.id, run: run, scope: .partial, arrived: started)
        statement.deltas = deltas
        statement.statistics = guards.statistics
        statement.rehomed = Set(batch.moved.keys)
        var known = KnownOfSource()
        (known.units, known.past) = (folding.units, folding.doubts.past)
        known.positions = folding.positions
        known.asOf = folding.standing.stated
        // Of the others nothing is said.
        known.doubts = folding.doubts.doubts(of: source.id).filter { key, _ in
            batch.stated[key] != nil || batch.moved[key] != nil
        }
        var judgement = Judgement(statement, known: known, thresholds: shop.settings.guards)
        if judgement.isHeld {
            // A storm comes as many small runs: a person decides once.
            statement.plans = try await shop.state.plansOfEvents(of: source.id)
            judgement = Judgement(statement, known: known, thresholds: shop.settings.guards)
        }
        var taking = DoubtBook.Taking(
            source.id,
            asOf: batch.asOf,
            units: folding.units,
            rules: shop.settings.rules
        )
        if shop.sources.count > 1, !judgement.doubts.set.isEmpty {
            let last = try await shop.state.lastComparable(of: source.id)
            try await shop.lookBack(from: judgement.doubts.set, known, last, for: &taking)
        }
        var book = folding.doubts
        var decided = judgement.doubts
        decided.set += batch.held
        let changes = book.take(judgement.accepted, decided, taking)
        return Judged(judgement: judgement, book: book, changes: changes)
    }

    // MARK: plan, commit

    private func commit(
        _ judged: Judged,
        _ batch: EventBatch,
        _ folding: EventFolding,
        _ contained: Contained?,
        _ run: RunID,
        _ outcome: inout Outcome
    ) async throws {
        var planning = try Planning(shop: shop, oro: oro, at: started)
        planning.orders?.take(contained?.ledger.orders ?? [])
        _ = try await planning.index.complete()
        var cleared = Set(judged.changes.ended.map(\.key.sku)).union(contained?.skus ?? [])
        for doubt in judged.changes.set where doubt.grown > .zero { cleared.insert(doubt.key.sku) }
        let stock = await shop.stock(DoubtfulStock(judged.book, units: folding.units))
        let accepted = judged.judgement.accepted
        var result = try await planning.plan(events: accepted, cleared: cleared, on: stock)
        let review = try await PublicationReview.review(
            &result,
            of: run,
            asksAgain: false,
            joining: source.id,
            shop.settings.guards,
            in: shop.state
        )
        let trips = judged.judgement.trips
        var proposal = Proposal(
            source: source,
            run: record(run, judged.judgement, batch),
            change: accepted.isEmpty ? .nothing : .held(accepted),
            plan: result
        )
        (proposal.keepsPapers, proposal.followsRules) = (false, false)
        proposal.doubts = judged.changes
        proposal.ledger = contained?.ledger
        proposal.events = batch.changes
        // A position in doubt that was never clear is one that a delivery has stated.
        let doubtful = folding.doubts.doubts(of: source.id)
        let added = accepted.lazy.filter { $0.before == nil }.map { $0.key }
        let begun = judged.judgement.doubts.set.lazy.filter { $0.last == nil }.map { $0.key }
        proposal.events?.opened = Set(added).union(begun).filter { doubtful[$0] == nil }
        proposal.exceptions.occurred += batch.exceptions
        let time = DeliveryTime(asOf: batch.asOf, arrived: started)
        let growth = shop.growth(of: accepted, folding.units, past: folding.doubts.past, time)
        if let growth, !growth.growth.isEmpty { proposal.growth = growth }
        if !judged.changes.set.isEmpty || !judged.changes.ended.isEmpty {
            // The groups are told as a whole.
            var book = try await shop.state.doubts()
            book.apply(judged.changes)
            proposal.note(book, folding.units)
        }
        if !review.trips.isEmpty { proposal.holdMore(review.trips) }
        if !review.held.isEmpty || !review.released.isEmpty { proposal.note(review) }
        let held = trips + review.trips
        if !held.isEmpty { events(.held(held)) }
        for delta in accepted { outcome.received[delta.key.sku] = folding.received[delta.key.sku] }
        let committed = try await shop.commit(proposal)
        events(.committed(committed))
        (outcome.record, outcome.held) = (committed, held.map(\.message))
    }

    /// What is recorded of the run.
    private func record(_ run: RunID, _ judgement: Judgement, _ batch: EventBatch) -> RunRecord {
        let said = judgement.trips.map(\.message).joined(separator: " ")
        var record = RunRecord(id: run, source: source.id, scope: .partial, started: started)
        record.state = judgement.isHeld ? .held(reason: said) : .accepted(note: said.isEmpty ? nil : said)
        (record.asOf, record.events) = (batch.asOf, batch.tally.total)
        record.counts.rows = batch.tally.total
        record.counts.positions = batch.stated.count
        for delta in judgement.accepted { record.counts.deltas.count(delta) }
        return record
    }
}
