/// The two passes over the fences, in order of rank and id.
extension Allocator {
    /// Pass 1: minimums, as far as the stock reaches.
    func grantMinimums(_ stock: SiteStock, _ allocation: inout SiteAllocation, _ left: inout Int64) {
        for fence in allocation.fences.indices {
            guard let number = allocation.fences[fence].rule else { continue }
            let rule = rules.fences[fence].rules[number]
            let minimum = max(0, min(rule.min?.millionths ?? 0, left))
            let grant = Quantity(millionths: minimum).floored(toStep: rule.step ?? stock.granularity)
            allocation.fences[fence].minimumGrant = grant
            allocation.fences[fence].carved = grant
            left -= grant.millionths
        }
    }

    /// Pass 2: targets, rank by rank.
    ///
    /// A rank whose targets do not fit is cut by the site's `shrink` policy.
    func grantTargets(_ stock: SiteStock, _ allocation: inout SiteAllocation, _ left: inout Int64) {
        let shrink = rules.sites[stock.site].shrink
        var start = 0
        while start < rules.fences.count {
            var end = start
            var wanted: Int128 = 0
            while end < rules.fences.count, rules.fences[end].rank == rules.fences[start].rank {
                setTarget(of: end, stock, &allocation)
                wanted += Int128(allocation.fences[end].wanted)
                end += 1
            }
            if wanted > 0 {
                if shrink == .proportional, wanted > Int128(left) {
                    shareTier(start..<end, stock, &allocation, &left)
                } else {
                    serveTier(start..<end, stock, &allocation, &left)
                }
            }
            start = end
        }
    }

    private func setTarget(of fence: Int, _ stock: SiteStock, _ allocation: inout SiteAllocation) {
        guard let number = allocation.fences[fence].rule else { return }
        let rule = rules.fences[fence].rules[number]
        let target: Quantity
        switch rule.hold {
        case .floor(let quantity): target = quantity
        case .quota(let quantity):
            if !allocation.fences[fence].statedConsumed {
                allocation.fences[fence].consumed = allocation.fences[fence].orders
            }
            target = remainder(of: quantity, after: allocation.fences[fence].consumed)
        case .percent(let percent): target = share(percent, of: allocation.pool)
        }
        let capped = max(.zero, min(target, rule.max ?? target))
        let stepped = capped.floored(toStep: rule.step ?? stock.granularity)
        allocation.fences[fence].target = target
        allocation.fences[fence].steppedTarget = stepped
        allocation.fences[fence].wanted = max(
            0,
            stepped.millionths - allocation.fences[fence].carved.millionths
        )
    }

    private func remainder(of quota: Quantity, after consumed: Quantity) -> Quantity {
        let rest = Int128(quota.millionths) - Int128(consumed.millionths)
        return Quantity(millionths: Int64(min(max(0, rest), Int128(Int64.max))))
    }

    /// A percentage of the pool, rounded down and capped at the greatest quantity (9.2 × 10¹² units).
    private func share(_ percent: Quantity, of pool: Quantity) -> Quantity {
        let share = Int128(pool.millionths) * Int128(percent.millionths) / Int128(100 * Quantity.scale)
        return Quantity(millionths: Int64(min(max(0, share), Int128(Int64.max))))
    }

    /// Each fence in turn takes what it wants, as far as the stock reaches.
    private func serveTier(
        _ tier: Range<Int>,
        _ stock: SiteStock,
        _ allocation: inout SiteAllocation,
        _ left: inout Int64
    ) {
        for fence in tier where allocation.fences[fence].wanted > 0 {
            grant(min(allocation.fences[fence].wanted, left), to: fence, stock, &allocation, &left)
        }
    }

    /// The fences of a short rank share what is left by highest averages.
    ///
    /// What rounding down to steps frees stays in `left`.
    private func shareTier(
        _ tier: Range<Int>,
        _ stock: SiteStock,
        _ allocation: inout SiteAllocation,
        _ left: inout Int64
    ) {
        let granularity = stock.granularity.millionths
        var claims = tier.map { HighestAverages.Claim(weight: allocation.fences[$0].wanted) }
        HighestAverages.divide(left, granularity: granularity, among: &claims)
        for (claim, fence) in zip(claims, tier) where claim.weight > 0 {
            let share = claim.units * granularity
            allocation.fences[fence].proportionalShare = Quantity(millionths: share)
            grant(share, to: fence, stock, &allocation, &left)
        }
    }

    private func grant(
        _ amount: Int64,
        to fence: Int,
        _ stock: SiteStock,
        _ allocation: inout SiteAllocation,
        _ left: inout Int64
    ) {
        guard let number = allocation.fences[fence].rule else { return }
        let step = rules.fences[fence].rules[number].step ?? stock.granularity
        let granted = Quantity(millionths: amount).floored(toStep: step).millionths
        let carved = allocation.fences[fence].carved.millionths + granted
        allocation.fences[fence].targetGrant = Quantity(millionths: granted)
        allocation.fences[fence].carved = Quantity(millionths: carved)
        left -= granted
    }
}
