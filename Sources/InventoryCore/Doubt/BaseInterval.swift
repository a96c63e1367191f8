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
        let roles = doubtful(sku, doubts)
        guard !roles.isEmpty else { return [] }
        func bases(_ bound: DoubtfulStock.Bound) -> [Quantity] {
            self.bases(of: roles, sku, doubts.applied(bound, to: positions, of: sku))
        }
        let (low, used, high) = (bases(.low), bases(.used), bases(.high))
        return roles.indices.map { number in
            BaseInterval(
                site: roles[number].site,
                owner: roles[number].owner,
                low: low[number],
                used: used[number],
                high: high[number]
            )
        }
    }

    /// Gives Σ (B_hi − B_lo) of a SKU's pools; a whole delivery can be in doubt, so this is all it works out.
    fileprivate func width(of sku: SKU, _ positions: [Position], _ doubts: DoubtfulStock) -> QuantityTotal {
        let roles = doubtful(sku, doubts)
        var width = QuantityTotal.zero
        guard !roles.isEmpty else { return width }
        let low = bases(of: roles, sku, doubts.applied(.low, to: positions, of: sku))
        let high = bases(of: roles, sku, doubts.applied(.high, to: positions, of: sku))
        for (low, high) in zip(low, high) {
            width.add(Quantity(millionths: high.millionths - low.millionths))
        }
        return width
    }

    /// The pools that a doubtful position feeds which was once clear.
    private func doubtful(_ sku: SKU, _ doubts: DoubtfulStock) -> [LocationRole] {
        var roles: [LocationRole] = []
        for doubt in doubts[sku] where doubt.last != nil {
            guard let role = rules.role(of: doubt.key.location), !roles.contains(role) else { continue }
            roles.append(role)
        }
        return roles.sorted { ($0.site, $0.owner ?? -1) < ($1.site, $1.owner ?? -1) }
    }

    /// The base of each of these pools.
    private func bases(of roles: [LocationRole], _ sku: SKU, _ positions: [Position]) -> [Quantity] {
        var sums = Array(repeating: Int128(0), count: roles.count)
        for (location, net) in BaseStock(sku: sku, positions: positions, units: units).nets {
            guard let number = rules.role(of: location).flatMap({ roles.firstIndex(of: $0) }) else {
                continue
            }
            let isNetted = rules.sites[roles[number].site].netting
            sums[number] += Int128(isNetted ? net.millionths : max(0, net.millionths))
        }
        return sums.map { Quantity(millionths: Int64(clamping: max(0, $0))) }
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

    /// Takes what was counted before.
    package init(skus: Int, neverClear: Int, width: QuantityTotal) {
        (self.skus, self.neverClear, self.width) = (skus, neverClear, width)
    }

    /// Counts a SKU with its positions, if something of it is in doubt.
    package mutating func count(
        _ sku: SKU,
        _ positions: [Position],
        _ doubts: DoubtfulStock,
        by apportioner: Apportioner
    ) {
        guard !doubts[sku].isEmpty else { return }
        skus += 1
        if !doubts.unclear(sku, known: { positions }).isEmpty { neverClear += 1 }
        width.add(apportioner.width(of: sku, positions, doubts))
    }

    mutating func add(_ width: QuantityTotal, isNeverClear: Bool) {
        skus += 1
        if isNeverClear { neverClear += 1 }
        self.width.add(width)
    }

    /// Takes off what was counted of some SKUs.
    package mutating func remove(_ some: DoubtTotals) {
        skus -= some.skus
        neverClear -= some.neverClear
        width.add(some.width.negated)
    }

    /// Adds what was counted of other SKUs.
    package mutating func add(_ other: DoubtTotals) {
        skus += other.skus
        neverClear += other.neverClear
        width.add(other.width)
    }
}
