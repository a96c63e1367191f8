/// One SKU at one site, as allocation sees it: the stock by location, and the open orders against it.
///
/// All quantities are in the SKU's base unit.
package struct SiteStock: Sendable {
    package var sku: SKU
    /// The site's index in `RuleSet.sites`.
    package var site: Int
    /// In any order; rows of one location are added up first.
    package var locations: ArraySlice<LocationNet>
    package var orders: WebOrders
    /// What the groups have consumed of their quotas in the period, by fence.
    ///
    /// For a fence that is not listed, its open `orders` are taken as its consumption: nothing else is known.
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

/// What one location holds of a SKU: on hand − committed − unusable, which can be negative.
package struct LocationNet: Hashable, Sendable {
    package let location: Location
    package internal(set) var net: Quantity
    /// The index in `RuleSet.fences` of the fence that owns the location; nil if it feeds the shared pool.
    package let owner: Int?

    package init(location: Location, net: Quantity, owner: Int? = nil) {
        self.location = location
        self.net = net
        self.owner = owner
    }
}

/// A quantity of one fence.
package struct FenceQuantity: Hashable, Sendable {
    /// The fence's index in `RuleSet.fences`.
    package let fence: Int
    package let quantity: Quantity

    package init(fence: Int, quantity: Quantity) {
        self.fence = fence
        self.quantity = quantity
    }
}

/// Web orders that the shop has accepted and the ERP does not know yet, by pool.
package struct WebOrders: Hashable, Sendable {
    package var shared: Quantity
    /// Orders whose pool is not known; they count against the shared pool.
    package var unattributed: Quantity
    package var fences: [FenceQuantity]

    package static let none = WebOrders()

    package init(shared: Quantity = .zero, unattributed: Quantity = .zero, fences: [FenceQuantity] = []) {
        self.shared = shared
        self.unattributed = unattributed
        self.fences = fences
    }

    /// Adds what was ordered from a pool, given by name; if the rules have no such pool, it is unattributed.
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
