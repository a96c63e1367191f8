/// How one SKU's stock at one site is divided, with every step on the way.
///
/// Quantities are in the SKU's base unit. `pool` = Σ `fences[].carved` + `shared`, and
/// `pool` + `safetyHeld` = max(0, `net`).
package struct SiteAllocation: Hashable, Sendable {
    package internal(set) var sku: SKU = ""
    /// The site's index in `RuleSet.sites`.
    package internal(set) var site = 0
    /// Σ max(0, net) of the site's shared locations.
    package internal(set) var stock = Quantity.zero
    /// W of the shared pool, with what nobody can attribute.
    package internal(set) var orders = Quantity.zero
    /// N: the stock of the site's shared locations less open web orders; can be negative.
    package internal(set) var net = Quantity.zero
    /// The index in `RuleSet.safety` of the rule that applies, or nil.
    package internal(set) var safetyRule: Int?
    /// S: the safety stock that rule asks for.
    package internal(set) var safetyWanted = Quantity.zero
    /// s: how much of S the stock covers.
    package internal(set) var safetyHeld = Quantity.zero
    /// P: what is divided between the fences and the shared pool.
    package internal(set) var pool = Quantity.zero
    /// What is left for everyone.
    package internal(set) var shared = Quantity.zero
    /// One for each of `RuleSet.fences`, in the same order.
    package internal(set) var fences: [FenceAllocation]
    package internal(set) var findings: [AllocationFinding] = []

    /// Makes an empty allocation that can be filled again and again without allocating memory.
    package init(for rules: borrowing RuleSet) {
        fences = Array(repeating: FenceAllocation(), count: rules.fences.count)
    }

    /// Gives the quantity of a pool before conversion to product units; nil is the shared pool.
    package func quantity(ofPool pool: Int?) -> Quantity {
        pool.map { fences[$0].published } ?? shared
    }
}

/// What one fence got, and why.
package struct FenceAllocation: Hashable, Sendable {
    /// The index in the fence's `rules` of the one that applies, or nil.
    package internal(set) var rule: Int?
    /// Whether the fence has to do with this SKU and site: a rule matches now or at another time, it owns a
    /// location that holds the SKU, or its group has open orders.
    package internal(set) var isConcerned = false
    /// What pass 1 gave.
    package internal(set) var minimumGrant = Quantity.zero
    /// What the rule's `hold` asks for, before `max` and `step`.
    package internal(set) var target = Quantity.zero
    /// The target after `max` and `step`.
    package internal(set) var steppedTarget = Quantity.zero
    /// What highest averages gave before rounding down to the step; nil if the rank was not short or the site
    /// shrinks by rank.
    package internal(set) var proportionalShare: Quantity?
    /// What pass 2 gave.
    package internal(set) var targetGrant = Quantity.zero
    /// a: both grants.
    package internal(set) var carved = Quantity.zero
    /// D: what the fence's own locations add.
    package internal(set) var dedicated = Quantity.zero
    /// W: the group's open web orders.
    package internal(set) var orders = Quantity.zero
    /// The part of them that the fence's own locations do not cover.
    package internal(set) var ordersChargedToPool = Quantity.zero
    /// What the quota counted as consumed.
    package internal(set) var consumed = Quantity.zero
    /// Whether that was stated; otherwise open web orders stand for it.
    package internal(set) var statedConsumed = false
    /// a + D: the pool's quantity before conversion to product units.
    package internal(set) var published = Quantity.zero

    /// The stock of the fence's own locations.
    var own: Int128 = 0
    /// What the fence still wants in pass 2.
    var wanted: Int64 = 0
}

/// Something allocation noticed that a person has to mend.
package enum AllocationFinding: Hashable, Sendable {
    case negativeStock(Location, deficit: Quantity)
    case oversold(deficit: Quantity)
    case unattributedOrder(Quantity)
    /// A sum was too large for a quantity and was capped.
    case quantityTooLarge

    package var code: InventoryException.Code {
        switch self {
        case .negativeStock: .negativeStock
        case .oversold: .oversold
        case .unattributedOrder: .unattributedOrder
        case .quantityTooLarge: .quantityTooLarge
        }
    }

    /// Gives the exception that a person sees.
    package func exception(sku: SKU, site: Site) -> InventoryException {
        switch self {
        case .negativeStock(let location, let deficit):
            // Without a location name the exception is about the SKU alone.
            if location.text.isEmpty {
                InventoryException(
                    code: code,
                    subject: Subject(sku: sku),
                    message: "\(sku) is \(deficit) below zero; it counts as empty."
                )
            } else {
                InventoryException(
                    code: code,
                    subject: Subject(sku: sku, location: location),
                    message: "\(sku) at location \(location) is \(deficit) below zero; "
                        + (site.netting
                            ? "site \(site.id) nets, so it comes off other locations."
                            : "it counts as empty.")
                )
            }
        case .oversold(let deficit):
            InventoryException(
                code: code,
                subject: Subject(sku: sku, site: site.id),
                message: "\(sku) at site \(site.id) is oversold: "
                    + "open web orders exceed its stock by \(deficit)."
            )
        case .unattributedOrder(let quantity):
            InventoryException(
                code: code,
                subject: Subject(sku: sku, site: site.id),
                message:
                    "\(quantity) of \(sku) at site \(site.id) were ordered from a pool that nobody can tell;"
                    + " they are taken from the shared pool."
            )
        case .quantityTooLarge:
            InventoryException(
                code: code,
                subject: Subject(sku: sku, site: site.id),
                message: "The stock of \(sku) at site \(site.id) adds up to more than can be counted."
            )
        }
    }
}
