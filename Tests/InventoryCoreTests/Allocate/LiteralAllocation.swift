import InventoryCore

/// The allocator's twin: the specification's arithmetic written down sentence by sentence, and slow.
///
/// For small numbers only. It shares no code with the allocator except the types of the rules.
struct LiteralAllocation: Equatable {
    var net: Int64 = 0
    var safety: Int64 = 0
    var pool: Int64 = 0
    var shared: Int64 = 0
    var carved: [String: Int64] = [:]
    var published: [String: Int64] = [:]
    var exceptions: [String] = []

    init(_ allocation: SiteAllocation, _ rules: RuleSet) {
        net = allocation.net.millionths
        safety = allocation.safetyHeld.millionths
        pool = allocation.pool.millionths
        shared = allocation.shared.millionths
        for (fence, share) in zip(rules.fences, allocation.fences) {
            carved[fence.id.text] = share.carved.millionths
            published[fence.id.text] = share.published.millionths
        }
        exceptions = allocation.findings.map(\.code.rawValue).sorted()
    }

    init(of random: RandomCase) {
        let dedicated = makePool(random)
        let granted = divide(random)
        for fence in random.fences {
            carved[fence.id.text] = granted[fence.id]
            published[fence.id.text] = granted[fence.id, default: 0] + dedicated[fence.id, default: 0]
        }
        exceptions.sort()
    }

    /// Steps 1 to 3: N, s, P, and each fence's D.
    private mutating func makePool(_ random: RandomCase) -> [FenceID: Int64] {
        for location in random.nets where location.net < .zero { exceptions.append("negative_stock") }
        func total(_ owner: FenceID?) -> Int64 {
            let own = zip(random.nets, random.owners).filter { $0.1 == owner }.map(\.0.net.millionths)
            return random.site.netting
                ? max(0, own.reduce(0, +)) : own.map { max(0, $0) }.reduce(0, +)
        }
        net = total(nil) - random.sharedOrders.millionths - random.unattributedOrders.millionths
        if random.unattributedOrders > .zero { exceptions.append("unattributed_order") }
        var dedicated: [FenceID: Int64] = [:]
        for fence in random.fences {
            let ordered = LiteralAllocation.sum(random.fenceOrders, fence.id) ?? 0
            dedicated[fence.id] = max(0, total(fence.id) - ordered)
            net -= max(0, ordered - total(fence.id))
        }
        if net < 0 { exceptions.append("oversold") }
        safety = min(random.safety.first?.quantity.millionths ?? 0, max(0, net))
        pool = max(0, net) - safety
        return dedicated
    }

    /// Steps 4 to 6: what each fence gets, and what is left.
    private mutating func divide(_ random: RandomCase) -> [FenceID: Int64] {
        let grain = random.granularity.millionths
        let order = random.fences.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        func step(_ fence: Fence) -> Int64 {
            LiteralAllocation.rule(of: fence)?.step?.millionths ?? grain
        }
        shared = pool
        var granted: [FenceID: Int64] = [:]
        func grant(_ fence: Fence, _ amount: Int64, _ left: inout Int64) {
            let whole = amount / step(fence) * step(fence)
            granted[fence.id, default: 0] += whole
            left -= whole
        }
        for fence in order {
            let minimum = LiteralAllocation.rule(of: fence)?.min?.millionths ?? 0
            grant(fence, min(minimum, shared), &shared)
        }
        for rank in Set(order.map(\.rank)).sorted() {
            let tier = order.filter { $0.rank == rank }
            let wanted = tier.map { fence in
                let target = target(of: fence, random) / step(fence) * step(fence)
                return max(0, target - granted[fence.id, default: 0])
            }
            if random.site.shrink == .proportional, wanted.reduce(0, +) > shared {
                let shares = LiteralAllocation.unitByUnit(shared, grain, wanted)
                for (fence, share) in zip(tier, shares) { grant(fence, share, &shared) }
            } else {
                for (fence, want) in zip(tier, wanted) { grant(fence, min(want, shared), &shared) }
            }
        }
        return granted
    }

    private func target(of fence: Fence, _ random: RandomCase) -> Int64 {
        guard let rule = LiteralAllocation.rule(of: fence) else { return 0 }
        let cap = rule.max?.millionths ?? Int64.max
        switch rule.hold {
        case .floor(let quantity): return min(cap, quantity.millionths)
        case .quota(let quantity):
            let stated = LiteralAllocation.sum(random.consumed, fence.id)
            let known = stated ?? LiteralAllocation.sum(random.fenceOrders, fence.id) ?? 0
            return min(cap, max(0, quantity.millionths - known))
        case .percent(let percent): return min(cap, pool * percent.millionths / 100_000_000)
        }
    }

    private static func rule(of fence: Fence) -> FenceRule? {
        fence.rules.first { rule in
            (rule.site == nil || rule.site == "main") && rule.match.matches(RandomCase.sku)
                && rule.validity.contains(RandomCase.instant)
        }
    }

    private static func sum(_ rows: [(fence: FenceID, quantity: Quantity)], _ fence: FenceID) -> Int64? {
        let own = rows.filter { $0.fence == fence }
        return own.isEmpty ? nil : own.map(\.quantity.millionths).reduce(0, +)
    }

    /// Gives units one by one to the greatest w / (n + 1), of equals to the first, until none fits.
    static func unitByUnit(_ supply: Int64, _ grain: Int64, _ weights: [Int64]) -> [Int64] {
        var counts = weights.map { _ in Int64(0) }
        for _ in 0..<(supply / grain) {
            var best: Int?
            for index in weights.indices where (counts[index] + 1) * grain <= weights[index] {
                guard let leader = best else {
                    best = index
                    continue
                }
                let challenge = Int128(weights[index]) * Int128(counts[leader] + 1)
                if challenge > Int128(weights[leader]) * Int128(counts[index] + 1) { best = index }
            }
            guard let best else { break }
            counts[best] += 1
        }
        return counts.map { $0 * grain }
    }
}
