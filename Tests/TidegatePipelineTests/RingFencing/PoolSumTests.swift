import Foundation
import InventoryCore
import OroSimulator
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

@Suite("Pools in the shop", .serialized)
struct PoolSumTests {
    private static let quiet = """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: { warehouse: Gold }
            rules: [{ hold: floor, quantity: 40 }]
        """

    /// Few, because each takes some seconds: lost answers are waited for in real time.
    private static let seeds =
        ProcessInfo.processInfo.environment["TIDEGATE_POOL_SUMS"].flatMap { UInt64($0) } ?? 4

    @Test(
        "after every single write, a SKU's pools show no more than the greater of old and new stock",
        arguments: 1...seeds
    )
    func sums(seed: UInt64) async throws {
        try await FencedShop.withRunning(seed: seed) { place in
            var random = SplitMix64(state: seed)
            var stock: [String: Int] = [:]
            var judge = PoolJudge()
            for round in 0..<5 {
                // In every other round only the rules change.
                if round % 2 == 0 {
                    for sku in FencedShop.skus { stock[sku] = random.below(4) == 0 ? 0 : random.below(120) }
                }
                try place.write(stock: stock)
                judge.allow(stock)
                place.simulator.endFaults()
                if round > 0 { for fault in random.faults() { place.simulator.inject(fault) } }
                let fences = random.fences()
                let mode = ["single", "batch", "sync"][random.below(3)]
                do {
                    _ = try await place.sync(fences: fences, mode: mode)
                } catch let fault as Fault {
                    // The faults may outlast the run; the next one pushes what it left.
                    #expect(fault.kind != .internalError, "seed \(seed): \(fault)")
                }
                judge.judge(place.simulator.ledger(), seed: seed)
                place.simulator.endFaults()
                _ = try await place.sync(fences: fences)
                await place.simulator.queueIsIdle()
                judge.judge(place.simulator.ledger(), seed: seed)
                // Everything is acknowledged, so from here on only the new stock counts.
                judge.settle(stock)
                for sku in FencedShop.skus {
                    let shown = "\(place.shown(sku)) \(place.shown(sku + "-KA"))"
                    #expect(place.sum(sku) == stock[sku], "seed \(seed), round \(round), \(sku): \(shown)")
                }
            }
        }
    }

    @Test("the warehouse of a fence that is deleted is set to zero before everyone gets its stock")
    func deletedFence() async throws {
        try await FencedShop.withRunning(seed: 1) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: PoolSumTests.quiet)
            #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
            let summary = try await place.sync(fences: "")
            #expect(place.shown("AB-1") == ["Everyone": "100", "Gold": "0", "Silver": "0"])
            #expect(summary.counts.written == 2)
            #expect(place.simulator.ledger().suffix(2).map(\.quantity) == ["0", "100"])
            let again = try await place.sync(fences: "")
            #expect(again.counts.written == 0)
        }
    }

    @Test("a run keeps the certificate of what it divided")
    func certificate() async throws {
        try await FencedShop.withRunning(seed: 1) { place in
            try place.write(stock: ["AB-1": 100, "AB-2": 10])
            let summary = try await place.sync(fences: PoolSumTests.quiet)
            let shop = try await Shop.openForReading(try place.settings(fences: PoolSumTests.quiet))
            let shown = try await ShownRun("\(summary.run)", in: shop)
            let text = String(decoding: try shown.statedCertificate(), as: UTF8.self)
            #expect(text.contains("\"holds\":true"))
            #expect(text.contains("\"rows\":12"))
            #expect(text.contains("\"pool\":\"gold\",\"carved\":\"50\""))
            let story = try await Explanation(of: "AB-1", group: "Gold", in: shop)
            #expect(story.lines.contains { $0.contains("gold  40 for Gold: 40 of the pool") })
            #expect(story.lines.contains { $0.contains("tidegate.yaml:") })
            #expect(story.lines.contains { $0.hasPrefix("level") && $0.contains("Gold") })
            #expect(!story.lines.contains { $0.hasPrefix("level") && $0.contains("Everyone") })
            try shop.close()
        }
    }
}

/// Replays the shop's ledger and compares every instant with the greatest stock since the last settled state.
private struct PoolJudge {
    private var shown: [String: Int] = [:]
    private var sums: [String: Int] = [:]
    private var bounds: [String: Int] = [:]
    private var judged = 0

    mutating func allow(_ stock: [String: Int]) {
        for (sku, quantity) in stock { bounds[sku] = max(bounds[sku] ?? 0, quantity) }
    }

    mutating func settle(_ stock: [String: Int]) {
        bounds = stock
    }

    mutating func judge(_ ledger: [LedgerEntry], seed: UInt64) {
        for entry in ledger[judged...] {
            let quantity = Int(entry.quantity) ?? 0
            // A second product shows a part of the first one's stock.
            let sku = entry.sku.hasSuffix("-KA") ? String(entry.sku.dropLast(3)) : entry.sku
            sums[sku, default: 0] += quantity - (shown[entry.level] ?? 0)
            shown[entry.level] = quantity
            let (sum, bound) = (sums[sku] ?? 0, bounds[sku] ?? 0)
            #expect(sum <= bound, "seed \(seed): \(entry) makes \(sum) of \(bound)")
        }
        judged = ledger.count
    }
}

extension SplitMix64 {
    fileprivate mutating func fences() -> String {
        var text = "fences:\n"
        for (id, warehouse) in [("gold", "Gold"), ("silver", "Silver")] {
            let rule =
                below(2) == 0
                ? "hold: floor, quantity: \(below(80))" : "hold: percent, percent: \(below(100))"
            let target =
                id == "gold" && below(2) == 0 ? "sku_alias: \"{sku}-KA\"" : "warehouse: \(warehouse)"
            text += """
                  \(id):
                    customer_group: \(warehouse)
                    rank: \(1 + below(2))
                    publish: { \(target) }
                    rules: [{ \(rule) }]

                """
        }
        return text
    }

    fileprivate mutating func faults() -> [FaultRule] {
        let all: [FaultRule] = [
            FaultRule(
                .answer(status: 503, retryAfterSeconds: nil),
                method: "PATCH",
                skip: below(3),
                limit: 2
            ),
            FaultRule(.answerAfterEffect(status: 502), method: "PATCH", skip: below(4), limit: 2),
            FaultRule(.cutAfterEffect, method: "PATCH", skip: below(3), limit: 2),
            FaultRule(.cutBeforeEffect, method: "PATCH", skip: below(3), limit: 1),
            FaultRule(.chunkFails, limit: 1),
            FaultRule(.recreateLevel, method: "PATCH", skip: below(5), limit: 1),
        ]
        return all.filter { _ in below(3) == 0 }
    }
}
