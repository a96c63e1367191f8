/// The ERP locations that are published together: one OroCommerce warehouse, or the whole shop.
package struct Site: Hashable, Sendable {
    package let id: SiteID
    /// Names or patterns of its locations; an exact name, at whatever site, wins over a pattern.
    package let locations: [Glob]
    /// Whether a location below zero reduces the others; otherwise it counts as empty.
    package let netting: Bool
    package let shrink: Shrink
    /// The OroCommerce warehouse of the shared pool; nil in Community Edition.
    package let warehouse: String?
    package let place: RulePlace?

    /// What happens if the targets of one rank do not fit into what is left.
    package enum Shrink: String, Hashable, Sendable, CaseIterable {
        /// The fences of the rank are served one after the other, by id.
        case rank
        /// The fences of the rank share what is left by highest averages.
        case proportional
    }

    package init(
        id: SiteID,
        locations: [Glob] = [],
        netting: Bool = false,
        shrink: Shrink = .rank,
        warehouse: String? = nil,
        place: RulePlace? = nil
    ) {
        self.id = id
        self.locations = locations
        self.netting = netting
        self.shrink = shrink
        self.warehouse = warehouse
        self.place = place
    }
}

/// What a location is in a rule set: the site it counts for, and the fence that owns it.
package struct LocationRole: Hashable, Sendable {
    /// The site's index in `RuleSet.sites`.
    package let site: Int
    /// The owning fence's index in `RuleSet.fences`; nil if the stock goes to the shared pool.
    package let owner: Int?

    package init(site: Int, owner: Int?) {
        self.site = site
        self.owner = owner
    }
}
