import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// Two ERP feeds of one shop: one file for each warehouse, from two partners.
@Suite("Two sources of one shop")
struct TwoSourcesTests {
    private static let leeds = SourceID("leeds")
    private static let york = SourceID("york")

    private func run(_ body: @escaping @Sendable (ShopStage) async throws -> Void) async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources, body)
    }

    @Test("given a file from each, the shop shows what both have together")
    func addsUp() async throws {
        try await run { stage in
            try stage.write(["AB-1": 5, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-2": 1, "AB-3": 9], at: "YORK", to: "york.csv")
            let outcome = try await stage.sync()
            #expect(outcome.summaries.map(\.source) == [TwoSourcesTests.leeds, TwoSourcesTests.york])
            #expect(outcome.faults.isEmpty && outcome.status == .done)
            #expect(stage.shown("AB-1") == 5 && stage.shown("AB-2") == 8 && stage.shown("AB-3") == 9)
        }
    }

    @Test("given a change in one of them, only what it touches is written, from both stocks")
    func changesOne() async throws {
        try await run { stage in
            try stage.write(["AB-1": 5, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-2": 1, "AB-3": 9], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-2": 4, "AB-3": 9], at: "YORK", to: "york.csv")
            let outcome = try await stage.sync([TwoSourcesTests.york])
            #expect(outcome.summaries.map(\.counts.written) == [1])
            #expect(stage.shown("AB-2") == 11 && stage.shown("AB-1") == 5)
        }
    }

    @Test("given one file that is missing, the other is taken all the same, and the fault is told")
    func oneIsMissing() async throws {
        try await run { stage in
            try stage.write(["AB-3": 9], at: "YORK", to: "york.csv")
            let outcome = try await stage.sync()
            #expect(outcome.summaries.map(\.source) == [TwoSourcesTests.york])
            #expect(outcome.faults.map(\.source) == [TwoSourcesTests.leeds])
            #expect(outcome.faults.map(\.fault.kind) == [.inputMissing])
            #expect(stage.shown("AB-3") == 9)
        }
    }

    @Test("given a location that both state, the second's is left out with an exception until it is gone")
    func statedByBoth() async throws {
        try await run { stage in
            try stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            try stage.write(
                text: "sku,location,unit,on_hand\nAB-1,LEEDS,EA,50\nAB-1,YORK,EA,2\n",
                to: "york.csv"
            )
            for _ in 0..<2 {
                let outcome = try await stage.sync()
                #expect(stage.shown("AB-1") == 7 && outcome.status == .exceptionsOpen)
                let open = try await stage.openExceptions(.locationOfAnotherSource)
                #expect(open.count == 1 && open.first?.exception.message.contains("LEEDS") == true)
            }
            try stage.write(["AB-1": 2], at: "YORK", to: "york.csv")
            try await stage.sync()
            #expect(try await stage.openExceptions(.locationOfAnotherSource).isEmpty)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given a commit that fails for the second, the first keeps its generation and its stock")
    func secondFails() async throws {
        try await run { stage in
            try stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-1": 2], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-1": 3], at: "YORK", to: "york.csv")
            var shop = stage.shop
            shop.onCommitStep = { step in if step == .seal { throw CommitFaultTests.diskFull } }
            let sync = try SyncRun(shop: shop, oro: stage.oro, sources: [TwoSourcesTests.york])
            await #expect(throws: Fault.self) { try await sync.perform() }
            #expect(try await stage.shop.state.generation(of: TwoSourcesTests.leeds) == 1)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 8)
        }
    }

    @Test("given a shop that is opened again, both go on where they were")
    func reopened() async throws {
        try await run { stage in
            try stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-1": 2], at: "YORK", to: "york.csv")
            try await stage.sync()
            for source in stage.shop.sources { await source.baseline.close() }
            try await stage.shop.makeReady()
            let outcome = try await stage.sync()
            #expect(outcome.summaries.map(\.counts.written) == [0, 0])
        }
    }
}
