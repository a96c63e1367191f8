/// Divides a SKU's stock at a site between safety stock, fences and the shared pool, by the rules in force at
/// one instant.
///
/// A value without state: the same stock, rules and instant give the same allocation, in any order and on any
/// thread. Arithmetic is exact; a sum that does not fit is capped and reported as `quantityTooLarge`.
package struct Allocator: Sendable {
    package let rules: RuleSet
    /// Rules whose validity does not contain this instant are ignored.
    package let instant: Timestamp
    /// Whether each rule is in force at the instant, all fences' rules in one list.
    private let inForce: [Bool]
    /// Like `inForce`, but true for every rule: finds rules that are in force at some other time.
    private let everInForce: [Bool]
    private let firstRule: [Int]
    private let allInForce: [Bool]
    private let safetyInForce: [Bool]

    package init(rules: RuleSet, at instant: Timestamp) {
        self.rules = rules
        self.instant = instant
        inForce = rules.fences.flatMap { fence in fence.rules.map { $0.validity.contains(instant) } }
        everInForce = Array(repeating: true, count: inForce.count)
        safetyInForce = Array(repeating: true, count: rules.safety.count)
        allInForce = rules.fences.map { fence in fence.rules.allSatisfy { $0.validity.contains(instant) } }
        var next = 0
        firstRule = rules.fences.map { fence in
            defer { next += fence.rules.count }
            return next
        }
    }

    /// Gives the allocation of one SKU at one site.
    package func allocate(_ stock: SiteStock) -> SiteAllocation {
        var allocation = SiteAllocation(for: rules)
        allocate(stock, into: &allocation)
        return allocation
    }

    /// Makes the allocation in place, normally without allocating memory; hot (benchmark `allocate`).
    ///
    /// `allocation` must have been made for the same rules.
    package func allocate(_ stock: SiteStock, into allocation: inout SiteAllocation) {
        precondition(allocation.fences.count == rules.fences.count, "an allocation of other rules")
        precondition(stock.granularity > .zero, "a granularity of nothing")
        allocation.sku = stock.sku
        allocation.site = stock.site
        allocation.findings.removeAll(keepingCapacity: true)
        for fence in allocation.fences.indices { allocation.fences[fence] = FenceAllocation() }
        findRules(stock, &allocation)
        takeOrders(stock, &allocation)
        let onShelves = addLocations(stock, &allocation)
        makePool(onShelves, stock, &allocation)
        var left = allocation.pool.millionths
        grantMinimums(stock, &allocation, &left)
        grantTargets(stock, &allocation, &left)
        allocation.shared = Quantity(millionths: left)
        publish(&allocation)
    }
}

extension Allocator {
    private func findRules(_ stock: SiteStock, _ allocation: inout SiteAllocation) {
        let site = stock.site
        let bytes = stock.sku.text.utf8.span
        let safety = safetyRule(of: stock.sku, bytes: bytes, site: site)
        allocation.safetyRule = safety
        allocation.safetyWanted = safety.map { rules.safety[$0].quantity } ?? .zero
        for fence in rules.fences.indices {
            let ruling = ruling(of: fence, stock.sku, bytes: bytes, site: site)
            allocation.fences[fence].rule = ruling.rule
            allocation.fences[fence].isConcerned = ruling.isConcerned
        }
    }

    /// Gives a fence's rule for a SKU at a site, and whether any of its rules matches, in force or not.
    @inline(__always)
    func ruling(of fence: Int, _ sku: SKU, bytes: Span<UInt8>, site: Int) -> (rule: Int?, isConcerned: Bool) {
        let range = firstRule[fence]..<firstRule[fence] + rules.fences[fence].rules.count
        let index = rules.fenceIndexes[fence]
        if let rule = index.first(sku, bytes: bytes, site: site, inForce: inForce[range]) {
            return (rule, true)
        }
        if allInForce[fence] { return (nil, false) }
        return (nil, index.first(sku, bytes: bytes, site: site, inForce: everInForce[range]) != nil)
    }

    /// Gives the index in `RuleSet.safety` of the rule for a SKU at a site, or nil.
    @inline(__always)
    func safetyRule(of sku: SKU, bytes: Span<UInt8>, site: Int) -> Int? {
        rules.safetyIndex.first(sku, bytes: bytes, site: site, inForce: safetyInForce[...])
    }

