import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// What is read otherwise than before is decided as one thing, however many deliveries wait.
@Suite("Whole deliveries that are held one after the other are one plan")
struct HeldTogetherTests {
    private static let source = """
        source:
          kind: file
          path: FOLDER/stock.csv
          scope: full
          contract: { rows_min: 1 }
          columns: { sku: { name: sku }, location: location, unit: unit, on_hand: on_hand }
        """
    private static let plain = "{ name: sku }"
    private static let split = "{ name: sku, after_last: \"/\" }"

    /// `X/AB-1` becomes `AB-1` by the new mapping; `AB-2` has sold since.
    private static func text(_ second: Int, third: Int = 4) -> String {
        "sku,location,unit,on_hand\nX/AB-1,WH-1,EA,7\nAB-2,WH-1,EA,\(second)\nAB-3,WH-1,EA,\(third)\n"
    }

    /// Two deliveries are held by another mapping.
    private static func held(
        _ body: @escaping @Sendable (ShopStage, _ first: RunID, _ second: RunID) async throws -> Void
    ) async throws {
        try await ShopStage.run(sources: source) { (stage: ShopStage) in
            try stage.write(text: text(30))
            try await stage.sync()
            let other = try stage.with(plain, as: split)
            let first = try await other.sync().summaries[0]
            try other.write(text: text(29))
            let second = try await other.sync().summaries[0]
            #expect(first.state == .held && second.state == .held)
            try await body(other, first.run, second.run)
        }
    }

    private static func expectWhole(_ stage: ShopStage, next: Int = 28) async throws {
        #expect(try await stage.shop.state.doubts().isEmpty)
        #expect(try await stage.shop.state.heldRuns().isEmpty)
        let positions = try await stage.shop.stock().positions(of: ["AB-1", "X/AB-1"])
        #expect(positions["X/AB-1"] == nil)
        #expect(positions["AB-1"]?.first?.net == Quantity(units: 7))
        #expect(stage.shown("AB-1") == 7 && stage.shown("AB-2") == next + 1)
        try stage.write(text: text(next))
        let summary = try await stage.sync().summaries[0]
        #expect(summary.state == .done, "\(summary.held)")
        #expect(stage.shown("AB-1") == 7 && stage.shown("AB-2") == next)
    }

    @Test("whichever is named, all of it is approved, and the next delivery is compared with the newest")
    func approved() async throws {
        for namesNewest in [true, false] {
            try await Self.held { stage, first, second in
                let held = try await stage.shop.state.doubts(heldBy: first)
                #expect(Set(held.map(\.key.sku)) == ["AB-1", "AB-2", "X/AB-1"])
                let told = try #require(try await stage.openExceptions(.stockHeld).first)
                #expect(told.exception.message.contains("read otherwise than the last one"))
                #expect(!told.exception.message.contains("changed so much"))
                let run = namesNewest ? second : first
                let summary = try await Approval(shop: stage.shop, oro: stage.oro).approve(run.text)
                #expect(summary.run == first && summary.state == .done)
                try await Self.expectWhole(stage)
            }
        }
    }

    @Test("also by a third mapping: what is approved is the newest statement, as it was read")
    func thirdMapping() async throws {
        try await Self.held { stage, first, _ in
            let other = try stage.with("after_last: \"/\"", as: "after_last: \"X/\"")
            try other.write(text: Self.text(29))
            #expect(try await other.sync().summaries[0].state == .held)
            _ = try await Approval(shop: other.shop, oro: other.oro).approve(first.text)
            try await Self.expectWhole(other)
        }
    }

    @Test("what a guard had held before is decided with the rest, and never apart")
    func heldBefore() async throws {
        let guards = "{ population_min: 3, total_rise_percent_max: 100 }"
        try await ShopStage.run(sources: Self.source, guards: guards) { stage in
            try stage.write(text: Self.text(30))
            try await stage.sync()
            try stage.write(text: Self.text(30, third: 400))
            let rise = try await stage.sync().summaries[0]
            #expect(rise.state == .held)
            let other = try stage.with(Self.plain, as: Self.split)
            try other.write(text: Self.text(29, third: 400))
            let whole = try await other.sync().summaries[0]
            let approval = Approval(shop: other.shop, oro: other.oro)
            let part = await #expect(throws: Fault.self) {
                try await approval.approve(whole.run.text, Approval.Choice(sku: "AB-3"))
            }
            #expect(part?.code == "decide_whole")
            let summary = try await approval.approve(whole.run.text)
            #expect(summary.run == rise.run && summary.state == .done && stage.shown("AB-3") == 400)
            try other.write(text: Self.text(28, third: 400))
            #expect(try await other.sync().summaries[0].state == .done)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("rejected, it is told as rejected at once")
    func rejected() async throws {
        try await Self.held { stage, first, second in
            let decided = try await Approval.reject(second.text, in: stage.shop)
            #expect(decided.id == first)
            #expect(try await stage.openExceptions(.stockHeld).isEmpty)
            #expect(try await stage.openExceptions(.stockRejected).count == 1)
            #expect(try await stage.shop.state.heldRuns().isEmpty)
        }
    }
}
