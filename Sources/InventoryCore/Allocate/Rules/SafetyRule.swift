/// Stock that is held back and belongs to nobody; the first rule that matches an article counts.
package struct SafetyRule: Hashable, Sendable {
    package let match: SKUMatcher
    /// The only site it is about; nothing for all of them.
    package let site: SiteID?
    /// In the article's base unit.
    package let quantity: Quantity
    package let place: RulePlace?

    package init(
        match: SKUMatcher = .any,
        site: SiteID? = nil,
        quantity: Quantity,
        place: RulePlace? = nil
    ) {
        self.match = match
        self.site = site
        self.quantity = quantity
        self.place = place
    }
}