    private func takeOrders(_ stock: SiteStock, _ allocation: inout SiteAllocation) {
        for order in stock.orders.fences where order.quantity > .zero {
            let sum =
                Int128(allocation.fences[order.fence].orders.millionths) + Int128(order.quantity.millionths)
            allocation.fences[order.fence].orders = fitting(sum, &allocation)
            allocation.fences[order.fence].isConcerned = true
        }
        for use in stock.consumed {
            let sum =
                Int128(allocation.fences[use.fence].consumed.millionths) + Int128(use.quantity.millionths)
            allocation.fences[use.fence].consumed = fitting(sum, &allocation)
            allocation.fences[use.fence].statedConsumed = true
        }
    }

    /// Adds up the shared locations, and separately each fence's own.
    ///
    /// A location below zero counts as empty unless the site has `netting`.
    private func addLocations(_ stock: SiteStock, _ allocation: inout SiteAllocation) -> Int128 {
        let netting = rules.sites[stock.site].netting
        var nets = stock.locations
        if nets.contains(where: { $0.net < .zero }) {
            // Several rows of one location are added up before its floor at 0 is taken. If no row is
            // negative, the order makes no difference, so this step is skipped.
            nets = combined(nets, &allocation)
            for location in nets where location.net < .zero {
                allocation.findings.append(
                    .negativeStock(location.location, deficit: negated(location.net))
                )
            }
        }
        var shared: Int128 = 0
        for location in nets {
            let net = Int128(netting ? location.net.millionths : max(0, location.net.millionths))
            if let owner = location.owner {
                allocation.fences[owner].own += net
                allocation.fences[owner].isConcerned = true
            } else {
                shared += net
            }
        }
        return max(0, shared)
    }

    private func combined(
        _ nets: ArraySlice<LocationNet>,
        _ allocation: inout SiteAllocation
    ) -> ArraySlice<LocationNet> {
        var combined: [LocationNet] = []
        var sum: Int128 = 0
        let sorted = nets.sorted { $0.location < $1.location }
        for (index, row) in sorted.enumerated() {
            sum += Int128(row.net.millionths)
            if index + 1 < sorted.count, sorted[index + 1].location == row.location { continue }
            let net = fitting(sum, &allocation)
            combined.append(LocationNet(location: row.location, net: net, owner: row.owner))
            sum = 0
        }
        return combined[...]
    }

    /// Works out N, s and P from what is on the shelves, and each fence's D.
    private func makePool(_ onShelves: Int128, _ stock: SiteStock, _ allocation: inout SiteAllocation) {
        let ordered =
            Int128(max(0, stock.orders.shared.millionths))
            + Int128(max(0, stock.orders.unattributed.millionths))
        allocation.stock = fitting(onShelves, &allocation)
        allocation.orders = fitting(ordered, &allocation)
        var net = onShelves - ordered
        for fence in allocation.fences.indices {
            let own = max(0, allocation.fences[fence].own)
            let rest = own - Int128(allocation.fences[fence].orders.millionths)
            allocation.fences[fence].dedicated = fitting(max(0, rest), &allocation)
            allocation.fences[fence].ordersChargedToPool = fitting(max(0, -rest), &allocation)
            net -= max(0, -rest)
        }
        allocation.net = fitting(net, &allocation)
        let sellable = max(.zero, allocation.net)
        allocation.safetyHeld = min(max(.zero, allocation.safetyWanted), sellable)
        allocation.pool = Quantity(millionths: sellable.millionths - allocation.safetyHeld.millionths)
        if stock.orders.unattributed > .zero {
            allocation.findings.append(.unattributedOrder(stock.orders.unattributed))
        }
        if allocation.net < .zero { allocation.findings.append(.oversold(deficit: negated(allocation.net))) }
    }

    private func publish(_ allocation: inout SiteAllocation) {
        for fence in allocation.fences.indices {
            let carved = Int128(allocation.fences[fence].carved.millionths)
            let sum = carved + Int128(allocation.fences[fence].dedicated.millionths)
            allocation.fences[fence].published = fitting(sum, &allocation)
        }
    }

    /// Gives the nearest quantity that fits, and reports a finding if the value had to be capped.
    private func fitting(_ value: Int128, _ allocation: inout SiteAllocation) -> Quantity {
        let bound = Int128(Int64.max)
        if value <= bound, value >= -bound { return Quantity(millionths: Int64(value)) }
        if !allocation.findings.contains(.quantityTooLarge) { allocation.findings.append(.quantityTooLarge) }
        return Quantity(millionths: Int64(value < 0 ? -bound : bound))
    }

    private func negated(_ quantity: Quantity) -> Quantity {
        Quantity(millionths: quantity.millionths == Int64.min ? Int64.max : -quantity.millionths)
    }
}
