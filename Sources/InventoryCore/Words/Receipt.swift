/// How a claimed wish ended; only a receipt moves `published` or changes its outbox entry.
///
/// An unknown answer is not a receipt: the engine reads the level back until it knows (spec, invariant 5).
package struct Receipt: Hashable, Sendable {
    package let wish: Wish
    package let outcome: Outcome

    package enum Outcome: Hashable, Sendable {
        /// The shop shows the value: `published` moves and the entry leaves the outbox.
        case applied
        /// It was certainly not sent or not taken: the entry waits again.
        case released
        /// The shop will not take it: the entry is parked and an exception opened.
        case refused(Refusal, detail: String)
        /// The level's id is gone: the entry waits until SKU and unit are resolved to a new one.
        case levelGone
    }

    /// Why the shop refused one record.
    package enum Refusal: String, Hashable, Sendable, CaseIterable {
        /// The level's id is gone: resolve it again by SKU and unit.
        case levelGone = "level_gone"
        case invalidValue = "invalid_value"
        case notPermitted = "not_permitted"
        case conflict
        /// The shop answered a record with something the contract does not know.
        case unexpected
    }

    package init(wish: Wish, outcome: Outcome) {
        self.wish = wish
        self.outcome = outcome
    }
}
