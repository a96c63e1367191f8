import Foundation
import Testing

@testable import InventoryCore

/// Seeded runs in virtual time in which everything goes wrong that can go wrong.
struct PushFaultTests {
    /// `TIDEGATE_PUSH_SEEDS` asks for more than the usual test has time for.
    static let seeds: Range<UInt64> =
        0..<(ProcessInfo.processInfo.environment["TIDEGATE_PUSH_SEEDS"].flatMap { UInt64($0) } ?? 64)

    /// A run of one of eight kinds of shop, by the seed.
    static func harness(
        seed: UInt64,
        faults share: Double,
        stocks: ClosedRange<Int> = 10...300,
        script: (inout SeededRandom, Catalogue) -> [(at: Double, step: PushHarness.Step)] = { _, _ in [] }
    ) -> PushHarness {
        var random = SeededRandom(seed: seed)
        let catalogue = Catalogue.random(
            stocks: Int.random(in: stocks, using: &random),
            share: 0.7,
            using: &random
        )
        var options = PushOptions()
        var faults = FaultPlan()
        faults.share = share
        var shop = ShopModel(stock: catalogue.stock, consumers: 1 + Int(seed % 3), faults: faults, seed: seed)
        switch seed % 4 {
        case 0: options.mode = .single
        case 1:
            options.batchSupport = .synchronous
            shop.supportsSynchronous = true
        case 2: shop.supportsBatch = seed % 8 != 2
        default: options.mode = .batch
        }
        let steps = script(&random, catalogue)
        return PushHarness(catalogue: catalogue, options: options, shop: shop, script: steps, seed: seed)
    }

    @Test("everything arrives in order although a fifth of all requests fails", arguments: seeds)
    func everythingArrives(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0.2)
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.unmet().isEmpty && harness.outbox.isEmpty, "seed \(seed)")
        #expect(harness.stopped == nil, "seed \(seed)")
    }

    @Test("a fifth of failing requests costs at most 1.3 times the requests", arguments: [true, false])
    func failuresCostFewRequests(isSingle: Bool) {
        var calmRequests = 0
        var stormyRequests = 0
        // A small run of batches is a dozen requests, so its last stragglers would dominate.
        let stocks = isSingle ? 300...500 : 5000...6000
        for kind in isSingle ? [0, 2, 4] : [1, 3, 5, 6, 7] as [UInt64] {
            for round in 0..<2 {
                let seed = kind + 8 * UInt64(round)
                var calm = PushFaultTests.harness(seed: seed, faults: 0, stocks: stocks)
                calm.run()
                var stormy = PushFaultTests.harness(seed: seed, faults: 0.2, stocks: stocks)
                stormy.run()
                #expect(calm.violations.isEmpty && stormy.violations.isEmpty, "seed \(seed)")
                #expect(stormy.unmet().isEmpty, "seed \(seed)")
                calmRequests += calm.requests
                stormyRequests += stormy.requests
            }
        }
        #expect(Double(stormyRequests) <= 1.3 * Double(calmRequests), "\(calmRequests) → \(stormyRequests)")
    }

    @Test("crashes and newer wishes lose nothing and bring nothing old back", arguments: seeds)
    func crashesLoseNothing(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0.1) { random, catalogue in
            var steps: [(at: Double, step: PushHarness.Step)] = []
            for _ in 0..<4 {
                let changes = catalogue.newChanges(share: 0.3, using: &random)
                steps.append((Double.random(in: 0...60, using: &random), .want(changes)))
                steps.append((Double.random(in: 0...90, using: &random), .crash))
            }
            return steps
        }
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.unmet().isEmpty && harness.outbox.isEmpty, "seed \(seed)")
    }

    @Test("levels that are made anew under another id get their figure", arguments: 0..<40)
    func recreatedLevels(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0.1) { random, catalogue in
            let keys = catalogue.levels.keys.sorted()
            return (0..<5).compactMap { _ in
                guard let key = keys.randomElement(using: &random) else { return nil }
                return (Double.random(in: 0...5, using: &random), .recreate(key))
            }
        }
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.unmet().isEmpty && harness.outbox.isEmpty, "seed \(seed)")
    }

    @Test("a poison record is refused alone, and parks only the increases of its stock", arguments: 0..<40)
    func poisonIsIsolated(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: seed % 2 == 0 ? 0 : 0.1)
        var random = SeededRandom(seed: seed &+ 99)
        // The engine has gates of its own; what a lost answer leaves behind only the outbox knows.
        harness.outbox.gates = seed % 6 != 0
        let levels = harness.outbox.levels.sorted { $0.key < $1.key }
        harness.shop.poison = Set(
            levels.filter { _ in Int.random(in: 0..<20, using: &random) == 0 }.map(\.value)
        )
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.stopped == nil, "seed \(seed)")
        let poisoned = Set(levels.filter { harness.shop.poison.contains($0.value) }.map(\.key))
        let bad = Set(poisoned.filter { harness.outbox.refused.contains($0) }.map(\.sku))
        for key in harness.unmet() {
            #expect(poisoned.contains(key) || bad.contains(key.sku), "seed \(seed): \(key)")
        }
        #expect(harness.outbox.claims.isEmpty, "seed \(seed)")
    }

    @Test("a record that kills every request it is part of is found and refused alone", arguments: 0..<24)
    func killerIsFound(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0, stocks: 100...300)
        let killer = harness.outbox.pending.keys.sorted()[Int(seed)]
        harness.shop.killers = Set([harness.outbox.levels[killer]].compactMap { $0 })
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.stopped == nil, "seed \(seed)")
        #expect(harness.refusals == [killer], "seed \(seed)")
        #expect(harness.unmet().contains(killer))
        #expect(harness.unmet().allSatisfy { $0.sku == killer.sku }, "seed \(seed)")
    }

    @Test("an outage is waited for, and then everything arrives", arguments: 0..<16)
    func outagePasses(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0)
        harness.shop.faults.outages = [1.5...Double(40 + seed)]
        harness.run()
        #expect(harness.violations.prefix(3) == [], "seed \(seed)")
        #expect(harness.unmet().isEmpty && harness.outbox.isEmpty && harness.stopped == nil, "seed \(seed)")
        #expect(harness.engine.progress.probes < 20)
    }

    @Test("an outage beyond patience stops the push and keeps the outbox", arguments: 0..<8)
    func longOutageStops(seed: UInt64) {
        var harness = PushFaultTests.harness(seed: seed, faults: 0, stocks: 200...300)
        harness.shop.faults.outages = [0.5...100_000]
        harness.run()
        #expect(harness.stopped == .outage("502"), "seed \(seed)")
        #expect(harness.shop.now < 800)
        #expect(harness.violations.isEmpty && !harness.outbox.isEmpty, "seed \(seed)")
        #expect(harness.requests < 100, "seed \(seed)")
    }
}
