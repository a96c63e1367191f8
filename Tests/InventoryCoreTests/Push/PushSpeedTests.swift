import Testing

@testable import InventoryCore

/// Speed against the shop's capacity, in virtual time: the shop is the limit, not the engine.
struct PushSpeedTests {
    static func run(
        consumers: Int,
        records: Int,
        zeros: Int = 0,
        cores: Int = 2,
        options: PushOptions = PushOptions(),
        script: [(at: Double, step: PushHarness.Step)] = [],
        secondsMax: Double = 100_000
    ) -> PushHarness {
        let half = (records - zeros) / 2
        let catalogue = Catalogue.plain(zeros: zeros, decreases: half, increases: records - zeros - half)
        var shop = ShopModel(stock: catalogue.stock, consumers: consumers, faults: FaultPlan(), seed: 7)
        shop.cores = cores
        var harness = PushHarness(catalogue: catalogue, options: options, shop: shop, script: script, seed: 7)
        harness.outbox.gates = false
        harness.run(seconds: secondsMax)
        return harness
    }

    @Test("batches use at least 95 % of what the consumers can do", arguments: [1, 2, 4])
    func batchesUseTheCapacity(consumers: Int) {
        let harness = PushSpeedTests.run(consumers: consumers, records: 25_000, cores: max(2, consumers))
        let rate = 25_000 / harness.shop.now
        #expect(harness.violations.isEmpty && harness.unmet().isEmpty)
        #expect(rate >= 0.95 * 115 * Double(consumers), "\(rate) records/s")
    }

    @Test("zeros are acknowledged within 1.2 times their share of the time")
    func zerosComeFirst() {
        let harness = PushSpeedTests.run(consumers: 2, records: 100_000, zeros: 2000)
        let share = (harness.waveEnds[.zero] ?? .infinity) / harness.shop.now
        #expect(share <= 1.2 * 0.02, "\(share)")
        #expect(harness.unmet().isEmpty)
    }

    @Test("at least 90 % of the capacity is used while consumers come and go and latency triples")
    func followsChanges() {
        let script: [(at: Double, step: PushHarness.Step)] = [
            (60, .consumers(3, rate: 115)), (120, .consumers(1, rate: 115)), (200, .latency(factor: 3)),
            (320, .latency(factor: 1)), (320, .consumers(2, rate: 115)),
        ]
        let harness = PushSpeedTests.run(consumers: 2, records: 60_000, cores: 4, script: script)
        // 60 s of two consumers, 60 of three, 80 of one, 120 of one at a third of its speed.
        let changing = 420.0
        let capacity = 115 * (changing + (harness.shop.now - 320) * 2)
        #expect(60_000 >= 0.9 * capacity, "\(60_000 / capacity)")
        #expect(harness.unmet().isEmpty)
    }

    @Test("single writes reach at least 80 % of the best fixed concurrency", arguments: [1.0, 0.2, 4.0])
    func singlesSettleNearTheBest(latencyFactor: Double) {
        func seconds(_ fixed: Int?) -> Double {
            var options = PushOptions()
            options.mode = .single
            if let fixed {
                options.writesInFlightMin = fixed
                options.writesInFlightMax = fixed
            }
            let script: [(at: Double, step: PushHarness.Step)] = [(0, .latency(factor: latencyFactor))]
            return PushSpeedTests.run(consumers: 2, records: 2000, options: options, script: script).shop.now
        }
        let best = [1, 2, 4, 8, 16].map(seconds).min() ?? 0
        #expect(seconds(nil) <= 1.05 * best)
    }

    @Test("single writes take over while no consumer runs, and batches come back with them")
    func singlesReplaceStalledConsumers() {
        let script: [(at: Double, step: PushHarness.Step)] = [
            (10, .consumers(0, rate: 115)), (120, .consumers(2, rate: 115)),
        ]
        let harness = PushSpeedTests.run(consumers: 2, records: 20_000, script: script)
        #expect(harness.unmet().isEmpty && harness.violations.isEmpty)
        #expect(harness.writes > 1500)
        #expect(harness.submits > 5)
    }

    @Test("without consumers everything arrives one by one but what waits in the queue")
    func withoutConsumers() {
        let harness = PushSpeedTests.run(consumers: 0, records: 5000, secondsMax: 1_000)
        #expect(harness.stopped == nil && harness.violations.isEmpty)
        #expect(harness.submits > 0 && harness.writes > 2_000)
        // What makes stock less is not kept waiting by a dead queue.
        let queued = harness.outbox.questions.values.joined().filter { $0.operation != nil }
        #expect(!queued.isEmpty)
        let unmet = harness.unmet()
        #expect(unmet.count <= queued.count)
        #expect(unmet.allSatisfy { harness.outbox.questions[$0] != nil })
    }

    @Test("while the queue is known to be stalled nothing more is put into it")
    func stalledFromTheStart() {
        var options = PushOptions()
        options.isQueueStalled = true
        let harness = PushSpeedTests.run(consumers: 0, records: 500, options: options)
        #expect(harness.submits == 0 && harness.unmet().isEmpty)
    }
}
