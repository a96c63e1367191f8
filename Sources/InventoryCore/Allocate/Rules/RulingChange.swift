/// Finds the SKUs that a change of rules, units or time concerns: those that other rules apply to now, and no
/// others.
///
/// Made from the apportioner before and the one now. Asking about a SKU costs a fraction of working it out,
/// because only rules that changed are looked at.
package struct RulingChange: Sendable {
    /// Sites, general units or publishing changed, so every SKU is concerned.
    package let concernsAll: Bool
    /// Whether any location may have another site or owner than before.
    package let movesLocations: Bool

    private let old: Apportioner
    private let new: Apportioner
    /// Periods that were other ones then: their quotas are full again.
    private let turned: Set<QuotaPeriod>
    /// SKUs whose own units changed.
    private let units: Set<SKU>
    private let changesSafety: Bool
    private let fences: [FencePair]

    /// A fence whose rules changed: its index in each rule set, or nil if that has no such fence.
    private struct FencePair: Sendable {
        let old: Int?
        let new: Int?
    }

    /// - Parameters:
    ///   - old: how stock was divided.
    ///   - new: how it is divided now.
    ///   - turned: the periods of its quotas of which another one was under way at the old instant.
    package init(from old: Apportioner, to new: Apportioner, turned: Set<QuotaPeriod> = []) {
        self.old = old
        self.new = new
        self.turned = turned
        let (before, after) = (old.rules, new.rules)
        let sites = zip(before.sites, after.sites)
        concernsAll =
            before.sites.count != after.sites.count || old.publishUnits != new.publishUnits
            || old.units.general != new.units.general || old.units.isEmpty != new.units.isEmpty
            || sites.contains { $0.id != $1.id || $0.netting != $1.netting || $0.warehouse != $1.warehouse }
        movesLocations =
            sites.contains { $0.locations != $1.locations }
            || before.fences.filter { !$0.locations.isEmpty }.map(Ownership.init)
                != after.fences.filter { !$0.locations.isEmpty }.map(Ownership.init)
        let skus = Set(old.units.bySKU.keys).union(new.units.bySKU.keys)
        units = skus.filter { old.units.bySKU[$0] != new.units.bySKU[$0] }
        changesSafety = before.safety.map(SafetyRuling.init) != after.safety.map(SafetyRuling.init)
        let changesShrink = sites.contains { $0.shrink != $1.shrink }
        let ids = Set(before.fences.map(\.id)).union(after.fences.map(\.id)).sorted()
        fences = ids.map { FencePair(old: before.fenceNumber($0), new: after.fenceNumber($0)) }.filter {
            pair in
            guard !changesShrink, let oldFence = pair.old, let newFence = pair.new else { return true }
            return !RulingChange.isSame(old, oldFence, new, newFence, turned)
        }
    }

    /// Whether the change concerns no SKU at all.
    package var isEmpty: Bool {
        !concernsAll && !movesLocations && units.isEmpty && !changesSafety && fences.isEmpty
    }

    /// Whether other rules apply to a SKU than before, at any site.
    package func concerns(_ sku: SKU) -> Bool {
        if concernsAll || units.contains(sku) { return true }
        guard changesSafety || !fences.isEmpty else { return false }
        let bytes = sku.text.utf8.span
        for site in new.rules.sites.indices {
            if changesSafety, safety(old, sku, bytes, site) != safety(new, sku, bytes, site) { return true }
            for pair in fences {
                let before = pair.old.flatMap { ruling(old, $0, sku, bytes, site) }
                var after = pair.new.flatMap { ruling(new, $0, sku, bytes, site) }
                if let period = after?.period, turned.contains(period) { after?.hasTurned = true }
                if before != after { return true }
            }
        }
        return false
    }

    /// Whether a location has another site or owner than before, or its owner is published elsewhere.
    package func concerns(_ location: Location) -> Bool {
        concernsAll || movesLocations && home(old, location) != home(new, location)
    }

    // MARK: What is compared

    private struct Ownership: Hashable {
        let id: FenceID
        let locations: [Glob]
        let publish: PublishTarget

        init(_ fence: Fence) {
            (id, locations, publish) = (fence.id, fence.locations, fence.publish)
        }
    }

    private struct SafetyRuling: Hashable {
        let match: SKUMatcher
        let site: SiteID?
        let quantity: Quantity

        init(_ rule: SafetyRule) {
            (match, site, quantity) = (rule.match, rule.site, rule.quantity)
        }
    }

    /// What a rule says, without the SKUs it matches.
    private struct Ruling: Hashable {
        let rank: Int
        let publish: PublishTarget
        let shrink: Site.Shrink
        var hold: FenceRule.Hold?
        var min: Quantity?
        var max: Quantity?
        var step: Quantity?
        /// Whose purchases a quota counts, and for how long.
        var counts: QuotaCount?
        var group: String?
        var period: QuotaPeriod?
        /// Whether another period was under way before.
        var hasTurned = false
    }

    private func ruling(
        _ apportioner: Apportioner,
        _ fence: Int,
        _ sku: SKU,
        _ bytes: Span<UInt8>,
        _ site: Int
    ) -> Ruling? {
        let rules = apportioner.rules
        let found = apportioner.allocator.ruling(of: fence, sku, bytes: bytes, site: site)
        guard found.isConcerned else { return nil }
        var ruling = Ruling(
            rank: rules.fences[fence].rank,
            publish: rules.fences[fence].publish,
            shrink: rules.sites[site].shrink
        )
        guard let number = found.rule else { return ruling }
        let rule = rules.fences[fence].rules[number]
        ruling.hold = rule.hold
        (ruling.min, ruling.max, ruling.step) = (rule.min, rule.max, rule.step)
        if rule.isQuota {
            (ruling.counts, ruling.period) = (apportioner.quotaCounts, rule.period)
            if apportioner.quotaCounts == .group { ruling.group = rules.fences[fence].customerGroup }
        }
        return ruling
    }

    private func safety(_ apportioner: Apportioner, _ sku: SKU, _ bytes: Span<UInt8>, _ site: Int) -> Quantity
    {
        let rule = apportioner.allocator.safetyRule(of: sku, bytes: bytes, site: site)
        return rule.map { apportioner.rules.safety[$0].quantity } ?? .zero
    }

    private struct Home: Hashable {
        let site: SiteID
        let owner: FenceID?
        let publish: PublishTarget?
    }

    private func home(_ apportioner: Apportioner, _ location: Location) -> Home? {
        let rules = apportioner.rules
        return rules.role(of: location).map { role in
            let owner = role.owner.map { rules.fences[$0] }
            return Home(site: rules.sites[role.site].id, owner: owner?.id, publish: owner?.publish)
        }
    }

    /// Whether a fence says the same about the same SKUs at both instants.
    private static func isSame(
        _ old: Apportioner,
        _ oldFence: Int,
        _ new: Apportioner,
        _ newFence: Int,
        _ turned: Set<QuotaPeriod>
    ) -> Bool {
        let (before, after) = (old.rules.fences[oldFence], new.rules.fences[newFence])
        guard before.rank == after.rank, before.publish == after.publish,
            before.customerGroup == after.customerGroup || new.quotaCounts == .level,
            before.rules.count == after.rules.count
        else { return false }
        let countsSame = old.quotaCounts == new.quotaCounts
        return zip(before.rules, after.rules).allSatisfy { left, right in
            left.match == right.match && left.site == right.site && left.hold == right.hold
                && left.min == right.min && left.max == right.max && left.step == right.step
                && left.validity == right.validity && left.period == right.period
                && (countsSame || !right.isQuota) && !(right.period.map(turned.contains) ?? false)
                && left.validity.contains(old.instant) == right.validity.contains(new.instant)
        }
    }
}
