/// The ERP locations that are published together: one OroCommerce warehouse, or the whole shop.
package struct Site: Hashable, Sendable {
    package let id: SiteID
    /// Names or patterns of its locations; an exact name anywhere goes before a pattern.
    package let locations: [Glob]
    /// Whether a location below zero takes from the others; otherwise it counts as empty.
    package let netting: Bool
    package let shrink: Shrink
    /// The OroCommerce warehouse of the shared pool; nothing in Community Edition.
    package let warehouse: String?
    package let place: RulePlace?

    /// What happens when the targets of one rank do not fit into what is left.
    package enum Shrink: String, Hashable, Sendable, CaseIterable {
        /// Fences are served one after the other, by id.
        case rank
        /// Fences share what is left by highest averages.
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

/// What a location is in a rule set: the site it counts for, and the fence that owns it whole.
package struct LocationRole: Hashable, Sendable {
    /// The site's place in `RuleSet.sites`.
    package let site: Int
    /// The owning fence's place in `RuleSet.fences`; nothing where the stock goes to the shared pool.
    package let owner: Int?

    package init(site: Int, owner: Int?) {
        self.site = site
        self.owner = owner
    }
}
