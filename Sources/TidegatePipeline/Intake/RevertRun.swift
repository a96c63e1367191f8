package import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// Takes the figures of a past run back: the shop is to show what it showed before, as a run of its own.
///
/// What the ERP has stated stays as it is, and so does what is in doubt: the next statement about a SKU
/// decides its figures as ever. Figures above what the stock of now clearly allows wait for a person.
package struct RevertRun {
    private let shop: Shop
    private let oro: OroClient
    private let events: RunEvents
    private let started = Timestamp.now

    package init(shop: Shop, oro: OroClient, events: @escaping RunEvents = { _ in }) {
        self.shop = shop
        self.oro = oro
        self.events = events
    }

    /// What a revert would do.
    package struct Preview: Sendable {
        /// The run whose figures are taken back.
        package let run: RunID
        /// What would be written at once.
        package let plan: PushPlan
        package let held: [HeldFigure]
        package let trips: [GuardTrip]
        /// Levels of which nobody knows what they showed before.
        package let lost: Int
        /// Levels that later runs have changed again.
        package let changedSince: Int

        /// What a person should know beside the writes.
        package var notes: [String] {
            var notes = trips.map { "held: \($0.message)" }
            if changedSince > 0 { notes.append("\(changedSince) levels were changed again since.") }
            if lost > 0 { notes.append(RevertRun.sentence(lost: lost)) }
            return notes
        }
    }

    /// Works out what a revert would do, and remembers nothing.
    ///
    /// - Throws: `Fault`, as `perform`.
    package func preview(_ prefix: String) async throws -> Preview {
        do {
            try await shop.makeReady()
            let record = try await revertable(prefix)
            let (reversal, result, review) = try await work(out: record, as: runID())
            return Preview(
                run: record.id,
                plan: result.plan,
                held: review.held,
                trips: review.trips,
                lost: reversal.lost,
                changedSince: reversal.changedSince
            )
        } catch {
            throw Fault(error)
        }
    }

    /// Plans the return, commits what no guard holds, and pushes it.
    ///
    /// - Throws: `Fault`: no such run (66), its plan is not kept (66), it still holds something or others
    ///   hold its figures (65), or there is nothing to take back (65).
    package func perform(_ prefix: String, reason: String, who: String? = nil) async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch(events: events)
            let requestsBefore = oro.requestsSent
            try await shop.makeReady()
            try await shop.pollOrders(oro)
            let record = try await revertable(prefix)
            let id = runID()
            events(.began(run: id, source: record.source))
            let (reversal, result, review) = try await stopwatch.time(.plan) {
                try await work(out: record, as: id)
            }
            var proposal = try await proposal(id, of: record, reason, result, review)
            proposal.who = who
            if reversal.lost > 0 {
                proposal.run.state = proposal.run.state.adding(RevertRun.sentence(lost: reversal.lost))
            }
            if !review.trips.isEmpty { events(.held(review.trips)) }
            let committed = try await shop.commit(proposal)
            events(.committed(committed))
            let pushed = try await stopwatch.time(.push) { try await PushRun(shop: shop, oro: oro).push() }
            var summary = RunSummary(intake: pushed.last ?? committed, push: pushed)
            summary.held = review.trips.map(\.message)
            summary.requests = oro.requestsSent - requestsBefore
            summary.steps = stopwatch.seconds
            events(.ended(summary))
            return summary
        } catch {
            throw Fault(error)
        }
    }

    private func runID() -> RunID { RunID(startedAt: started, salt: UInt16.random(in: 0 ... .max)) }

    fileprivate static func sentence(lost: Int) -> String {
        "\(lost) levels stay as they are: what they showed before is not known, or the shop lacks them."
    }

    // MARK: what can be taken back

    private func revertable(_ prefix: String) async throws -> RunRecord {
        let record = try await shop.run(withPrefix: prefix)
        guard record.state.kind != .held else {
            throw Fault(
                .badInput,
                code: "run_held",
                message: "The run \(record.id) still holds something back.",
                hint: "Decide that first: `tidegate reject \(record.id)`, or `approve`; then take it back."
            )
        }
        return record
    }

    private func work(
        out record: RunRecord,
        as run: RunID
    ) async throws -> (Reversal, Planning.Result, PublicationReview) {
        let plans = try await KeptPlans(of: record, in: shop).all()
        let planning = try Planning(shop: shop, oro: oro, at: started)
        let products = Set(plans.lazy.flatMap(\.wishes).map(\.key.sku)).sorted(byBytesOf: \.self)
        let known = try await levels(of: products, planning)
        let reversal = Reversal(
            of: plans,
            rulesVersion: planning.text.version.text,
            excess: known.excess
        ) { known.level[$0] }
        guard !reversal.plan.wishes.isEmpty else { throw nothing(to: record, reversal) }
        try await requireUndecided(reversal, record)
        var result = planning.result(of: reversal, rows: known.rows, known.division)
        let review = try await PublicationReview.revert(
            reversal,
            &result,
            of: run,
            shop.settings.guards,
            in: shop.state
        )
        return (reversal, result, review)
    }

    /// What is known of the levels now, and the division of the stock that they show.
    private struct Known {
        var level: [LevelKey: Reversal.Level] = [:]
        var rows: [LevelKey: LevelRow] = [:]
        let division: Planning.Result

        /// Levels that are still to be lowered, by whichever run comes next.
        var excess: [Reversal.Excess] {
            division.wishes.filter { $0.wish.after < $0.wish.before ?? .zero }.map {
                Reversal.Excess($0.wish.key, of: $0.stock ?? $0.wish.key.sku, allowed: $0.wish.after)
            }
        }
    }

    private func levels(of products: [SKU], _ planning: Planning) async throws -> Known {
        let stocks = try await shop.state.stocks(shownBy: products)
        let doubts = DoubtfulStock(try await shop.state.doubts(), units: planning.apportioner.units)
        let skus = Set(products.map { stocks[$0] ?? $0 }).sorted(byBytesOf: \.self)
        let division = try await planning.plan(only: skus, on: await shop.stock(doubts))
        let wanted = Dictionary(division.plan.wishes.map { ($0.key, $0.after) }) { first, _ in first }
        var known = Known(division: division)
        for level in try await shop.state.levels(of: products) where level.id != nil {
            let stock = stocks[level.key.sku] ?? level.key.sku
            known.rows[level.key] = level.row
            known.level[level.key] = Reversal.Level(
                current: CurrentLevel(published: level.published, pending: level.pending),
                stock: stock,
                // A level that needs no wish shows what the stock allows.
                allowed: doubts[stock].isEmpty ? wanted[level.key] ?? level.expected : nil
            )
        }
        return known
    }

    /// Refuses where figures of the same stock wait for a decision about another run: both would be of one
    /// level.
    private func requireUndecided(_ reversal: Reversal, _ record: RunRecord) async throws {
        let stocks = Set(reversal.stocks)
        let waiting = try await shop.state.heldFigures().filter {
            !$0.isRejected && stocks.contains($0.stock)
        }
        guard let first = waiting.first else { return }
        throw Fault(
            .badInput,
            code: "figures_wait",
            message: "\(waiting.count) figures of the same stock wait for a decision about the run "
                + "\(first.run), such as \(first.key).",
            hint: "Decide that first: `tidegate reject \(first.run)`, or `approve`; then take this one back."
        )
    }

    private func nothing(to record: RunRecord, _ reversal: Reversal) -> Fault {
        Fault(
            .badInput,
            code: "nothing_to_revert",
            message: reversal.lost == 0
                ? "There is nothing to take back: the shop shows what it showed before the run \(record.id)."
                : "There is nothing to take back of the run \(record.id): "
                    + RevertRun.sentence(lost: reversal.lost),
            hint: "See what it wrote with `tidegate runs replay \(record.id)`."
        )
    }

    // MARK: the run

    private func proposal(
        _ id: RunID,
        of reverted: RunRecord,
        _ reason: String,
        _ result: Planning.Result,
        _ review: PublicationReview
    ) async throws -> Proposal {
        var record = RunRecord(
            id: id,
            state: .accepted(note: "Takes the figures of the run \(reverted.id) back: \(reason.asSentence)"),
            source: reverted.source,
            scope: .partial,
            started: started
        )
        record.reverts = reverted.id
        // What was stated last still is: a run that was held can be approved.
        record.digest = try await shop.state.highWaterMark(of: reverted.source)?.digest
        var proposal = Proposal(
            source: try shop.source(reverted.source),
            run: record,
            change: .nothing,
            plan: result
        )
        // A person's word, not the rules, has made these figures.
        proposal.followsRules = false
        proposal.decision = Decision(.reverted, digest: nil, reason: reason, at: started)
        proposal.note(review)
        if !review.held.isEmpty { proposal.holdMore(review.trips) }
        return proposal
    }
}

extension Planning {
    /// Gives the plan of a revert with what becomes durable with it: the certificate is that of the stock as
    /// it is divided now.
    fileprivate func result(
        of reversal: Reversal,
        rows: [LevelKey: LevelRow],
        _ division: Result
    ) -> Result {
        let priority = shop.settings.oro.push.priority
        return Result(
            plan: reversal.plan,
            wanted: reversal.plan.wishes.count + reversal.plan.unchanged,
            wishes: zip(reversal.plan.wishes, reversal.stocks).map { wish, stock in
                AcceptedWish(
                    wish,
                    row: rows[wish.key],
                    priority: priority.rank(of: wish, at: apportioner.instant),
                    stock: stock
                )
            },
            skus: division.skus,
            exceptions: ExceptionChanges(),
            certificate: division.certificate,
            rules: division.rules,
            isComplete: false,
            stocks: division.stocks
        )
    }
}

extension String {
    /// The same with a full stop, unless it ends with a mark of its own.
    fileprivate var asSentence: String {
        guard let last = last(where: { !$0.isWhitespace }) else { return "no reason was given." }
        return ".!?…".contains(last) ? self : self + "."
    }
}
