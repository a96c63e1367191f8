import InventoryCore
import TestSupport
import Testing

/// The specification's invariants, for random SKUs; a failure names its seed.
@Suite("Allocation, over random rules and stock")
struct AllocatorPropertyTests {
    private static let seedsPerBlock: UInt64 = 500

    private func seeds(_ block: UInt64) -> Range<UInt64> {
        block * Self.seedsPerBlock..<(block + 1) * Self.seedsPerBlock
    }

    @Test("the allocator gives what the slow, literal allocation gives", arguments: 34..<UInt64(54))
    func agreesWithTwin(block: UInt64) {
        for seed in seeds(block) {
            let random = RandomCase(seed: seed)
            let fast = LiteralAllocation(random.allocation(), random.rules)
            #expect(fast == LiteralAllocation(of: random), "seed \(seed)")
        }
    }

    @Test("conservation, signs, steps, caps and minimums hold (I1 to I4)", arguments: 12..<UInt64(24))
    func invariants(block: UInt64) {
        for seed in seeds(block) {
            let random = RandomCase(seed: seed)
            let rules = random.rules
            let allocation = random.allocation()
            let carved = allocation.fences.reduce(Int64(0)) { $0 + $1.carved.millionths }
            #expect(carved + allocation.shared.millionths == allocation.pool.millionths, "seed \(seed)")
            let right = allocation.pool.millionths + allocation.safetyHeld.millionths
            #expect(right == max(0, allocation.net.millionths), "seed \(seed)")
            #expect(allocation.shared >= .zero && allocation.safetyHeld >= .zero, "seed \(seed)")
            var room = allocation.pool.millionths
            for (fence, share) in zip(rules.fences, allocation.fences) {
                #expect(share.carved >= .zero && share.dedicated >= .zero, "seed \(seed)")
                let sum = share.minimumGrant.millionths + share.targetGrant.millionths
                #expect(sum == share.carved.millionths, "seed \(seed)")
                guard let number = share.rule else {
                    #expect(share.carved == .zero, "seed \(seed)")
                    continue
                }
                let rule = fence.rules[number]
                let step = rule.step ?? random.granularity
                #expect(share.carved.millionths % step.millionths == 0, "seed \(seed)")
                if let max = rule.max { #expect(share.carved <= max, "seed \(seed)") }
                let least = Quantity(millionths: min(rule.min?.millionths ?? 0, room)).floored(toStep: step)
                #expect(share.carved >= least, "seed \(seed)")
                room -= share.minimumGrant.millionths
            }
        }
    }

    @Test("rows and fences in any order give the same allocation (I5)", arguments: 24..<UInt64(28))
    func deterministic(block: UInt64) {
        for seed in seeds(block) {
            let random = RandomCase(seed: seed)
            var shuffled = random
            var order = SplitMix64(state: ~seed)
            let places = Array(random.nets.indices).shuffled(using: &order)
            shuffled.nets = places.map { random.nets[$0] }
            shuffled.owners = places.map { random.owners[$0] }
            shuffled.fences.shuffle(using: &order)
            shuffled.fenceOrders.shuffle(using: &order)
            shuffled.consumed.shuffle(using: &order)
            #expect(shuffled.rules.version == random.rules.version, "seed \(seed)")
            #expect(shuffled.allocation() == random.allocation(), "seed \(seed)")
        }
    }

    @Test("without fences everything is shared (I8)", arguments: 28..<UInt64(30))
    func withoutFences(block: UInt64) {
        for seed in seeds(block) {
            var random = RandomCase(seed: seed)
            random.fences = []
            let allocation = random.allocation()
            #expect(allocation.shared == allocation.pool, "seed \(seed)")
        }
    }

    @Test("a new rule for other SKUs changes nothing (I10)", arguments: 30..<UInt64(32))
    func foreignRules(block: UInt64) {
        for seed in seeds(block) {
            let random = RandomCase(seed: seed)
            var changed = random
            let foreign = FenceRule(
                match: .exact("other"),
                hold: .floor(Quantity(units: 5)),
                min: Quantity(units: 5)
            )
            changed.fences = random.fences.map { fence in
                Fence(
                    id: fence.id,
                    rank: fence.rank,
                    locations: fence.locations,
                    rules: [foreign] + fence.rules
                )
            }
            let before = LiteralAllocation(random.allocation(), random.rules)
            #expect(LiteralAllocation(changed.allocation(), changed.rules) == before, "seed \(seed)")
        }
    }

    @Test(
        "an allocation value that is used again keeps nothing of the SKU before",
        arguments: 32..<UInt64(34)
    )
    func reused(block: UInt64) {
        for seed in seeds(block) {
            let random = RandomCase(seed: seed)
            let rules = random.rules
            let allocator = Allocator(rules: rules, at: RandomCase.instant)
            var other = random.stock(for: rules)
            other.sku = "another"
            other.locations = [LocationNet(location: "X", net: Quantity(units: -7))]
            var allocation = allocator.allocate(other)
            allocator.allocate(random.stock(for: rules), into: &allocation)
            #expect(allocation == random.allocation(), "seed \(seed)")
        }
    }
}
