package import InventoryCore
package import OroClient
package import StateStore
import TidegateSettings

/// A person's decision on what a run holds.
package struct Approval {
    let shop: Shop
    let oro: OroClient
    private let events: RunEvents

    package init(shop: Shop, oro: OroClient, events: @escaping RunEvents = { _ in }) {
        self.shop = shop
        self.oro = oro
        self.events = events
    }

    /// Which of the held positions, and why.
    package struct Choice: Sendable {
        package var location: Location?
        package var sku: SKU?
        package var unit: StockUnit?
        package var bin: Bin?
        package var reason: String
        /// Who decides; nothing where that is not known.
        package var who: String?
        /// What one position in doubt holds, as a person states it.
        package var value: Quantity?
        /// The name of the plan that a person has looked at.
        package var plan: String?

        package init(
            location: Location? = nil,
            sku: SKU? = nil,
            reason: String = "",
            value: Quantity? = nil,
            plan: String? = nil,
            who: String? = nil
        ) {
            (self.location, self.sku, self.reason, self.value) = (location, sku, reason, value)
            (self.plan, self.who) = (plan, who)
        }

        func includes(_ doubt: Doubt) -> Bool {
            let key = doubt.key
            return (location.map { $0 == key.location } ?? true)
                && (sku.map { $0 == key.sku } ?? true) && (unit.map { $0 == key.unit } ?? true)
                && (bin.map { $0 == key.bin } ?? true)
        }

        /// Figures belong to no location, and to no unit of the ERP.
        func includes(_ figure: HeldFigure) -> Bool {
            location == nil && unit == nil && bin == nil
                && (sku.map { $0 == figure.stock || $0 == figure.key.sku } ?? true)
        }
    }

    /// Accepts what a run holds, and pushes it.
    ///
    /// - Throws: `Fault`: no such run (66), nothing held (65), or the rules have changed since (65).
    package func approve(_ prefix: String, _ choice: Choice = Choice()) async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch(events: events)
            let requestsBefore = oro.requestsSent
            try await shop.identity.requireAddress(of: oro)
            try await shop.makeReady()
            try await shop.settleUnits(at: .now)
            try await shop.pollOrders(oro)
            var (record, held) = try await Approval.held(prefix, choice, in: shop)
            let source = try shop.source(record.source)
            let now = Timestamp.now
            let renewed = try await RenewedFigures(of: record, in: shop, at: now)
            if let plan = choice.plan {
                try await requireShown(plan, of: record, renewed)
            } else {
                try await requireSameRules(record, renewed)
                if choice.value == nil { try await requireUnmoved(held.chosen, of: record) }
            }
            let approved = PublicationReview.Approved(renewed, held, choice, record)
            let stated = try await statedValue(choice.value, of: held.chosen, source)
            let deltas = stated?.deltas ?? held.deltas
            var book = try await shop.state.doubts()
            let units = try shop.settings.units.table()
            let changes = book.take(
                deltas,
                DoubtChanges(ended: stated?.ended ?? held.chosen),
                DoubtBook.Taking(source.id, asOf: record.asOf, units: units, rules: shop.settings.rules)
            )
            var (result, ledger) = try await plan(
                deltas,
                of: approved.skus,
                source.id,
                replanned: approved.replanned,
                doubts: book,
                units,
                isStated: choice.value == nil,
                at: now
            )
            let review = try await PublicationReview.approve(
                approved,
                &result,
                shop.settings.guards,
                in: shop.state
            )
            let isAll = held.isAll && !review.held.contains { $0.run == record.id }
            if isAll { record.isHeldWhole = false }
            record.state = isAll ? .accepted(note: record.message) : .held(reason: record.message ?? "")
            var proposal = Proposal(source: source, run: record, change: .held(deltas), plan: result)
            proposal.doubts = changes
            proposal.ledger = ledger
            if let stated { proposal.events = try await said(stated, record) }
            let time = DeliveryTime(asOf: record.asOf, arrived: now)
            proposal.growth = shop.growth(of: deltas, units, past: book.past, time)
            proposal.decision = Decision(.approved, digest: nil, reason: choice.reason, at: now)
            proposal.who = choice.who
            proposal.note(book, units)
            proposal.note(review)
            record = try await shop.commit(proposal)
            let pushed = try await stopwatch.time(.push) { try await PushRun(shop: shop, oro: oro).push() }
            var summary = RunSummary(approved: record, push: pushed, isAll: isAll)
            summary.requests = oro.requestsSent - requestsBefore
            summary.steps = stopwatch.seconds
            events(.ended(summary))
            return summary
        } catch {
            throw Fault(error)
        }
    }

    /// Drops what a run holds: the positions stay in doubt until the next clear statement, and the same bytes
    /// do not ask again.
    ///
    /// What counts as less then is touched: an `OrderRun` works it out, or the next run does.
    ///
    /// - Returns: the run; it is still held where something of it waits.
    /// - Throws: `Fault` as `approve`.
    package static func reject(
        _ prefix: String,
        _ choice: Choice = Choice(),
        in shop: Shop
    ) async throws -> RunRecord {
        do {
            var (record, held) = try await held(prefix, choice, in: shop)
            if held.isAll { record.state = .rejected(reason: record.message, at: .now) }
            var acceptance = Acceptance(run: record, at: .now)
            let newest = try await shop.state.lastAccepted(of: record.source)
            // What was never clear is not there. A full delivery that lists it again says so itself.
            let isGone = { (doubt: Doubt) in record.scope == .partial && doubt.last == nil }
            acceptance.doubts.set = held.chosen.filter { !isGone($0) }.map(\.rejected)
            acceptance.doubts.ended = held.chosen.filter(isGone)
            if record.reverts == nil {
                acceptance.held = held.figures.filter { !$0.isUnstated }.map { figure in
                    var rejected = figure
                    rejected.isRejected = true
                    return rejected
                }
            } else {
                // No statement of the ERP wants them, so none can ask for them again.
                acceptance.released = held.figures.map(\.key)
            }
            // Levels of which no source knows the SKU stay as they are, and nobody is asked about them again.
            acceptance.released += held.figures.filter(\.isUnstated).map(\.key)
            try await tell(of: &acceptance, in: shop)
            if held.isAll {
                // What was rejected says nothing of when figures are true.
                acceptance.ledger = LedgerChanges()
                acceptance.ledger?.held[record.source] = HeldFigures.empty
            }
            var parts = HistoryParts(.rejection)
            (parts.who, parts.reason) = (choice.who, choice.reason)
            parts.decided = Array(Set(held.chosen.map(\.key.sku) + held.figures.map(\.stock)))
            acceptance.history = parts
            acceptance.decision = Decision(
                .rejected,
                // Some positions alone say nothing about the bytes, and a revert and events read none.
                digest: held.isAll && record.reverts == nil && record.events == nil
                    ? newest?.digest ?? record.digest : nil,
                reason: choice.reason,
                at: .now
            )
            // They may count as less than while they were held, and what was never clear as nothing.
            let less = held.chosen.filter { $0.grown > .zero || $0.last == nil }
            try await shop.state.touch(Set(less.map(\.key.sku)), at: .now)
            try await shop.state.accept(acceptance)
            return record
        } catch {
            throw Fault(error)
        }
    }

    /// Tells of what is in doubt and held once something is rejected, and closes what was told of it before.
    private static func tell(of acceptance: inout Acceptance, in shop: Shop) async throws {
        let (units, rules) = (try shop.settings.units.table(), shop.settings.rules)
        var book = try await shop.state.doubts()
        _ = book.take(
            [],
            acceptance.doubts,
            DoubtBook.Taking(acceptance.run.source, asOf: nil, units: units, rules: rules)
        )
        acceptance.exceptions.occurred += DoubtGroups(book, units: units).exceptions
        acceptance.exceptions.examined.formUnion(InventoryException.Code.ofDoubts)
        let review = try await PublicationReview.holding(
            acceptance.held,
            insteadOf: acceptance.released,
            shop.settings.guards,
            in: shop.state
        )
        review.note(in: &acceptance.exceptions)
    }
}

extension PublicationReview.Approved {
    fileprivate init(
        _ renewed: RenewedFigures,
        _ held: Approval.Held,
        _ choice: Approval.Choice,
        _ record: RunRecord
    ) {
        self.init(
            figures: renewed.figures.filter(choice.includes),
            stored: held.figures,
            skus: Set(held.chosen.map(\.key.sku)),
            run: record.id,
            isRevert: record.reverts != nil
        )
    }
}
