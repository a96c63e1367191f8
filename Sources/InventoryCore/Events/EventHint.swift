/// Something may have changed: what it is shows the source's next statement about it.
package struct EventHint: Hashable, Sendable {
    /// Nothing where a whole location is meant.
    package let sku: SKU?
    /// Nothing where an SKU is meant wherever it lies.
    package let location: Location?
    /// A statement of the source later than this answers it; nothing where only its arrival is known.
    package let asOf: Timestamp?
    package let reason: Reason

    package init(sku: SKU?, location: Location?, asOf: Timestamp?, reason: Reason) {
        (self.sku, self.location, self.asOf, self.reason) = (sku, location, asOf, reason)
    }

    /// Why there is no more to it than a hint.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The sender says no more.
        case told
        /// The source has delivered nothing yet.
        case noDelivery = "no_delivery"
        /// A movement of a position that the source has not stated.
        case noBase = "no_base"
        /// A movement of a position that is in doubt.
        case inDoubt = "in_doubt"
        /// A unit that cannot be converted exactly into the position's.
        case unit
        /// A location of no site and no fence.
        case location
        /// A location that another source states.
        case otherSource = "other_source"
        /// The SKU lies there in several units or bins, and the event does not say in which.
        case ambiguous
        /// A text that cannot be a part of a key.
        case key
        /// What it comes to is beyond any quantity.
        case tooLarge = "too_large"
        /// It contradicts another one of the same time or version.
        case conflicting
        /// More is remembered of the source's events than there is room for.
        case tooMany = "too_many"
    }
}
