/// What the groups have consumed of their quotas, by SKU, site and fence (spec ring-fencing.md, 4).
package struct QuotaUse: Sendable {
    private let apportioner: Apportioner
    /// From when until just before when each period of the rules lasts now.
    private let periods: [QuotaPeriod: Range<Timestamp>]
    /// The fences with such a rule at all.
    private let fences: [Int]

    /// A quota that applies to a SKU.
    package struct Quota: Hashable, Sendable {
        /// The site's index in `RuleSet.sites`.
        package let site: Int
        /// The fence's index in `RuleSet.fences`.
        package let fence: Int
        package let quantity: Quantity
        /// What was bought then counts; without a period all that is known.
        package let span: Range<Timestamp>

        /// Before anything that can be ordered.
        package static let always =
            Timestamp(microseconds: .min)..<Timestamp(microseconds: .max)
    }

    /// - Parameters:
    ///   - apportioner: says which rules apply.
    ///   - periods: how long each period lasts that is under way at the apportioner's instant.
    package init(_ apportioner: Apportioner, periods: [QuotaPeriod: Range<Timestamp>]) {
        self.apportioner = apportioner
        self.periods = periods
        fences = apportioner.rules.fences.indices.filter { number in
            apportioner.rules.fences[number].rules.contains(where: \.isQuota)
        }
    }

    /// Whether no SKU can have a quota.
    package var isEmpty: Bool { fences.isEmpty }

    /// Gives the quotas that apply to a SKU; most have none.
    package func quotas(of sku: SKU) -> [Quota] {
        guard !fences.isEmpty else { return [] }
        let bytes = sku.text.utf8.span
        var quotas: [Quota] = []
        for fence in fences {
            for site in apportioner.rules.sites.indices {
                let ruling = apportioner.allocator.ruling(of: fence, sku, bytes: bytes, site: site)
                guard let number = ruling.rule else { continue }
                let rule = apportioner.rules.fences[fence].rules[number]
                guard case .quota(let quantity) = rule.hold else { continue }
                let span = rule.period.flatMap { periods[$0] } ?? Quota.always
                quotas.append(Quota(site: site, fence: fence, quantity: quantity, span: span))
            }
        }
        return quotas
    }

    /// Gives what was consumed of each of a SKU's quotas, those of which nothing was, too.
    ///
    /// A line in a unit without a factor counts for nothing: as long as it is open, the SKU does not rise.
    ///
    /// - Parameters:
    ///   - quotas: the quotas of the SKU.
    ///   - sku: the SKU.
    ///   - lines: what was ordered on its product and on those that show its stock, in any order.
    ///   - shopUnits: the units in which the shop sells it.
    /// - Returns: one for each quota, in their order.
    package func consumed(
        of quotas: [Quota],
        _ sku: SKU,
        by lines: [QuotaLine],
        shopUnits: [ShopUnit]
    ) -> [SKUOrders.Consumed] {
        var used = Array(repeating: Quantity.zero, count: quotas.count)
        // Where several sites feed one level, the order can matter.
        for line in lines.sorted(by: QuotaLine.precedes) {
            let units = apportioner.units
            guard let quantity = units.inBase(line.ordered, of: line.level.unit, sku, shopUnits) else {
                continue
            }
            let rules = apportioner.rules
            let pool = rules.pool(of: line.level, showing: sku, customerGroup: line.customerGroup)
            for fence in fences where counts(line, pool, for: rules.fences[fence], fence) {
                let places = quotas.indices.filter { place in
                    quotas[place].fence == fence && pool.sites.contains(quotas[place].site)
                        && quotas[place].span.contains(line.placed)
                }
                QuotaUse.add(quantity, at: places, of: quotas, to: &used)
            }
        }
        return zip(quotas, used).map { quota, used in
            SKUOrders.Consumed(
                site: quota.site,
                use: FenceQuantity(fence: quota.fence, quantity: used)
            )
        }
    }

    private func counts(_ line: QuotaLine, _ pool: OrderedPool, for fence: Fence, _ number: Int) -> Bool {
        switch apportioner.quotaCounts {
        case .level: pool.fence == number
        case .group: !fence.customerGroup.isEmpty && line.customerGroup == fence.customerGroup
        }
    }

    /// Takes it off one quota after the other; what exceeds all of them stays with the first.
    ///
    /// Nobody can tell at which of several sites the stock lay that was bought. Together they are what they
    /// should be.
    private static func add(
        _ quantity: Quantity,
        at places: [Int],
        of quotas: [Quota],
        to used: inout [Quantity]
    ) {
        var rest = quantity.millionths
        for place in places where rest > 0 {
            let part = min(rest, max(0, quotas[place].quantity.millionths - used[place].millionths))
            used[place] = Quantity(millionths: used[place].millionths + part)
            rest -= part
        }
        guard rest > 0, let first = places.first else { return }
        used[first] = used[first].adding(clamping: Quantity(millionths: rest))
    }
}
