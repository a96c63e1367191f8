import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("Names that move in the shop")
struct NameRunTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 * $0) })

    private static func expectAll(_ stock: [String: Int], on stage: ShopStage) {
        for (sku, quantity) in stock { #expect(stage.shown(sku) == quantity, "\(sku)") }
    }

    private static func index(of stage: ShopStage) -> LevelIndex {
        LevelIndex(state: stage.shop.state, shop: stage.oro, identity: stage.shop.identity)
    }

    /// Believes no name that was confirmed before now.
    private static func makeStale(_ stage: ShopStage) async throws {
        let state = stage.shop.state
        let ids = try await state.levels(after: nil, limit: 100).compactMap(\.id)
        try await state.doubtNames(of: ids)
    }

    @Test("a swap is found before a stale id is written: each SKU gets its own figure")
    func swapBeforePush() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.swapProducts(sku: "AB-1", otherSku: "AB-2"))
            try await Self.makeStale(stage)
            var stock = Self.stock
            stock["AB-1"] = 0
            try await stage.sync(stock)
            // AB-2 shows AB-1's figure: the next run knows.
            try await stage.sync(stock)
            Self.expectAll(stock, on: stage)
        }
    }

    @Test("a page-by-page refresh finds swapped, renamed and recreated products, and the next run mends them")
    func refresh() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.swapProducts(sku: "AB-1", otherSku: "AB-12"))
            await stage.simulator.perform(.recreateProduct(sku: "AB-5"))
            await stage.simulator.perform(.replaceProduct(sku: "AB-6", newSku: "OLD-6"))
            let later = Timestamp.now.adding(seconds: 50_000)
            try await Self.index(of: stage).refresh(freshSeconds: 86_400, at: later)
            try await stage.sync(Self.stock)
            Self.expectAll(Self.stock, on: stage)
            #expect(stage.shown("OLD-6") == 60)
            #expect(try await stage.openExceptions(.duplicateLevel).isEmpty)
            #expect(try await stage.openExceptions(.unknownSKU).isEmpty)
        }
    }

    @Test("a page-by-page refresh learns a unit that a known product has got, and the next run shows it")
    func newUnit() async throws {
        try await AuditStage.run(
            products: 3,
            units: "[{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]",
            oro: "publish_units: mirror,"
        ) { stage in
            let stock = ["AB-1": 40, "AB-2": 50, "AB-3": 60]
            try await stage.sync(stock)
            await stage.simulator.perform(.addUnit(sku: "AB-2", unit: "case", conversionRate: 12))
            let index = LevelIndex(
                state: stage.shop.state,
                shop: stage.oro,
                identity: stage.shop.identity
            )
            try await index.refresh(freshSeconds: 86_400, at: Timestamp.now.adding(seconds: 50_000))
            let summary = try await stage.sync(stock)
            #expect(summary.counts.written == 1)
            let shown = stage.simulator.levels().filter { $0.sku == "AB-2" }
            #expect(shown.map { "\($0.quantity) \($0.unit)" }.sorted() == ["4 case", "50 item"])
        }
    }

    @Test("a refresh asks nothing while names are fresh, and goes on where a bounded one stopped")
    func bounded() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let index = Self.index(of: stage)
            let before = stage.oro.requestsSent
            try await index.refresh(freshSeconds: 86_400)
            #expect(stage.oro.requestsSent == before)
            let later = Timestamp.now.adding(seconds: 50_000)
            try await index.refresh(freshSeconds: 86_400, pagesMax: 1, at: later)
            #expect(stage.oro.requestsSent == before + 1)
            #expect(try await stage.shop.state.indexProgress().cursor != nil)
            // The second page is the empty one that ends it.
            try await index.refresh(freshSeconds: 86_400, pagesMax: 1, at: later)
            #expect(stage.oro.requestsSent == before + 2)
            let progress = try await stage.shop.state.indexProgress()
            #expect(progress.cursor == nil && progress.began == nil && progress.pass == 2)
        }
    }

    @Test("an audit does not say that there is no drift after a swap, and repairs both")
    func auditSwap() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.swapProducts(sku: "AB-1", otherSku: "AB-2"))
            let report = try await stage.audit(repairs: true)
            #expect(Set(report.rows.map(\.drift.key.sku)) == ["AB-1", "AB-2"])
            #expect(report.counts == [.moved: 2])
            #expect(report.count(.repaired) == 2)
            Self.expectAll(Self.stock, on: stage)
            let again = try await stage.audit()
            #expect(again.rows.isEmpty && again.notCompared.isEmpty)
            #expect(again.noDrift.contains("all 12 levels"))
        }
    }

    @Test("an audit says what it did not compare, and why")
    func notCompared() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.hideProduct(sku: "AB-3"))
            let report = try await stage.audit()
            #expect(report.rows.isEmpty && report.levels.hidden == 1 && report.levels.compared == 11)
            #expect(report.notCompared.contains { $0.contains("hidden") })
            #expect(report.noDrift.contains("the 11 levels"))
        }
    }

    @Test("an interrupted first index takes its names over and reads its quantities again")
    func resumedIndex() async throws {
        try await ShopStage.run(products: 2500) { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...2500).map { ("AB-\($0)", $0 == 1 ? 1 : 0) })
            stage.simulator.inject(
                FaultRule(.databaseDown, method: "GET", path: "/admin/api/inventorylevels", skip: 2)
            )
            await #expect(throws: Fault.self) { try await stage.sync(stock) }
            stage.simulator.endFaults()
            // Read as 0, and changed since.
            let level = try #require(stage.simulator.levelId(sku: "AB-7", unit: "item"))
            stage.simulator.setQuantity(level: level, to: "70")
            let before = stage.oro.requestsSent
            let summary = try await stage.sync(stock)
            #expect(summary.counts.written == 2 && stage.shown("AB-7") == 0)
            #expect(stage.oro.requestsSent - before <= 9)
        }
    }
}
