import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Bytes that come again")
struct BytesAgainTests {
    private static let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 5 + $0) })

    @Test("after others, what they list is not missing, and what others said of it is over")
    func afterOthers() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.all)
            try await stage.sync(Self.all.filter { $0.key != "AB-3" })
            #expect(try await stage.shop.state.doubts().all.map(\.key.sku) == ["AB-3"])
            for _ in 0..<2 {
                try await stage.sync(Self.all)
                #expect(stage.shown("AB-3") == 8)
                #expect(try await stage.shop.state.doubts().isEmpty)
            }
        }
    }

    @Test("a file with several rows a position, read again, counts as many rows as before")
    func sameRows() async throws {
        try await ShopStage.run { stage in
            let rows = (1...12).flatMap { ["AB-\($0),WH-1,EA,3", "AB-\($0),WH-1,EA,4"] }
            func text(_ rows: [String]) -> String {
                (["sku,location,unit,on_hand"] + rows).joined(separator: "\n") + "\n"
            }
            try stage.write(text: text(rows))
            try stage.write(text: #"{"rows": 24}"#, to: "stock.csv.manifest.json")
            for _ in 0..<3 {
                let summary = try #require(try await stage.sync().summaries.first)
                #expect(summary.counts.rows == 24 && summary.state == .done)
            }
            try stage.write(text: text(rows.dropLast() + ["AB-12,WH-1,EA,5"]))
            let summary = try #require(try await stage.sync().summaries.first)
            #expect(summary.state == .done && stage.shown("AB-12") == 8)
        }
    }

    @Test("growth of one source counts for a doubt that begins later in another")
    func growthOfTwoSources() async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 10, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-1": 0, "AB-3": 9], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-1": 10, "AB-3": 9], at: "YORK", to: "york.csv")
            try await stage.sync(["york"])
            #expect(stage.shown("AB-1") == 20)
            try stage.write(["AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try await stage.sync(["leeds"])
            #expect(stage.shown("AB-1") == 10)
            let later = DeliveryTime(asOf: nil, arrived: Timestamp(microseconds: 0))
            let kept = try await stage.shop.state.growth(notOf: "leeds", laterThan: later) { _ in true }
            #expect(kept.isEmpty)
        }
    }

    @Test("what waits counts as a difference when it is new and when it is taken, not each time")
    func waitingOnce() async throws {
        let guards = ShopStage.wideGuards.replacing("{", with: "{ removal_snapshots: 3,", maxReplacements: 1)
        try await ShopStage.run(guards: guards) { stage in
            try await stage.sync(Self.all)
            var removed: [Int] = []
            var changed: [Int] = []
            for round in 1...5 {
                var stock = Self.all.filter { $0.key != "AB-3" }
                stock["AB-1"] = 100 + round
                try await stage.sync(stock)
                let run = try #require(try await stage.shop.state.lastRuns(limit: 1).first)
                removed.append(run.counts.deltas.removed)
                changed.append(run.counts.deltas.changed)
            }
            #expect(removed == [1, 0, 1, 0, 0] && changed == [1, 1, 1, 1, 1])
            #expect(stage.shown("AB-3") == 0)
        }
    }

    @Test(
        "what a file leaves out counts as removed by the first run that reads it, however often it is read",
        arguments: [1, 3]
    )
    func sameFile(snapshots: Int) async throws {
        let some = "{ removal_snapshots: \(snapshots),"
        let guards = ShopStage.wideGuards.replacing("{", with: some, maxReplacements: 1)
        try await ShopStage.run(guards: guards) { stage in
            try await stage.sync(Self.all)
            try stage.write(Self.all.filter { $0.key != "AB-3" })
            var removed: [Int] = []
            for _ in 1...4 {
                try await stage.sync()
                let run = try #require(try await stage.shop.state.lastRuns(limit: 1).first)
                removed.append(run.counts.deltas.removed)
            }
            #expect(removed == [1, 0, 0, 0])
        }
    }
}
