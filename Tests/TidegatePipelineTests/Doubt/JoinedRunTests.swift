import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A statement that is held again joins the run that was held first")
struct JoinedRunTests {
    private func text(_ second: Int) -> String {
        let rows = (1...25).flatMap { ["AB-\($0),WH-1,EA,10\n", "AB-\($0),WH-2,EA,\(second)\n"] }
        return "sku,location,unit,on_hand\n" + rows.joined()
    }

    /// A run that holds a location, and a newer one that has joined it.
    private func joined(
        _ body: @escaping @Sendable (ShopStage, _ first: RunID, _ second: RunID) async throws -> Void
    ) async throws {
        try await ShopStage.run(products: 25, guards: "{}") { stage in
            var runs: [RunID] = []
            for second in [5, 50, 500] {
                try stage.write(text: text(second))
                let summary = try #require(try await stage.sync().summaries.first)
                if second > 5 { #expect(summary.state == .held) }
                runs.append(summary.run)
            }
            try await body(stage, runs[1], runs[2])
        }
    }

    private func expectNamed(_ first: RunID, by second: RunID, _ stage: ShopStage) async throws {
        let approval = Approval(shop: stage.shop, oro: stage.oro)
        let refused = await #expect(throws: Fault.self) { try await approval.approve(second.text) }
        #expect(refused?.code == "run_not_held")
        #expect(refused?.message.contains(first.text) == true, "\(refused?.message ?? "")")
        #expect(refused?.hint.contains(first.text) == true)
        let rejected = await #expect(throws: Fault.self) {
            try await Approval.reject(second.text, in: stage.shop)
        }
        #expect(rejected?.message.contains(first.text) == true)
        let record = try #require(try await stage.shop.state.run(second))
        #expect(record.state.word == "done")
    }

    @Test("after an approval that was refused, the newer one names it")
    func refusedApproval() async throws {
        try await joined { stage, first, second in
            let approval = Approval(shop: stage.shop, oro: stage.oro)
            let fault = await #expect(throws: Fault.self) { try await approval.approve(second.text) }
            #expect(fault?.code == "plan_changed")
            try await expectNamed(first, by: second, stage)
            let summary = try await approval.approve(first.text)
            #expect(summary.run == first && stage.shown("AB-1") == 510)
        }
    }

    @Test("after a decision about a part, it is still held, and the newer one names it")
    func partialDecision() async throws {
        try await joined { stage, first, second in
            let left = try await Approval.reject(second.text, Approval.Choice(sku: "AB-1"), in: stage.shop)
            #expect(left.id == first && left.state.kind == .held)
            try await expectNamed(first, by: second, stage)
            let last = try await Approval.reject(first.text, in: stage.shop)
            #expect(last.state.kind == .rejected)
        }
    }

    @Test("after a later run, the newer one names it")
    func laterRun() async throws {
        try await joined { stage, first, second in
            try stage.write(text: text(500).replacing("AB-1,WH-1,EA,10", with: "AB-1,WH-1,EA,9"))
            let third = try #require(try await stage.sync().summaries.first)
            try await expectNamed(first, by: second, stage)
            #expect(try await stage.shop.asked(third.run.text).id == first)
        }
    }
}
