import InventoryCore
import TestSupport

/// A random SKU at a random site, small enough for the slow twin, with every kind of rule.
struct RandomCase {
    var site: Site
    var safety: [SafetyRule]
    var fences: [Fence]
    var nets: [LocationNet] = []
    /// The owner of each of `nets` by name, because a fence's index changes with the rules.
    var owners: [FenceID?] = []
    var sharedOrders = Quantity.zero
    var unattributedOrders = Quantity.zero
    var fenceOrders: [(fence: FenceID, quantity: Quantity)] = []
    var consumed: [(fence: FenceID, quantity: Quantity)] = []
    let granularity: Quantity

    static let instant = Timestamp(microseconds: 1_000_000)
    static let sku = SKU("AB-1")

    var rules: RuleSet { RuleSet(sites: [site], safety: safety, fences: fences) }

    func stock(for rules: RuleSet) -> SiteStock {
        let placed = zip(nets, owners).map { net, owner in
            LocationNet(location: net.location, net: net.net, owner: owner.flatMap { rules.fenceNumber($0) })
        }
        let fences = fenceOrders.compactMap { order in
            rules.fenceNumber(order.fence).map { FenceQuantity(fence: $0, quantity: order.quantity) }
        }
        let consumed = consumed.compactMap { use in
            rules.fenceNumber(use.fence).map { FenceQuantity(fence: $0, quantity: use.quantity) }
        }
        return SiteStock(
            sku: RandomCase.sku,
            site: 0,
            locations: placed[...],
            orders: WebOrders(shared: sharedOrders, unattributed: unattributedOrders, fences: fences),
            consumed: consumed,
            granularity: granularity
        )
    }

    func allocation() -> SiteAllocation {
        let rules = rules
        return Allocator(rules: rules, at: RandomCase.instant).allocate(stock(for: rules))
    }
}

extension RandomCase {
    init(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let whole = Quantity.scale
        granularity = Quantity(millionths: random.pick([whole, whole, whole, whole / 100, 12 * whole]))
        site = Site(
            id: "main",
            netting: random.chance(30),
            shrink: random.chance(60) ? .proportional : .rank
        )
        safety = random.chance(40) ? [SafetyRule(quantity: RandomCase.amount(12, &random))] : []
        let ids = ["gold", "silver", "web", "b2b", "mkt", "é"].shuffled(using: &random)
        let count = Int.random(in: 0...ids.count, using: &random)
        let grain = granularity
        fences = ids.prefix(count).map { RandomCase.fence(FenceID($0), grain, &random) }
        for number in 0..<Int.random(in: 0...5, using: &random) {
            let amount = RandomCase.amount(90, &random)
            let net = random.chance(20) ? Quantity(millionths: -amount.millionths) : amount
            let owner = random.chance(25) ? fences.randomElement(using: &random)?.id : nil
            nets.append(LocationNet(location: Location("L\(number)"), net: net))
            owners.append(owner)
        }
        if random.chance(25) { sharedOrders = RandomCase.amount(20, &random) }
        if random.chance(10) { unattributedOrders = RandomCase.amount(9, &random) }
        for fence in fences {
            if random.chance(20) { fenceOrders.append((fence.id, RandomCase.amount(30, &random))) }
            if random.chance(20) { consumed.append((fence.id, RandomCase.amount(60, &random))) }
        }
    }

    /// Mostly whole, sometimes with decimals.
    private static func amount(_ unitsMax: Int64, _ random: inout SplitMix64) -> Quantity {
        let units = Int64.random(in: 0...unitsMax, using: &random) * Quantity.scale
        guard random.chance(20) else { return Quantity(millionths: units) }
        return Quantity(millionths: units + Int64.random(in: 0..<Quantity.scale, using: &random))
    }

    private static func fence(_ id: FenceID, _ granularity: Quantity, _ random: inout SplitMix64) -> Fence {
        let count = random.pick([0, 1, 1, 1, 1, 2])
        let rules = (0..<count).map { _ in rule(granularity, &random) }
        return Fence(id: id, rank: Int.random(in: 1...3, using: &random), rules: rules)
    }

    private static func rule(_ granularity: Quantity, _ random: inout SplitMix64) -> FenceRule {
        let quantity = amount(80, &random)
        let percent = Quantity(millionths: Int64.random(in: 0...200, using: &random) * (Quantity.scale / 2))
        let minimum = random.chance(40) ? amount(25, &random) : nil
        let room = amount(60, &random)
        let maximum =
            random.chance(30)
            ? Quantity(millionths: (minimum ?? .zero).millionths + room.millionths) : nil
        let multiples: Int64 = random.pick([1, 1, 5, 6, 12])
        let step = Quantity(millionths: granularity.millionths * multiples)
        return FenceRule(
            match: random.pick([.any, .any, SKUMatcher(pattern: "AB-*"), .exact("AB-1"), .exact("other")]),
            site: random.chance(30) ? "main" : nil,
            hold: random.pick([.floor(quantity), .floor(quantity), .quota(quantity), .percent(percent)]),
            min: minimum,
            max: maximum,
            step: random.chance(50) ? step : nil,
            validity: random.chance(15) ? random.pick([over, future, bounded]) : .always
        )
    }

    private static let over = Validity(from: nil, until: instant)
    private static let future = Validity(from: instant.adding(seconds: 1), until: nil)
    private static let bounded = Validity(from: instant, until: instant.adding(seconds: 1))
}
