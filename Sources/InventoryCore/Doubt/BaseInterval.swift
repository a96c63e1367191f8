/// What the base of one pool can be, at least and at most, while positions that feed it are in doubt (spec,
/// Stock in doubt, section 2); in base units.
package struct BaseInterval: Hashable, Sendable {
    /// The site's index in `RuleSet.sites`.
    package let site: Int
    /// The fence's index in `RuleSet.fences` whose own locations these are; nothing of the shared ones.
    package let owner: Int?
    package let low: Quantity
    /// What it counts as.
    package let used: Quantity
    package let high: Quantity
}

extension Apportioner {
    /// Gives the interval of each pool of a SKU with a position in doubt that was once clear, by site and in
    /// the order of the fences, shared pools first.
    ///
    /// `positions` are all of the SKU.
    package func intervals(
        of sku: SKU,
        _ positions: [Position],
        _ doubts: DoubtfulStock
    ) -> [BaseInterval] {
        let roles = Set(doubts[sku].filter { $0.last != nil }.compactMap { rules.role(of: $0.key.location) })
        guard !roles.isEmpty else { return [] }
        func bases(_ bound: DoubtfulStock.Bound) -> [LocationRole: Quantity] {
            let stock = BaseStock(
                sku: sku,
                positions: doubts.applied(bound, to: positions, of: sku),
                units: units
            )
            var sums: [LocationRole: Int128] = [:]
            for (location, net) in stock.nets {
                guard let role = rules.role(of: location), roles.contains(role) else { continue }
                let isNetted = rules.sites[role.site].netting
                sums[role, default: 0] += Int128(isNetted ? net.millionths : max(0, net.millionths))
            }
            return sums.mapValues { Quantity(millionths: Int64(clamping: max(0, $0))) }
        }
        let (low, used, high) = (bases(.low), bases(.used), bases(.high))
        return roles.sorted { ($0.site, $0.owner ?? -1) < ($1.site, $1.owner ?? -1) }.map { role in
            BaseInterval(
                site: role.site,
                owner: role.owner,
                low: low[role] ?? .zero,
                used: used[role] ?? .zero,
                high: high[role] ?? .zero
            )
        }
    }
}

/// How much is in doubt, for the certificate.
package struct DoubtTotals: Hashable, Sendable {
    /// SKUs with a position in doubt.
    package private(set) var skus = 0
    /// Those of them with a position that was never clear: what the shop shows of its pool stays.
    package private(set) var neverClear = 0
    /// Σ (B_hi − B_lo).
    package private(set) var width = QuantityTotal.zero

    package init() {}

    /// Counts a SKU with its positions, if something of it is in doubt.
    package mutating func count(
        _ sku: SKU,
        _ positions: [Position],
        _ doubts: DoubtfulStock,
        by apportioner: Apportioner
    ) {
        guard !doubts[sku].isEmpty else { return }
        skus += 1
        if !doubts.unclear(sku).isEmpty { neverClear += 1 }
        for interval in apportioner.intervals(of: sku, positions, doubts) {
            width.add(Quantity(millionths: interval.high.millionths - interval.low.millionths))
        }
    }
}
