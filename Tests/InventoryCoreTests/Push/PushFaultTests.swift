import Testing

@testable import InventoryCore

/// Seeded runs in virtual time in which everything goes wrong that can.
struct PushFaultTests {
    static func harness(seed: UInt64, faults share: Double) -> PushHarness {
        var random = SeededRandom(seed: seed)
        let catalogue = Catalogue.random(
            stocks: Int.random(in: 10...300, using: &random),
            share: 0.7,
            using: &random
        )
        var options = PushOptions()
        var faults = FaultPlan()
        faults.share = share
        var shop = ShopModel(stock: catalogue.stock, consumers: 1 + Int(seed % 3), faults: faults, seed: seed)
        switch seed % 4 {
        case 0:
            options.mode = .single
        case 1:
            options.batchSupport = .synchronous
            shop.supportsSynchronous = true
        case 2: shop.supportsBatch = seed % 8 != 2
        default: options.mode = .batch
        }
        return PushHarness(catalogue: catalogue, options: options, shop: shop, seed: seed)
    }

    @Test("everything arrives once, in order, although a fifth of all requests fails", arguments: 0..<240)
    func everythingArrives(seed: UInt64) {
        var calm = PushFaultTests.harness(seed: seed, faults: 0)
        calm.run()
        #expect(calm.violations.prefix(3) == [], "seed \(seed)")
        #expect(calm.unmet().isEmpty && calm.outbox.isEmpty, "seed \(seed)")

        var stormy = PushFaultTests.harness(seed: seed, faults: 0.2)
        stormy.run()
        #expect(stormy.violations.prefix(3) == [], "seed \(seed)")
        #expect(stormy.unmet().isEmpty && stormy.outbox.isEmpty, "seed \(seed): \(stormy.unmet().count) unmet")
        #expect(stormy.stopped == nil)
    }
}
