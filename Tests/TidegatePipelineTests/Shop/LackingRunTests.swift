import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("What the shop lacks, and what it does not show")
struct LackingRunTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 * $0) })

    private static func code(_ body: () async throws -> Void) async -> Fault.Code? {
        do {
            try await body()
            return nil
        } catch {
            return Fault(error).code
        }
    }

    @Test("a first reading by a role that may not view products stops, and says which right is missing")
    func blindFromTheStart() async throws {
        try await ShopStage.run { stage in
            stage.simulator.changeConditions { $0.permissions = .all.subtracting(.viewProducts) }
            let code = await Self.code { try await stage.sync(Self.stock) }
            #expect(code == .shopPermission)
            let open = try await stage.shop.state.openExceptions()
            #expect(open.isEmpty)
            stage.simulator.changeConditions { $0.permissions = .all }
            try await stage.sync(Self.stock)
            #expect(stage.shown("AB-12") == 120)
        }
    }

    @Test("a refresh by a role that has become blind forgets no id")
    func blindLater() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let index = LevelIndex(state: stage.shop.state, shop: stage.oro)
            let later = Timestamp.now.adding(seconds: 50_000)
            stage.simulator.changeConditions { $0.permissions = .all.subtracting(.viewProducts) }
            let code = await Self.code { try await index.refresh(freshSeconds: 86_400, at: later) }
            #expect(code == .shopPermission)
            let known = try await stage.shop.state.resolvedLevelCount()
            #expect(known == 12)
        }
    }

    @Test("one invisible product alone on a page stops nobody")
    func oneInvisible() async throws {
        try await ShopStage.run(products: 1001) { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...1001).map { ("AB-\($0)", 5) })
            // The second page has one level.
            await stage.simulator.perform(.hideProduct(sku: "AB-1001"))
            let summary = try await stage.sync(stock)
            #expect(summary.counts.written == 1000 && stage.shown("AB-1000") == 5)
            await stage.simulator.perform(.showProduct(sku: "AB-1001"))
            try await stage.sync(stock)
            #expect(stage.shown("AB-1001") == 5)
            #expect(try await stage.openExceptions(.unknownSKU).isEmpty)
        }
    }

    @Test("SKUs that the shop lacked are all found by the next run, not some hundreds of them")
    func atOnce() async throws {
        try await ShopStage.run(products: 1300) { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...1300).map { ("AB-\($0)", 5) })
            for number in 1...1299 { await stage.simulator.perform(.hideProduct(sku: "AB-\(number)")) }
            try await stage.sync(stock)
            #expect(try await stage.openExceptions(.unknownSKU).count == 1299)
            for number in 1...1299 { await stage.simulator.perform(.showProduct(sku: "AB-\(number)")) }
            try await stage.sync(stock)
            #expect(stage.simulator.levels().allSatisfy { $0.quantity == "5" })
            #expect(try await stage.openExceptions(.unknownSKU).isEmpty)
        }
    }

    @Test(
        "a deleted level of a product that is there is not an unknown product, and is found when made again"
    )
    func deletedLevel() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-3", unit: "item"))
            stage.simulator.deleteLevel(level)
            var stock = Self.stock
            stock["AB-3"] = 31
            try await stage.sync(stock)
            #expect(try await stage.openExceptions(.unknownSKU).isEmpty)
            let open = try await stage.openExceptions(.unknownLevel)
            #expect(open.map(\.exception.subject.sku) == ["AB-3"])
            let message = open.first?.exception.message ?? ""
            #expect(message.contains("deleted") && message.contains("import"), "\(message)")
            // The second run says the same.
            try await stage.sync(stock)
            #expect(try await stage.openExceptions(.unknownSKU).isEmpty)
            #expect(try await stage.openExceptions(.unknownLevel).count == 1)
            await stage.simulator.perform(.recreateProduct(sku: "AB-3"))
            try await stage.sync(stock)
            #expect(stage.shown("AB-3") == 31)
            #expect(try await stage.openExceptions(.unknownLevel).isEmpty)
        }
    }

    @Test("an unknown SKU is told as a product to create")
    func unknownProduct() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock.merging(["NEW-1": 4]) { $1 })
            #expect(try await stage.openExceptions(.unknownSKU).map(\.exception.subject.sku) == ["NEW-1"])
            #expect(try await stage.openExceptions(.unknownLevel).isEmpty)
        }
    }

    @Test("a repair never raises a level above what is wanted, and does not act on what it saw before")
    func repair() async throws {
        try await ShopStage.run(more: "audit: { grace: 0s }") { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-4", unit: "item"))
            let other = try #require(stage.simulator.levelId(sku: "AB-5", unit: "item"))
            stage.simulator.setQuantity(level: level, to: "7")
            stage.simulator.setQuantity(level: other, to: "99")
            let found = try await stage.audit()
            #expect(found.counts == [.unknown: 1, .manual: 1])
            // Seen as 99, and set right by hand before the repair.
            stage.simulator.setQuantity(level: other, to: "50")
            let drifts = try await stage.shop.state.auditRows(of: [LevelID(level), LevelID(other)])
            #expect(drifts.count == 2)
            let writes = stage.simulator.ledgerCount
            let report = try await stage.audit(repairs: true)
            #expect(report.count(.repaired) == 1 && stage.shown("AB-4") == 40 && stage.shown("AB-5") == 50)
            #expect(stage.simulator.ledgerCount == writes + 1)
        }
    }

    @Test("whose stock a second product shows is told from its name, whatever the fence's template")
    func secondProducts() {
        func rules(_ templates: [String]) -> RuleSet {
            RuleSet(
                fences: templates.enumerated().map { number, template in
                    Fence(id: FenceID("f-\(number)"), rank: number, publish: .skuAlias(template))
                }
            )
        }
        #expect(rules(["{sku}-KA"]).stocks(shownAs: "AB-KA") == ["AB"])
        #expect(rules(["KA-{sku}", "{sku}-X"]).stocks(shownAs: "KA-AB-X") == ["AB-X", "KA-AB"])
        #expect(rules(["{sku}-KA"]).stocks(shownAs: "-KA").isEmpty)
        #expect(rules(["{sku}-KA"]).stocks(shownAs: "AB").isEmpty)
        #expect(rules([]).stocks(shownAs: "AB").isEmpty)
    }
}
