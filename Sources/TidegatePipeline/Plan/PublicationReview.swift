import InventoryCore
import StateStore

/// What a plan's figures come to at the shop, and which of them wait for a person.
struct PublicationReview: Sendable {
    private(set) var trips: [GuardTrip] = []
    /// Figures to hold from now on, in the order of their keys.
    private(set) var held: [HeldFigure] = []
    /// Levels whose held figure is replaced or not wanted any more.
    private(set) var released: [LevelKey] = []
    /// Everything that is held afterwards.
    private(set) var all: [HeldFigure] = []
    /// What becomes of levels of which no source knows the SKU.
    let removal: UnstatedLevels.Removal

    /// Whether something waits for a decision.
    var isHolding: Bool { all.contains { !$0.isRejected } }

    /// Takes the figures that are held out of a run's plan.
    ///
    /// What is held already counts with the plan: a cause that holds a hundred figures must not let them go
    /// one by one as they are touched.
    ///
    /// Afterwards `result` has only what may be written. A figure that was held before stays with the older
    /// run. Where the delivery says something new (`asksAgain`), what was rejected is asked anew. `unstated`
    /// are levels of unknown SKUs, where they were looked for; their zeros say nothing of the others. What
    /// events of the source `joining` want joins what earlier ones wanted and is still held.
    static func review(
        _ result: inout Planning.Result,
        of run: RunID,
        asksAgain: Bool,
        unstated: [HeldFigure]? = nil,
        joining source: SourceID? = nil,
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> PublicationReview {
        var review = PublicationReview(removal: thresholds.removal)
        let before = try await state.heldFigures()
        let rest = before.filter { !result.skus.contains($0.stock) && !$0.isUnstated }
        let wishes = rest.isEmpty ? result.plan.wishes : result.plan.wishes + rest.map(\.wish)
        review.trips = try await trips(on: wishes, thresholds, in: state)
        let older = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let codes = PublicationReview.codes(of: result.wishes, review.trips)
        if !codes.isEmpty {
            var plans: [GuardTrip.Code: RunID] = [:]
            if let source { plans = try await state.plansOfEvents(of: source) }
            result.withhold { [plans] accepted in
                guard let code = codes[accepted.shownStock] else { return false }
                let known = older[accepted.wish.key].flatMap { $0.isRejected ? nil : $0.run }
                review.held.append(accepted.held(by: code, of: known ?? plans[code] ?? run))
                return true
            }
        }
        if asksAgain {
            review.held += rest.filter(\.isRejected).map { figure in
                var asked = figure
                (asked.run, asked.isRejected) = (run, false)
                return asked
            }
        }
        if let unstated {
            review.held += unstated
            review.trips += [UnstatedLevels(of: unstated, thresholds.removal).trip].compactMap(\.self)
        }
        let known = before.filter { $0.isUnstated && (unstated != nil || result.skus.contains($0.key.sku)) }
        review.settle(before, result.skus, deciding: Set(known.map(\.key)))
        return review
    }

    /// The same for the return to earlier figures: what is above the stock of now waits in any case.
    static func revert(
        _ reversal: Reversal,
        _ result: inout Planning.Result,
        of run: RunID,
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> PublicationReview {
        var review = PublicationReview(removal: thresholds.removal)
        let before = try await state.heldFigures()
        let rest = before.filter { !result.skus.contains($0.stock) }
        let tripped = try await trips(on: result.plan.wishes + rest.map(\.wish), thresholds, in: state)
        var codes = PublicationReview.codes(of: result.wishes, tripped)
        for stock in reversal.stocksAbove { codes[stock] = .aboveStock }
        if !codes.isEmpty {
            result.withhold { accepted in
                guard let code = codes[accepted.shownStock] else { return false }
                review.held.append(accepted.held(by: code, of: run))
                return true
            }
        }
        let causes = Set(review.held.map(\.guardCode))
        review.trips = ([reversal.trip].compactMap(\.self) + tripped).filter { causes.contains($0.code) }
        review.settle(before, result.skus, deciding: [])
        return review
    }

    /// What a person has approved, and who asked.
    struct Approved: Sendable {
        /// By the rules of now, as the person has seen them.
        let figures: [HeldFigure]
        /// As they are stored.
        let stored: [HeldFigure]
        /// SKUs whose positions are approved.
        let skus: Set<SKU>
        let run: RunID
        /// Whether they are those of a past run, and no rule wants them.
        let isRevert: Bool

        /// Levels about which is decided.
        fileprivate var keys: Set<LevelKey> { Set((figures + stored).map(\.key)) }

        /// SKUs of which figures are worked out anew: an approval never writes a figure that was stored.
        var replanned: Set<SKU> {
            isRevert ? [] : Set((figures + stored).lazy.filter { !$0.isUnstated }.map(\.stock))
        }
    }

    /// The same for the plan of an approval: what is approved goes on, what else is held stays held.
    ///
    /// Changed rules can bring figures into the plan that nobody was asked about: the guards judge those.
    static func approve(
        _ approved: Approved,
        _ result: inout Planning.Result,
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> PublicationReview {
        var review = PublicationReview(removal: thresholds.removal)
        let before = try await state.heldFigures()
        let keys = approved.keys
        let others = before.filter { !keys.contains($0.key) && !$0.isUnstated }
        let stocks = Dictionary(others.map { ($0.stock, $0) }) { first, _ in first }
        let decided = approved.skus.union((approved.figures + approved.stored).map(\.stock))
        let rest = result.wishes.filter { !decided.contains($0.shownStock) }
        let unplanned = others.filter { !result.skus.contains($0.stock) }
        review.trips = try await trips(on: rest.map(\.wish) + unplanned.map(\.wish), thresholds, in: state)
        let codes = PublicationReview.codes(of: rest, review.trips)
        if !stocks.isEmpty || !codes.isEmpty {
            result.withhold { accepted in
                if let other = stocks[accepted.shownStock] {
                    review.held.append(accepted.held(by: other.guardCode, of: other.run))
                    return true
                }
                guard let code = codes[accepted.shownStock] else { return false }
                review.held.append(accepted.held(by: code, of: approved.run))
                return true
            }
        }
        result.add(
            approved.figures.filter { figure in
                (approved.isRevert || figure.isUnstated)
                    && UnstatedLevels.isWritten(figure, thresholds.removal)
            }
        )
        let known = before.filter { $0.isUnstated && result.skus.contains($0.key.sku) }
        review.settle(before, result.skus, deciding: keys.union(known.map(\.key)))
        return review
    }

    /// What is held once these figures are, in place of what is held of some levels.
    static func holding(
        _ figures: [HeldFigure],
        insteadOf levels: [LevelKey],
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> PublicationReview {
        var review = PublicationReview(removal: thresholds.removal)
        review.held = figures
        review.settle(try await state.heldFigures(), [], deciding: Set(levels))
        return review
    }

    private static func trips(
        on wishes: [PlannedWish],
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> [GuardTrip] {
        let guards = PublicationGuards(thresholds: thresholds)
        let hasWarehouses = try await state.hasWarehouses()
        var trips: [GuardTrip] = []
        for (warehouse, planned) in guards.planned(wishes) {
            let shown = try await state.shown(
                in: warehouse,
                isOnly: !hasWarehouses,
                enough: guards.enough(for: planned)
            )
            trips += guards.trips(on: planned, shown: shown, warehouse: warehouse)
        }
        return trips.sorted {
            ($0.warehouse ?? "", $0.code.rawValue) < ($1.warehouse ?? "", $1.code.rawValue)
        }
    }

    /// What was planned anew or decided, and is not held again, is held no longer.
    private mutating func settle(
        _ before: [HeldFigure],
        _ planned: Set<SKU>,
        deciding decided: Set<LevelKey>
    ) {
        held.sort { $0.key < $1.key }
        let again = Set(held.map(\.key))
        let gone = before.filter { figure in
            !again.contains(figure.key) && (planned.contains(figure.stock) || decided.contains(figure.key))
        }
        released = gone.map(\.key)
        let ended = again.union(released)
        all = before.filter { !ended.contains($0.key) } + held
    }
}

extension PublicationReview {
    /// The SKUs of which some figure is held, each with the guard.
    ///
    /// All figures of such a SKU wait together: a pool that grows beside one whose fall is held would show
    /// stock that is not there.
    private static func codes(of wishes: [AcceptedWish], _ trips: [GuardTrip]) -> [SKU: GuardTrip.Code] {
        guard !trips.isEmpty else { return [:] }
        var codes: [SKU: GuardTrip.Code] = [:]
        for accepted in wishes {
            guard let code = PublicationGuards.code(toHold: accepted.wish, trips) else { continue }
            codes[accepted.shownStock] = code
        }
        return codes
    }
}

extension AcceptedWish {
    /// The SKU whose stock the level shows a part of.
    fileprivate var shownStock: SKU { stock ?? wish.key.sku }

    fileprivate func held(by code: GuardTrip.Code, of run: RunID) -> HeldFigure {
        HeldFigure(
            key: wish.key,
            stock: shownStock,
            shown: wish.before,
            wanted: wish.after,
            guardCode: code,
            run: run
        )
    }
}

extension Planning.Result {
    /// Adds figures that were held and are approved, but for levels that the plan decides anew.
    fileprivate mutating func add(_ figures: [HeldFigure]) {
        let planned = Set(wishes.map(\.wish.key))
        let approved = figures.filter { !planned.contains($0.key) }
            .map { AcceptedWish($0.wish, stock: $0.stock) }
        guard !approved.isEmpty else { return }
        wishes += approved
        plan = plan.keeping(plan.wishes + approved.map(\.wish))
    }

    /// Takes wishes out of the plan.
    fileprivate mutating func withhold(_ isHeld: (AcceptedWish) -> Bool) {
        let kept = wishes.filter { !isHeld($0) }
        guard kept.count < wishes.count else { return }
        wishes = kept
        plan = plan.keeping(kept.map(\.wish))
    }
}
