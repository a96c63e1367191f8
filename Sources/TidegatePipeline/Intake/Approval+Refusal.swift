import InventoryCore
import StateStore
import TidegateSettings

// An approval does exactly what was shown, or refuses and shows the difference (spec, Stock in doubt, 5).
extension Approval {
    /// Refuses where what is held is not what a person has looked at.
    func requireShown(_ plan: String, of record: RunRecord, _ renewed: RenewedFigures) async throws {
        let doubts = try await shop.state.doubts(heldBy: record.id)
        let name = try HeldPlanName(of: doubts, renewed.figures, in: shop.settings)
        let isOver = doubts.isEmpty && renewed.isOver
        guard name.text != plan || isOver else { return }
        try await renew(record, renewed)
        throw refusal(
            "What the run \(record.id) holds, or the rules, are not those of the plan \(plan) any more.",
            record,
            isOver: isOver,
            hint: "Look at it with `tidegate runs show \(record.id) --held`, then approve what that names."
        )
    }

    /// Refuses a run whose figures would be made by other rules than those it was shown under.
    ///
    /// It then holds the figures of now; shown again, it can be approved.
    func requireSameRules(_ record: RunRecord, _ renewed: RenewedFigures) async throws {
        let version = try Planning(shop: shop, oro: oro, at: .now).text.version.text
        let shown = record.rulesVersion ?? version
        guard shown != version || renewed.haveMoved else { return }
        try await renew(record, renewed)
        let cause =
            shown != version
            ? "Rules, units or publishing have changed since the run \(record.id) was held "
                + "(\(shown.prefix(12)), now \(version.prefix(12)))"
            : "Rules have changed, begun or ended since the run \(record.id) was held"
        let effect =
            renewed.haveMoved ? "its figures are others: \(renewed.difference)" : "its figures may be others"
        let doubts = try await shop.state.doubts(heldBy: record.id)
        throw refusal(
            "\(cause): \(effect).",
            record,
            isOver: doubts.isEmpty && renewed.isOver,
            hint: "Look at it with `tidegate runs show \(record.id) --held`, then approve it again."
        )
    }

    /// Makes a run hold the figures of now, as they are shown from now on.
    private func renew(_ record: RunRecord, _ renewed: RenewedFigures) async throws {
        var seen = record
        seen.rulesVersion = try Planning(shop: shop, oro: oro, at: .now).text.version.text
        let review = try await PublicationReview.holding(
            renewed.figures,
            insteadOf: renewed.stored.map(\.key),
            shop.settings.guards,
            in: shop.state
        )
        var exceptions = ExceptionChanges()
        review.note(in: &exceptions)
        try await shop.state.renewHolds(
            of: seen,
            renewed.figures,
            released: review.released,
            exceptions,
            at: .now
        )
    }

    private func refusal(_ message: String, _ record: RunRecord, isOver: Bool, hint: String) -> Fault {
        guard isOver else {
            return Fault(.badInput, code: "plan_changed", message: message, hint: hint)
        }
        return Fault(
            .badInput,
            code: "plan_changed",
            message: "\(message) Nothing of it is left to decide, and its hold has ended.",
            hint: "The shop shows what the rules of now want of it; `tidegate explain SKU` tells how."
        )
    }

    /// Refuses where newer deliveries have moved what is held far from what was asked about.
    ///
    /// Asked again, it can be approved.
    func requireUnmoved(_ doubts: [Doubt], of record: RunRecord) async throws {
        let moved = shop.settings.guards.moved(doubts)
        guard !moved.isEmpty else { return }
        var acceptance = Acceptance(run: record, at: .now)
        acceptance.doubts.set = doubts.map { doubt in
            var asked = doubt
            asked.askedAbout = doubt.stated
            return asked
        }
        try await shop.state.accept(acceptance)
        throw Fault(
            .badInput,
            code: "plan_changed",
            message: "Newer deliveries state something else than when the run \(record.id) was held, at "
                + "\(moved.map(\.text).joined(separator: ", ")).",
            hint: "Look at it with `tidegate runs show \(record.id) --held`, then approve it again."
        )
    }
}
