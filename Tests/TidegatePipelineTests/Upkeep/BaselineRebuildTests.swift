import DeltaEngine
import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A baseline made anew holds what was accepted")
struct BaselineRebuildTests {
    private static let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 5 + $0) })

    /// Makes the baselines of a stage anew while it is closed.
    private func rebuilt(_ stage: ShopStage) async throws -> ShopStage {
        try await stage.away { _ = try await BaselineRebuild(stage.shop.settings).perform() }
    }

    private func positions(_ stage: ShopStage) async throws -> [String: Quantity] {
        let view = try #require(await stage.shop.sources[0].baseline.view)
        var found: [String: Quantity] = [:]
        try view.forEach { found["\($0.key.sku) \($0.key.location)"] = $0.net }
        return found
    }

    private static let header = "sku,location,unit,on_hand\n"

    @Test(
        "also of parts of which nothing was accepted",
        arguments: [
            ["AB-1,WH-1,EA,x\n"], ["AB-1,WH-1,EA,x\n", "AB-1,WH-1,EA,y\n", "AB-2,WH-1,EA,z\n"],
            ["AB-1,WH-1,EA,6\n"], ["AB-1,WH-1,EA,3\n", "AB-1,WH-1,EA,x\n", "AB-2,WH-1,EA,1\n"],
        ]
    )
    func parts(rows: [String]) async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("00.csv", Self.all, ago: 1000)
            try await stage.sync()
            for (number, row) in rows.enumerated() {
                try stage.drop("0\(number + 1).csv", text: Self.header + row, ago: 900 - Double(number))
                try await stage.sync()
            }
            let before = try await positions(stage)
            let shown = (1...12).map { stage.shown("AB-\($0)") }
            let again = try await rebuilt(stage)
            #expect(try await positions(again) == before)
            try await again.sync()
            #expect((1...12).map { stage.shown("AB-\($0)") } == shown)
            try stage.drop("90.csv", ["AB-3": 1], ago: 10)
            try await again.sync()
            #expect(stage.shown("AB-3") == 1 && stage.shown("AB-4") == 9)
            try again.shop.close()
        }
    }

    @Test("of parts none may be missing: what one of them ended would come back")
    func partIsMissing() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("00.csv", Self.all, ago: 1000)
            try await stage.sync()
            try stage.drop("01.csv", ["AB-1": 1], ago: 900)
            try await stage.sync()
            let run = try #require(try await stage.newestRun())
            try stage.drop("02.csv", ["AB-2": 2], ago: 800)
            try await stage.sync()
            try stage.shop.close()
            try FileManager.default.removeItem(atPath: stage.copyPath(run))
            let fault = await #expect(throws: Fault.self) {
                try await BaselineRebuild(stage.shop.settings).perform()
            }
            #expect(fault?.code == "nothing_to_rebuild_from" && fault?.message.contains(run.text) == true)
        }
    }

    private func places(_ withSecond: Bool, _ first: Int? = nil) -> String {
        let rows = (1...12).map { "AB-\($0),WH-1,EA,\($0 == 1 ? first ?? 10 : 10)\n" }
        let others = (1...12).map { "AB-\($0),WH-2,EA,5\n" }
        return Self.header + (rows + (withSecond ? others : [])).joined()
    }

    @Test("after a reject the same bytes do not ask again, and the rest of the delivery counts")
    func rejected() async throws {
        try await ShopStage.run { stage in
            try stage.write(text: places(true))
            try await stage.sync()
            try stage.write(text: places(false, 2))
            let held = try #require(try await stage.sync().summaries.first)
            #expect(held.state == .held && stage.shown("AB-1") == 7)
            _ = try await Approval.reject(held.run.text, in: stage.shop)
            let same = try #require(try await stage.sync().summaries.first)
            let before = try await positions(stage)
            let again = try await rebuilt(stage)
            #expect(try await positions(again) == before)
            let after = try #require(try await again.sync().summaries.first)
            #expect(after.state == same.state && after.state != .held)
            #expect(stage.shown("AB-1") == 7 && stage.shown("AB-2") == 15)
            #expect(try await again.shop.state.doubts().all.allSatisfy { !$0.waitsForDecision })
            try again.shop.close()
        }
    }

    @Test("the same bytes are held for the same run as before, and nobody is asked twice")
    func held() async throws {
        try await ShopStage.run { stage in
            try stage.write(text: places(true))
            try await stage.sync()
            try stage.write(text: places(false))
            let held = try #require(try await stage.sync().summaries.first)
            let again = try await rebuilt(stage)
            #expect(try await again.sync().summaries.first?.state == .held)
            #expect(Set(try await again.shop.state.doubts().all.compactMap(\.run)) == [held.run])
            #expect(stage.shown("AB-1") == 15)
            try again.shop.close()
        }
    }

    @Test("a location that another source keeps stays left out")
    func locationOfAnother() async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            try stage.write(text: Self.header + "AB-1,LEEDS,EA,50\nAB-1,YORK,EA,2\n", to: "york.csv")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 7)
            let again = try await rebuilt(stage)
            try FileManager.default.removeItem(atPath: "\(stage.folder)/york.csv")
            try await again.sync(["leeds"])
            #expect(stage.shown("AB-1") == 7)
            try again.shop.close()
        }
    }
}
