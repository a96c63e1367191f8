/// One thing that happened to a SKU's stock or to the figures that the shop shows of it.
package struct HistoryEntry: Hashable, Sendable {
    /// Whose stock it is.
    package var sku: SKU
    package var at: Timestamp
    /// The number of the act that it comes from; 0 where the shop has changed by itself.
    package var act: Int64
    package var event: Event

    package enum Event: Hashable, Sendable {
        case stock(HistoryStock)
        case level(HistoryLevel)
        /// A decision that leaves the stock as it is.
        case decision
    }

    package init(sku: SKU, at: Timestamp, act: Int64, event: Event) {
        (self.sku, self.at, self.act, self.event) = (sku, at, act, event)
    }
}

/// What a SKU's accepted positions come to after an act: a state, not a difference, so that no later sum can
/// be wrong.
package struct HistoryStock: Hashable, Sendable {
    package var reasons: HistoryReasons
    /// In the order of the rules; a site that is missing has nothing.
    package var sites: [SiteFigures]

    package struct SiteFigures: Hashable, Sendable {
        package var site: SiteID
        /// What counts of the positions at the site's locations, those of fences included, in base units.
        package var stock: Quantity
        /// Web orders that the ERP does not know yet, in base units.
        package var orders: Quantity

        package init(site: SiteID, stock: Quantity, orders: Quantity) {
            (self.site, self.stock, self.orders) = (site, stock, orders)
        }
    }

    package init(reasons: HistoryReasons, sites: [SiteFigures]) {
        (self.reasons, self.sites) = (reasons, sites)
    }

    /// What it comes to at a site.
    package subscript(site: SiteID) -> SiteFigures {
        sites.first { $0.site == site } ?? SiteFigures(site: site, stock: .zero, orders: .zero)
    }
}

/// A change of what a level is known to show.
package struct HistoryLevel: Hashable, Sendable {
    package var key: LevelKey
    package var kind: Kind
    /// Nothing where it was not known.
    package var before: Quantity?
    /// Nothing where it is not known any more; what was refused, where the shop has refused it.
    package var after: Quantity?
    package var refusal: Receipt.Refusal?

    package enum Kind: UInt8, Sendable, CaseIterable {
        /// Our write was applied.
        case applied = 0
        /// A checkout of the shop has taken it.
        case observed = 1
        /// Somebody or something else has changed it, as an audit found.
        case drifted = 2
        /// It was read anew; nobody knows since when.
        case read = 3
        /// The shop did not take our write; it shows what it showed.
        case refused = 4
        /// The shop does not have the level any more.
        case gone = 5
        /// A write whose answer was lost was seen to have arrived.
        case arrived = 6
    }

    package init(
        key: LevelKey,
        kind: Kind,
        before: Quantity?,
        after: Quantity?,
        refusal: Receipt.Refusal? = nil
    ) {
        (self.key, self.kind, self.before, self.after, self.refusal) = (key, kind, before, after, refusal)
    }
}
