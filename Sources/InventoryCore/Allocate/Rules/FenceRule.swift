/// How much of a SKU a fence holds.
package struct FenceRule: Hashable, Sendable {
    package let match: SKUMatcher
    /// The only site the rule applies to; nil for all of them.
    package let site: SiteID?
    package let hold: Hold
    /// Granted before any target, by rank; nil for no minimum.
    package let min: Quantity?
    /// The most the target may reach; nil for no cap.
    package let max: Quantity?
    /// The smallest quantity to add, such as a case of 12; nil for the published unit's granularity.
    package let step: Quantity?
    package let validity: Validity
    /// What a quota counts at a time; nil for all that was ever bought.
    package let period: QuotaPeriod?
    package let place: RulePlace?

    /// What the target is; quantities in the SKU's base unit.
    package enum Hold: Hashable, Sendable {
        /// Refilled to the quantity at every run.
        case floor(Quantity)
        /// The quantity less what the group has consumed in the period; where nobody states consumption, less
        /// its open web orders.
        case quota(Quantity)
        /// A share of the pool in per cent, such as 12.5.
        case percent(Quantity)
    }

    package init(
        match: SKUMatcher = .any,
        site: SiteID? = nil,
        hold: Hold,
        min: Quantity? = nil,
        max: Quantity? = nil,
        step: Quantity? = nil,
        validity: Validity = .always,
        period: QuotaPeriod? = nil,
        place: RulePlace? = nil
    ) {
        self.match = match
        self.site = site
        self.hold = hold
        self.min = min
        self.max = max
        self.step = step
        self.validity = validity
        self.period = period
        self.place = place
    }

    /// Whether what the group has bought counts.
    package var isQuota: Bool {
        if case .quota = hold { true } else { false }
    }
}

/// When a rule is in force: from one instant until just before another.
package struct Validity: Hashable, Sendable {
    package let from: Timestamp?
    package let until: Timestamp?

    package static let always = Validity(from: nil, until: nil)

    package init(from: Timestamp?, until: Timestamp?) {
        self.from = from
        self.until = until
    }

    package func contains(_ instant: Timestamp) -> Bool {
        if let from, instant < from { return false }
        if let until, instant >= until { return false }
        return true
    }
}
