import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A level that was made anew in the shop")
struct RecreatedLevelTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 * $0) })

    /// The product, or its level alone.
    private static func recreate(_ isProduct: Bool, _ sku: String, on stage: AuditStage) async {
        if isProduct {
            await stage.simulator.perform(.recreateProduct(sku: sku))
        } else {
            stage.simulator.recreateLevel(stage.level(sku))
        }
    }

    @Test("an audit before does not keep the repair from mending it", arguments: [true, false])
    func repair(isProduct: Bool) async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            await Self.recreate(isProduct, "AB-4", on: stage)
            for _ in 1...2 {
                let report = try await stage.audit()
                #expect(report.status == .exceptionsOpen && report.rows.map(\.drift.key.sku) == ["AB-4"])
                #expect(try await stage.openDrifts() == ["AB-4 / item"])
            }
            let report = try await stage.audit(repairs: true)
            #expect(report.count(.repaired) == 1 && report.status == .done)
            #expect(stage.shown("AB-4") == "40")
            #expect(try await stage.openDrifts().isEmpty)
            let push = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
            #expect(push.status == .done && push.waiting == 0)
        }
    }

    @Test("a push after an audit writes its figure", arguments: [true, false])
    func push(isProduct: Bool) async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            await Self.recreate(isProduct, "AB-4", on: stage)
            _ = try await stage.audit()
            let push = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
            #expect(stage.shown("AB-4") == "40")
            #expect(push.state == .done && push.waiting == 0)
            #expect(try await stage.audit().status == .done)
        }
    }
}
