import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A delivery that is refused is an exception until another is taken")
struct RefusedDeliveryTests {
    private static let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 5 + $0) })

    private func names(_ stage: ShopStage) async throws -> [String] {
        try await stage.openExceptions(.deliveryRefused).map(\.exception.message)
    }

    private func expectRefused(_ name: String, _ stage: ShopStage) async throws {
        // A pass that looks at no delivery says nothing of them.
        let rules = try SyncRun(shop: stage.shop, oro: stage.oro, extent: .rules)
        _ = try await rules.perform()
        let said = try await names(stage)
        #expect(said.count == 1 && said.first?.contains(name) == true, "\(said)")
    }

    @Test(
        "of a single file",
        arguments: ["broken\n", "sku,location,unit,on_hand\n", "sku,location,unit,on_hand\nAB-1,WH-1,EA,0\n"]
    )
    func file(text: String) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.all)
            try stage.write(text: text)
            for _ in 0..<2 {
                let fault = await #expect(throws: Fault.self) { try await stage.sync() }
                #expect(fault?.kind == .badInput)
                try await expectRefused("stock.csv", stage)
            }
            try await stage.sync(Self.all)
            #expect(try await names(stage).isEmpty)
        }
    }

    @Test("of a folder of full ones, until a newer one is taken")
    func folder() async throws {
        try await ShopStage.runFolder("scope: full, contract: { rows_min: 1 }") { stage in
            try stage.drop("a.csv", Self.all, ago: 1000)
            try await stage.sync()
            try stage.drop("b.csv", text: "broken\n", ago: 900)
            for _ in 0..<2 {
                await #expect(throws: Fault.self) { try await stage.sync() }
                try await expectRefused("b.csv", stage)
            }
            try stage.drop("c.csv", Self.all.merging(["AB-1": 1]) { $1 }, ago: 800)
            try await stage.sync()
            #expect(try await names(stage).isEmpty && stage.shown("AB-1") == 1)
        }
    }

    @Test("also of one that is refused for stating an older time")
    func stale() async throws {
        try await ShopStage.runFolder("scope: full, contract: { rows_min: 1 }") { stage in
            try stage.drop("a.csv", Self.all, ago: 1000)
            try stage.manifest("a.csv", #"{"asOf": "2026-01-02T00:00:00Z"}"#)
            try await stage.sync()
            try stage.drop("b.csv", Self.all.merging(["AB-1": 1]) { $1 }, ago: 900)
            try stage.manifest("b.csv", #"{"asOf": "2026-01-01T00:00:00Z"}"#)
            await #expect(throws: Fault.self) { try await stage.sync() }
            try await expectRefused("b.csv", stage)
            try await stage.sync()
            try await expectRefused("b.csv", stage)
            try FileManager.default.removeItem(atPath: "\(stage.folder)/drop/b.csv")
            try await stage.sync()
            #expect(try await names(stage).isEmpty && stage.shown("AB-1") == 6)
        }
    }
}
