import InventoryCore
import StateStore
import TidegateSettings

/// Positions → figures: what was taken for whom, by which rule, and what is left.
extension Explanation {
    mutating func tellFigures(
        _ sku: SKU,
        _ positions: [Position],
        _ receipts: [LevelReceipts],
        _ doubts: DoubtBook,
        at instant: Timestamp,
        in shop: Shop
    ) async throws {
        let apportioner = try shop.settings.apportioner(at: instant)
        let division = try await StockDivision(
            of: [sku],
            by: apportioner,
            levels: receipts.map(\.level),
            in: shop
        )
        let doubtful = DoubtfulStock(doubts, units: apportioner.units)
        let divided = division.divide(sku, positions, unclear: doubtful.unclear(sku) { positions })
        let result = divided.apportionment
        lines.append("base unit   what of it counts, at each location")
        for (location, net) in result.stock.nets {
            let role = apportioner.rules.role(of: location)
            let owner = role?.owner.map { ", all for \(apportioner.rules.poolName($0))" } ?? ""
            let home = role.map { " (site \(apportioner.rules.sites[$0.site].id)\(owner))" } ?? " (no site)"
            lines.append("  \(location)  \(net)\(home)")
        }
        let shown = apportioner.rules.pools(shownTo: group)
        for interval in apportioner.intervals(of: sku, positions, doubtful)
        where shown.contains(interval.owner) {
            tell(interval, apportioner.rules)
        }
        if let group, shown == [nil] {
            lines.append("group       \(group) has no fence: it buys from the shared pool")
        }
        for allocation in result.allocations { tell(allocation, shown, divided.quotas, apportioner.rules) }
        for figure in result.figures.pools where figure.unoffered > .zero && shown.contains(figure.pool) {
            let pool = apportioner.rules.poolName(figure.pool)
            lines.append(
                "  rounding    \(figure.unoffered) of the pool \(pool) is no whole unit and is not offered"
            )
        }
        let keys = apportioner.rules.levels(of: sku, shownIn: shown)
        for level in divided.wanted where group == nil || keys(level.key) {
            let place = level.key.sku == sku ? "" : "\(level.key.sku), "
            let warehouse = level.key.warehouse.map { " in \($0)" } ?? ""
            let pending = divided.orders.pending(of: level.key)
            let isUnclear = result.figures.unclear.contains(level.key)
            lines.append(
                "wanted      \(place)\(level.key.unit)\(warehouse): "
                    + (isUnclear ? "not known for sure; what the shop shows stays" : "\(level.quantity)")
                    + (pending > .zero ? ", up to \(pending) of it for checkouts that are under way" : "")
            )
        }
        lines.append("rules       \(apportioner.text.version)")
        tellLevels(receipts.filter { group == nil || keys($0.level.key) }, of: sku)
    }

    private mutating func tell(_ interval: BaseInterval, _ rules: RuleSet) {
        let place = "site \(rules.sites[interval.site].id), pool \(rules.poolName(interval.owner))"
        lines.append(
            "in doubt    \(place): \(interval.used) counts, can be \(interval.low) to \(interval.high)"
        )
    }

    private mutating func tell(
        _ allocation: SiteAllocation,
        _ shown: [Int?],
        _ quotas: [QuotaUse.Quota],
        _ rules: RuleSet
    ) {
        lines.append("site        \(rules.sites[allocation.site].id): net \(allocation.net)")
        let rule = allocation.safetyRule.map { rules.safety[$0] }
        let place = rule?.place.map { " (\($0))" } ?? ""
        lines.append("  safety      \(allocation.safetyHeld) of \(allocation.safetyWanted) kept back\(place)")
        lines.append("  pool        \(allocation.pool)")
        var others = QuantityTotal.zero
        for (number, share) in allocation.fences.enumerated() where share.isConcerned {
            if shown.contains(number) {
                let quota = quotas.first { $0.site == allocation.site && $0.fence == number }
                tell(share, rules.fences[number], quota)
            } else {
                others.add(share.carved)
            }
        }
        if others != .zero { lines.append("  others      \(others) set apart for other groups") }
        guard shown.contains(nil) else { return }
        lines.append("  shared      \(allocation.shared)")
        if allocation.orders > .zero { lines.append("    open web orders \(allocation.orders)") }
    }

    private mutating func tell(_ share: FenceAllocation, _ fence: Fence, _ quota: QuotaUse.Quota?) {
        let group = fence.customerGroup.isEmpty ? "" : " for \(fence.customerGroup)"
        lines.append(
            "  \(fence.id)  \(share.published)\(group): \(share.carved) of the pool, "
                + "\(share.dedicated) from its own locations"
        )
        guard let number = share.rule else {
            lines.append("    no rule of it matches now")
            return
        }
        let rule = fence.rules[number]
        let unit = rule.hold.kind == "percent" ? " %" : ""
        let place = rule.place.map { " (\($0))" } ?? ""
        lines.append("    by rule \(number + 1), \(rule.hold.kind) \(rule.hold.quantity)\(unit)\(place)")
        if rule.isQuota { tell(quota, share, rule) }
        if let min = rule.min { lines.append("    minimum \(min): \(share.minimumGrant) granted") }
        var target = "    target \(share.target)"
        if share.steppedTarget != share.target { target += ", after cap and step \(share.steppedTarget)" }
        if let part = share.proportionalShare { target += ", a share of \(part) in a short rank" }
        lines.append("\(target): \(share.targetGrant) granted")
        if share.orders > .zero { lines.append("    open web orders \(share.orders)") }
    }

    /// What a quota counts, and what is left of it.
    private mutating func tell(_ quota: QuotaUse.Quota?, _ share: FenceAllocation, _ rule: FenceRule) {
        guard let quota else {
            lines.append(
                "    quota \(rule.hold.quantity): orders are not read, so nothing is known to be bought"
            )
            return
        }
        let since =
            quota.span == QuotaUse.Quota.always ? "since orders are read" : "since \(quota.span.lowerBound)"
        let period = rule.period.map { " a \($0.unit.rawValue) (\($0.zone))" } ?? ""
        lines.append(
            "    quota \(quota.quantity)\(period): \(share.consumed) consumed \(since), \(share.target) left"
        )
    }
}

extension RuleSet {
    /// The pools that a customer group sees: its fences, or the shared pool; all of them without a group.
    ///
    /// A group is found by its name or its fence's. Nothing stands for the shared pool.
    fileprivate func pools(shownTo group: String?) -> [Int?] {
        guard let group else { return poolsByName }
        let own = fences.indices.filter { number in
            FenceID(fences[number].customerGroup) == FenceID(group) || fences[number].id == FenceID(group)
        }
        return own.isEmpty ? [nil] : own
    }

    /// Whether a level shows one of these pools.
    fileprivate func levels(of sku: SKU, shownIn pools: [Int?]) -> (LevelKey) -> Bool {
        var warehouses: Set<String?> = []
        var names: Set<SKU> = []
        for pool in pools {
            guard let pool else {
                warehouses.formUnion(sites.map(\.warehouse))
                continue
            }
            let target = fences[pool].publish
            if case .warehouse(let name) = target { warehouses.insert(name) }
            if let alias = target.alias(of: sku) { names.insert(alias) }
        }
        return { key in key.sku == sku ? warehouses.contains(key.warehouse) : names.contains(key.sku) }
    }
}
