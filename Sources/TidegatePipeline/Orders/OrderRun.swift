package import InventoryCore
package import OroClient
package import StateStore
import TidegateSettings

/// Works out the stock that web orders or a person's decision touch, and no other, into the outbox
/// (spec/orders.md, 3).
///
/// An order alone brings its figures about: no delivery is needed, and none is read.
package struct OrderRun: Sendable {
    private let shop: Shop
    private let oro: OroClient
    private let events: RunEvents
    private let started: Timestamp
    /// What such runs name as their delivery.
    static let delivery = "orders"

    package init(
        shop: Shop,
        oro: OroClient,
        at now: Timestamp = .now,
        events: @escaping RunEvents = { _ in }
    ) {
        (self.shop, self.oro, self.started, self.events) = (shop, oro, now, events)
    }

    /// Does the run; when this returns, all of it is durable.
    ///
    /// - Returns: nothing where no figure changes; then no run is recorded.
    /// - Throws: `Fault`; what is touched stays so then.
    package func perform() async throws -> RunRecord? {
        let run = RunID(at: started, of: "o")
        let context = RunContext(shop: shop.settings.shop, source: nil, run: run)
        return try await RunContext.$current.withValue(context) {
            do {
                return try await performInContext(run)
            } catch {
                throw Fault(error)
            }
        }
    }

    /// Does the run and, where a figure changes, pushes what waits.
    ///
    /// - Throws: `Fault`; what was accepted stays accepted.
    package func performAndPush() async throws {
        guard try await perform() != nil else { return }
        _ = try await PushRun(shop: shop, oro: oro, events: events).perform()
    }

    private func performInContext(_ run: RunID) async throws -> RunRecord? {
        let moved = try await shop.state.movedSKUs()
        guard let until = moved.until, let source = shop.sources.first else { return nil }
        try await shop.makeReady()
        let planning = try Planning(shop: shop, oro: oro, at: started)
        _ = try await planning.index.complete()
        let stock = try await shop.stock()
        let skus = try await planning.stated(moved.skus, in: stock)
        var result = try await planning.plan(
            events: [],
            cleared: Set(skus),
            on: stock,
            for: PlanReasons(moved: skus)
        )
        result.movedUntil = until
        let review = try await PublicationReview.review(
            &result,
            of: run,
            asksAgain: false,
            shop.settings.guards,
            in: shop.state
        )
        let saysNothing = result.exceptions.occurred.isEmpty && result.exceptions.mended.isEmpty
        if result.wishes.isEmpty, saysNothing, review.held.isEmpty, review.released.isEmpty {
            // What is ordered may have changed, and no figure with it.
            var parts = HistoryParts(.orders)
            parts.stocks = result.stocks
            try await shop.state.workedOut(
                until: until,
                waiting: result.waiting,
                history: parts,
                at: started
            )
            try await MovedFigures(shop, oro).settle()
            return nil
        }
        var record = RunRecord(
            id: run,
            source: source.id,
            delivery: OrderRun.delivery,
            scope: .partial,
            started: started
        )
        record.state = .accepted(
            note: "Web orders, a decision, or levels that have moved in the shop changed what is shown."
        )
        // No statement of the source: later deliveries are not compared with it.
        record.events = 0
        var proposal = Proposal(source: source, run: record, change: .nothing, plan: result)
        (proposal.keepsPapers, proposal.followsRules) = (false, false)
        if !review.trips.isEmpty { proposal.holdMore(review.trips) }
        if !review.held.isEmpty || !review.released.isEmpty { proposal.note(review) }
        if !review.trips.isEmpty { events(.held(review.trips)) }
        let committed = try await shop.commit(proposal)
        events(.committed(committed))
        try await MovedFigures(shop, oro).settle()
        return committed
    }
}

extension RunID {
    /// Makes the name of a run that begins now and has no delivery: several begin in one second, none in one
    /// microsecond.
    init(at started: Timestamp, of kind: Character) {
        let clock = started.description.prefix(19).filter { $0 != "-" && $0 != ":" }
        let fraction = String(started.microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: max(0, 6 - fraction.count))
        self.init("\(clock)Z-\(kind)\(zeros)\(fraction)")
    }
}
