import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// How a run tells how much is in doubt, and how a plan that was looked at is approved.
@Suite("What is shown of doubts")
struct ShownDoubtTests {
    private static let guards = ShopStage.wideGuards.dropLast() + ", rejected_rows_percent_max: 100 }"

    private static func deliver(_ rows: String, to stage: ShopStage) async throws -> RunSummary {
        try stage.write(text: "sku,location,unit,on_hand\n" + rows)
        return try await stage.sync().summaries[0]
    }

    private static func shown(_ run: RunID, _ stage: ShopStage) async throws -> (
        lines: [String], json: String
    ) {
        let shown = try await ShownRun(run.text, in: stage.shop)
        var line = JSONLine()
        line.append(shown)
        return (shown.lines.filter { $0.hasPrefix("in doubt") }, String(decoding: line.bytes, as: UTF8.self))
    }

    @Test("a run and its certificate count the SKUs in doubt and what their bases could differ by")
    func counted() async throws {
        try await ShopStage.run(products: 4, guards: String(Self.guards)) { stage in
            let clear = try await Self.deliver(
                "AB-1,W,EA,10\nAB-1,X,EA,2\nAB-2,W,EA,4\nAB-3,W,EA,1\n",
                to: stage
            )
            let none = try await Self.shown(clear.run, stage)
            #expect(none.lines == [] && none.json.contains("\"skus_in_doubt\":0,"))
            #expect(none.json.contains("\"in_doubt\":\"0\""))
            let rows = "AB-1,W,EA,n/a\nAB-1,X,EA,3\nAB-2,W,EA,n/a\nAB-3,W,EA,1\nAB-4,W,EA,n/a\n"
            let doubtful = try await Self.deliver(rows, to: stage)
            let some = try await Self.shown(doubtful.run, stage)
            // AB-1 can be 3 to 13, AB-2 0 to 4; of AB-4 nothing is known.
            #expect(
                some.lines == [
                    "in doubt    3 SKUs, 1 of them never clearly stated; "
                        + "their bases could differ by 14 in all"
                ]
            )
            #expect(some.json.contains("\"skus_in_doubt\":3,\"skus_never_clear\":1,\"in_doubt\":\"14\""))
            let certificate = try await ShownRun(doubtful.run.text, in: stage.shop).statedCertificate()
            #expect(String(decoding: certificate, as: UTF8.self).contains("\"skus_in_doubt\":3,"))
        }
    }

    @Test("`explain` tells the interval of each pool, and of one that was never clear that it stays")
    func explained() async throws {
        try await ShopStage.run(products: 4, guards: String(Self.guards)) { stage in
            _ = try await Self.deliver("AB-1,W,EA,10\nAB-1,X,EA,2\n", to: stage)
            _ = try await Self.deliver("AB-1,W,EA,n/a\nAB-1,X,EA,3\nAB-2,W,EA,n/a\n", to: stage)
            let lines = try await Explanation(of: "AB-1", in: stage.shop).lines
            #expect(lines.contains("in doubt    site main, pool shared: 12 counts, can be 3 to 13"))
            let never = try await Explanation(of: "AB-2", in: stage.shop).lines
            #expect(never.contains { $0.hasPrefix("wanted") && $0.hasSuffix("what the shop shows stays") })
        }
    }

    @Test("the plan that was looked at is approved at once although deliveries went on; another is refused")
    func lookedAt() async throws {
        try await ShopStage.run(products: 30, guards: "{ population_min: 5 }") { stage in
            func rows(_ quantity: Int) -> String {
                (1...30).map { "AB-\($0),W,EA,\(quantity)\n" }.joined()
            }
            _ = try await Self.deliver(rows(10), to: stage)
            let run = try await Self.deliver(rows(100), to: stage).run
            let looked = try await HeldRun(of: run, in: stage.shop).plan.text
            _ = try await Self.deliver(rows(900), to: stage)
            let approval = Approval(shop: stage.shop, oro: stage.oro)
            let fault = try await #require(throws: Fault.self) {
                try await approval.approve(run.text, Approval.Choice(plan: looked))
            }
            #expect(fault.code == "plan_changed")
            let now = try await HeldRun(of: run, in: stage.shop).plan.text
            #expect(now != looked && stage.shown("AB-1") == 10)
            #expect(try await approval.approve(run.text, Approval.Choice(plan: now)).state == .done)
            #expect(stage.shown("AB-1") == 900)
        }
    }
}
