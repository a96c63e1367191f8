import InventoryCore
import StateStore

/// What a plan's figures come to at the shop, and which of them wait for a person.
struct PublicationReview: Sendable {
    let trips: [GuardTrip]
    /// In the order of their keys.
    let held: [HeldFigure]
    /// Levels whose held figure is replaced or not wanted any more.
    let released: [LevelKey]

    var isHolding: Bool { !held.isEmpty }

    /// Takes the figures that are held out of the plan.
    ///
    /// - Parameters:
    ///   - result: the plan; afterwards it has only what may be written.
    ///   - run: that holds them; a figure that was held before stays with the older run.
    ///   - isApproved: whether a person has decided on just these.
    static func review(
        _ result: inout Planning.Result,
        of run: RunID,
        isApproved: Bool = false,
        _ thresholds: GuardThresholds,
        in state: StateDatabase
    ) async throws -> PublicationReview {
        let before = try await state.heldFigures()
        var trips: [GuardTrip] = []
        if !isApproved {
            let guards = PublicationGuards(thresholds: thresholds)
            let hasWarehouses = try await state.hasWarehouses()
            for (warehouse, planned) in guards.planned(result.plan.wishes) {
                let shown = try await state.shown(
                    in: warehouse,
                    isOnly: !hasWarehouses,
                    enough: guards.enough(for: planned)
                )
                trips += guards.trips(on: planned, shown: shown, warehouse: warehouse)
            }
            trips.sort { ($0.warehouse ?? "", $0.code.rawValue) < ($1.warehouse ?? "", $1.code.rawValue) }
        }
        let older = Dictionary(before.map { ($0.key, $0.run) }) { first, _ in first }
        let codes = PublicationReview.codes(of: result.wishes, trips)
        var held: [HeldFigure] = []
        if !codes.isEmpty {
            result.withhold { accepted in
                guard let code = codes[accepted.shownStock] else { return false }
                held.append(
                    HeldFigure(
                        key: accepted.wish.key,
                        stock: accepted.shownStock,
                        shown: accepted.wish.before,
                        wanted: accepted.wish.after,
                        guardCode: code,
                        run: older[accepted.wish.key] ?? run
                    )
                )
                return true
            }
        }
        // What was planned anew and is not held again is decided.
        let again = Set(held.map(\.key))
        let released = before.filter { result.skus.contains($0.stock) && !again.contains($0.key) }.map(\.key)
        return PublicationReview(
            trips: trips,
            held: held.sorted { $0.key < $1.key },
            released: before.isEmpty ? [] : released
        )
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
}

extension Planning.Result {
    /// Adds figures that were held and are approved, but for levels that the plan decides anew.
    mutating func add(_ figures: [HeldFigure]) {
        let planned = Set(wishes.map(\.wish.key))
        let approved = figures.filter { !planned.contains($0.key) }.map { figure in
            AcceptedWish(
                PlannedWish(key: figure.key, before: figure.shown, after: figure.wanted),
                stock: figure.stock
            )
        }
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
