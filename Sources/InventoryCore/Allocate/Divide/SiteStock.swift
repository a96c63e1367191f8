/// One article at one site, as allocation sees it: what lies where, and what has been ordered from it.
///
/// All quantities are in the article's base unit.
package struct SiteStock: Sendable {
    package var sku: SKU
    /// The site's place in `RuleSet.sites`.
    package var site: Int
    /// In any order; rows of one location are added up before anything else.
    package var locations: ArraySlice<LocationNet>
    package var orders: WebOrders
    /// What the groups have consumed of their quotas in the period, by fence.
    ///
    /// A fence that is not listed has consumed what it has open in `orders`: that is all that is known of it.
    package var consumed: [FenceQuantity]
    /// The smallest amount the published unit can show; more than zero.
    package var granularity: Quantity

    package init(
        sku: SKU,
        site: Int,
        locations: ArraySlice<LocationNet>,
        orders: WebOrders = .none,
        consumed: [FenceQuantity] = [],
        granularity: Quantity = Quantity(units: 1)
    ) {
        self.sku = sku
        self.site = site
        self.locations = locations
        self.orders = orders
        self.consumed = consumed
        self.granularity = granularity
    }
}

/// What one location holds of an article: on hand − committed − unusable, which can be negative.
package struct LocationNet: Hashable, Sendable {
    package let location: Location
    package internal(set) var net: Quantity
    /// The place in `RuleSet.fences` of the fence that owns the location; nothing for the shared pool's.
    package let owner: Int?

    package init(location: Location, net: Quantity, owner: Int? = nil) {
        self.location = location
        self.net = net
        self.owner = owner
    }
}

/// A quantity of one fence.
package struct FenceQuantity: Hashable, Sendable {
    /// The fence's place in `RuleSet.fences`.
    package let fence: Int
    package let quantity: Quantity

    package init(fence: Int, quantity: Quantity) {
        self.fence = fence
        self.quantity = quantity
    }
}

/// Web orders that the shop has accepted and the ERP does not know yet, by the pool they were bought from.
package struct WebOrders: Hashable, Sendable {
    package var shared: Quantity
    /// Orders whose pool nobody can tell; they count against the shared pool.
    package var unattributed: Quantity
    package var fences: [FenceQuantity]

    package static let none = WebOrders()

    package init(shared: Quantity = .zero, unattributed: Quantity = .zero, fences: [FenceQuantity] = []) {
        self.shared = shared
        self.unattributed = unattributed
        self.fences = fences
    }

    /// Adds what was ordered from a pool by its name; a name that is no pool of the rules is unattributed.
    ///
    /// - Throws: `QuantityError.tooLarge` when a sum does not fit.
    package mutating func add(
        _ quantity: Quantity,
        toPool name: String,
        of rules: RuleSet
    ) throws(QuantityError) {
        if FenceID(name) == FenceID(RuleSet.sharedPool) {
            shared = try shared.adding(quantity)
        } else if let fence = rules.fenceNumber(FenceID(name)) {
            fences.append(FenceQuantity(fence: fence, quantity: quantity))
        } else {
            unattributed = try unattributed.adding(quantity)
        }
    }
}
