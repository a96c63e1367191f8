import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// What is due of a source where there is no delivery: figures that other rules, or a timed one, change now.
struct RulesRun {
    let shop: Shop
    let source: Source
    let oro: OroClient
    let events: RunEvents

    /// Does it, durably when this returns.
    ///
    /// - Returns: nothing where there was nothing to do; then no run is recorded.
    /// - Throws: `Fault`.
    func perform() async throws -> IntakeRun.Outcome? {
        do {
            let started = Timestamp.now
            try await shop.settleUnits(at: started)
            let planning = try Planning(shop: shop, oro: oro, at: started)
            let isIndexFresh = try await planning.index.complete()
            var result = try await planning.plan(
                accepted: [],
                on: await shop.stock(),
                isIndexFresh: isIndexFresh
            )
            let made = try await shop.state.figuresMadeBy()?.version
            let isDue =
                !result.wishes.isEmpty || result.isComplete || made != planning.text.version.text
                || !result.exceptions.mended.isEmpty || result.movedUntil != nil
            guard isDue else {
                // What could not rise is tried again by the next pass.
                if result.hasTurned, result.waiting.isEmpty {
                    try await shop.state.figuresStand(at: started, version: planning.text.version.text)
                }
                return nil
            }
            let id = RunID(startedAt: started, salt: UInt16.random(in: 0 ... .max))
            // A mistyped site empties the shop, whether the ERP says something new or not.
            let review = try await PublicationReview.review(
                &result,
                of: id,
                asksAgain: false,
                shop.settings.guards,
                in: shop.state
            )
            if !review.trips.isEmpty { events(.held(review.trips)) }
            var record = RunRecord(
                id: id,
                state: .accepted(note: "There was no new delivery; the figures follow the rules."),
                source: source.id,
                scope: .partial,
                started: started
            )
            // What was stated last still is: a run that was held can be approved.
            record.digest = try await shop.state.highWaterMark(of: source.id)?.digest
            var proposal = Proposal(source: source, run: record, change: .nothing, plan: result)
            if review.isHolding { proposal.holdMore(review.trips) }
            proposal.note(review)
            proposal.note(try await shop.state.doubts(), planning.apportioner.units)
            record = try await shop.commit(proposal)
            events(.committed(record))
            return IntakeRun.Outcome(
                record: record,
                isHeld: review.isHolding,
                held: review.trips.map(\.message),
                steps: [:],
                isNew: false
            )
        } catch {
            throw Fault(error)
        }
    }
}
