import HeapModule
import Testing

@testable import InventoryCore

@Suite("The parts of the push engine, each alone")
struct PushPartsTests {
    static func at(_ seconds: Double) -> PushInstant {
        PushInstant(nanoseconds: 0).adding(seconds: seconds)
    }

    @Test("a heap of slots gives ranks in order, and sequences within a rank", arguments: 0..<50)
    func queueSorts(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = Heap<RankedSlot>()
        var entries: [RankedSlot] = []
        for sequence in 0..<200 {
            let entry = RankedSlot(
                rank: Int64.random(in: 0..<20, using: &random),
                sequence: Int64(sequence),
                slot: sequence
            )
            entries.append(entry)
            heap.insert(entry)
        }
        var sorted: [RankedSlot] = []
        while let entry = heap.popMin() { sorted.append(entry) }
        let expected = entries.sorted { ($0.rank, $0.sequence) < ($1.rank, $1.sequence) }
        #expect(sorted == expected, "seed \(seed)")
    }

    @Test("five failures in a row open the circuit, and only a good probe lets requests through again")
    func circuitOpensAndProbes() {
        var random = SeededRandom(seed: 1)
        var breaker = CircuitBreaker()
        for _ in 0..<4 { breaker.failed(.maintenance, now: PushPartsTests.at(1), random: &random) }
        breaker.succeeded()
        for _ in 0..<4 { breaker.failed(.maintenance, now: PushPartsTests.at(2), random: &random) }
        #expect(breaker.state == .closed)
        breaker.failed(.maintenance, now: PushPartsTests.at(3), random: &random)
        #expect(!breaker.state.letsThrough)
        let early = breaker.takeProbe(now: PushPartsTests.at(3))
        #expect(!early)
        let due = breaker.takeProbe(now: PushPartsTests.at(10))
        #expect(due)
        breaker.probed(nil, now: PushPartsTests.at(10), random: &random)
        #expect(breaker.state == .onApproval)
        #expect(breaker.state.letsThrough)
        // Reads can work while writes do not: the first failure opens it again, and the trouble is kept.
        breaker.failed(.maintenance, now: PushPartsTests.at(11), random: &random)
        #expect(!breaker.state.letsThrough)
        #expect(breaker.trouble?.since == PushPartsTests.at(2))
    }

    @Test("retries beyond their share of the requests wait much longer")
    func budgetSlowsRetries() {
        var random = SeededRandom(seed: 1)
        var budget = RetryBudget(share: 0.1)
        for _ in 0..<100 { budget.sent() }
        let granted = (0..<20).map { _ in budget.delaySeconds(attempt: 0, random: &random) }
        let denied = (0..<20).map { _ in budget.delaySeconds(attempt: 0, random: &random) }
        #expect(granted.allSatisfy { $0 <= 0.25 })
        #expect(denied.allSatisfy { $0 >= 2 })
    }

    @Test("a slow storefront halves the share at once, a fast one restores it slowly, in between it stays")
    func storefrontShare() {
        var storefront = StorefrontGuard(p95MaxMilliseconds: 400)
        for _ in 0..<20 { storefront.measured(p95Milliseconds: 900) }
        #expect(storefront.share == StorefrontGuard.shareMin)
        storefront.measured(p95Milliseconds: 350)
        #expect(storefront.share == StorefrontGuard.shareMin)
        for _ in 0..<10 { storefront.measured(p95Milliseconds: 200) }
        #expect(storefront.share > 0.5 && storefront.share < 0.6)
        for _ in 0..<10 { storefront.measured(p95Milliseconds: 200) }
        #expect(storefront.share == 1)
    }

    @Test("the concurrency limit stays put once found", arguments: [2, 5, 12])
    func limitDoesNotSwing(width: Int) {
        var limit = ConcurrencyLimit(floor: 1, ceiling: 32)
        var random = SeededRandom(seed: UInt64(width))
        var time = 0.0
        var seen: [Int] = []
        for answer in 0..<20_000 {
            let rate = 100 * Double(min(limit.limit, width)) / Double(width)
            time += Double.random(in: 0.9...1.1, using: &random) / rate
            limit.answered(inFlight: limit.limit, now: PushPartsTests.at(time))
            if answer > 4000 { seen.append(limit.limit) }
        }
        let settled = seen.filter { $0 >= width && $0 <= 2 * width }
        #expect(settled.count * 10 >= seen.count * 9)
        let changes = zip(seen, seen.dropFirst()).filter { $0 != $1 }.count
        #expect(changes <= 60, "\(changes)")
    }

    @Test("after a 413 half of what was sent is the most from then on")
    func tooLargeHalves() {
        var window = OperationWindow(options: PushOptions())
        window.tooLarge(records: 600)
        #expect(window.batchRecords(.increase) == 300)
    }
}
