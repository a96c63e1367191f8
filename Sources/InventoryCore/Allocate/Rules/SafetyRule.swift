/// Stock that is held back and belongs to nobody; the first rule that matches a SKU applies.
package struct SafetyRule: Hashable, Sendable {
    package let match: SKUMatcher
    /// The only site the rule applies to; nil for all of them.
    package let site: SiteID?
    /// In the SKU's base unit.
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
