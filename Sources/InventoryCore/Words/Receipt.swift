/// How a claimed wish ended; only a receipt moves `published` or changes its outbox entry.
///
/// An unknown answer is not a receipt: the level is read back first (spec, invariant 5). Where even that
/// leaves it open, the wish is released and stays in question.
package struct Receipt: Hashable, Sendable {
    package let wish: Wish
    package let outcome: Outcome
    /// What the tries of this figure have come to, those before the claim included.
    package let suspicion: Suspicion
    /// Whether what was sent may still take effect.
    package let question: Question?

    /// How long what was sent may still take effect.
    package enum Question: Hashable, Sendable {
        case until(PushInstant)
        /// As long as the operation that carries it has not ended.
        case operation(OperationID)
    }

    package enum Outcome: Hashable, Sendable {
        /// The shop shows the value: `published` moves and the entry leaves the outbox.
        case applied
        /// It was not sent or not taken, as far as is known: the entry waits again.
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
        /// A fraction, where the shop's localization has a decimal comma: batches and single writes can
        /// differ in it.
        case decimalMark = "decimal_mark"
        case notPermitted = "not_permitted"
        case conflict
        /// The shop answered a record with something the contract does not know.
        case unexpected
    }

    package init(wish: Wish, outcome: Outcome, suspicion: Suspicion? = nil, question: Question? = nil) {
        self.wish = wish
        self.outcome = outcome
        self.suspicion = suspicion ?? wish.suspicion
        self.question = question
    }
}
