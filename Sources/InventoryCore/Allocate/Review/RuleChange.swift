/// What another rule set would do to the present stock, before anyone activates it.
///
/// Made by adding the allocations of each SKU at each site under both rule sets. Pools are matched by name.
package struct RuleChange: Sendable {
    package let before: RuleSetVersion
    package let after: RuleSetVersion
    /// In byte order of (site, pool), including pools without a change.
    package var pools: [PoolChange] {
        changes.values.sorted { ($0.site, FenceID($0.pool)) < ($1.site, FenceID($1.pool)) }
    }
    /// The greatest changes of a pool's quantity, the greatest first; at most `moversMax`.
    package private(set) var movers: [PoolMove] = []
    /// Levels that would be written.
    package private(set) var writes = 0

    private let old: RuleSet
    private let new: RuleSet
    private let moversMax: Int
    private var changes: [PoolKey: PoolChange] = [:]

    private struct PoolKey: Hashable {
        let site: SiteID
        let pool: FenceID
    }

    package init(from old: RuleSet, to new: RuleSet, moversMax: Int = 20) {
        self.old = old
        self.new = new
        self.moversMax = moversMax
        before = old.version
        after = new.version
    }

    /// Adds one SKU at one site, as both rule sets divide it; nil for a rule set that has no such site.
    package mutating func add(_ old: SiteAllocation?, _ new: SiteAllocation?) {
        var quantities: [FenceID: (before: Quantity, after: Quantity)] = [:]
        if let old {
            for pool in self.old.poolsByName {
                quantities[FenceID(self.old.poolName(pool))] = (old.quantity(ofPool: pool), .zero)
            }
        }
        if let new {
            for pool in self.new.poolsByName {
                let name = FenceID(self.new.poolName(pool))
                quantities[name, default: (.zero, .zero)].after = new.quantity(ofPool: pool)
            }
        }
        let site = old.map { self.old.sites[$0.site].id } ?? new.map { self.new.sites[$0.site].id }
        guard let sku = old?.sku ?? new?.sku, let site else { return }
        for (pool, quantity) in quantities {
            let key = PoolKey(site: site, pool: pool)
            changes[key, default: PoolChange(site: site, pool: pool.text)].count(
                quantity.before,
                quantity.after
            )
            guard quantity.before != quantity.after else { continue }
            let move = PoolMove(
                sku: sku,
                site: site,
                pool: pool.text,
                before: quantity.before,
                after: quantity.after
            )
            insert(move)
        }
    }

    /// Adds one SKU's levels under both rule sets: every level that differs, or that only one of them has, is
    /// a write.
    package mutating func add(levels old: [WantedLevel], _ new: [WantedLevel]) {
        let before = Dictionary(old.map { ($0.key, $0.quantity) }) { first, _ in first }
        var kept = 0
        for level in new {
            if let quantity = before[level.key] {
                kept += 1
                writes += quantity == level.quantity ? 0 : 1
            } else {
                writes += 1
            }
        }
        writes += before.count - kept
    }

    private mutating func insert(_ move: PoolMove) {
        if movers.count >= moversMax, let last = movers.last, !move.goes(before: last) { return }
        let place = movers.firstIndex { move.goes(before: $0) } ?? movers.count
        movers.insert(move, at: place)
        if movers.count > moversMax { movers.removeLast() }
    }
}

/// How one pool at one site changes.
package struct PoolChange: Hashable, Sendable {
    package let site: SiteID
    package let pool: String
    package private(set) var before = QuantityTotal.zero
    package private(set) var after = QuantityTotal.zero
    package private(set) var skusGaining = 0
    package private(set) var skusLosing = 0

    fileprivate init(site: SiteID, pool: String) {
        self.site = site
        self.pool = pool
    }

    fileprivate mutating func count(_ old: Quantity, _ new: Quantity) {
        before.add(old)
        after.add(new)
        if new > old { skusGaining += 1 }
        if new < old { skusLosing += 1 }
    }
}

/// One SKU's change in one pool.
package struct PoolMove: Hashable, Sendable {
    package let sku: SKU
    package let site: SiteID
    package let pool: String
    package let before: Quantity
    package let after: Quantity

    /// The size of the change in millionths; may be too large for a quantity.
    private var size: UInt64 { UInt64((Int128(after.millionths) - Int128(before.millionths)).magnitude) }

    /// Greater changes first, then by names, so that equal inputs give equal lists.
    fileprivate func goes(before other: PoolMove) -> Bool {
        if size != other.size { return size > other.size }
        return (sku, site, FenceID(pool)) < (other.sku, other.site, FenceID(other.pool))
    }
}
