import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// What a guard on the publication holds is written as the rules of now want it, or not at all.
@Suite("A hold outlives the rules that brought it")
struct HoldOfOldRulesTests {
    private static let right = "per_base: 12"

    private static func stock(_ cases: Int = 5) -> String {
        "sku,location,unit,on_hand\n" + (1...30).map { "AB-\($0),WH-1,CS,\(cases)\n" }.joined()
    }

    /// Thirty SKUs show 60, and a change of the configuration is held.
    private static func held(
        _ right: String = right,
        mistypedAs wrong: String,
        _ body: @escaping @Sendable (ShopStage, RunID) async throws -> Void
    ) async throws {
        try await ShopStage.run(
            products: 30,
            guards: "{}",
            units: "[{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]",
            sites: "{ main: { locations: [WH-1] } }"
        ) { stage in
            try stage.write(text: stock())
            #expect(try await stage.sync().summaries.first?.state == .done)
            #expect(stage.shown("AB-1") == 60)
            let other = try stage.with(right, as: wrong)
            let summary = try #require(try await other.sync().summaries.first)
            #expect(summary.state == .held && stage.shown("AB-1") == 60)
            try await body(other, summary.run)
        }
    }

    private static func expectRefused(_ stage: ShopStage, _ run: RunID) async throws -> String {
        let approval = Approval(shop: stage.shop, oro: stage.oro)
        let fault = try await #require(throws: Fault.self) { try await approval.approve(run.text) }
        #expect(fault.code == "plan_changed")
        return fault.message
    }

    @Test(
        "put right, nothing is left to decide: the hold ends, and the old figure is never written",
        arguments: [
            (right, "per_base: 120"), ("[WH-1]", "[WX-1]"),
        ]
    )
    func ended(right: String, wrong: String) async throws {
        try await Self.held(right, mistypedAs: wrong) { stage, run in
            let mended = try stage.with(wrong, as: right)
            let shown = try await HeldRun(of: run, in: mended.shop)
            #expect(shown.wishes.isEmpty && shown.figures.isEmpty && shown.settled == 30)
            #expect(try await Self.expectRefused(mended, run).contains("its hold has ended"))
            let record = try #require(try await mended.shop.state.run(run))
            #expect(record.state.kind == .done && record.message?.contains("waits no longer") == true)
            #expect(try await mended.openExceptions(.figuresHeld).isEmpty)
            let approval = Approval(shop: mended.shop, oro: mended.oro)
            let fault = await #expect(throws: Fault.self) { try await approval.approve(run.text) }
            #expect(fault?.code == "run_not_held")
            let again = try await mended.sync().summaries[0]
            #expect(again.state == .done && again.counts.written == 0)
            #expect((1...30).allSatisfy { stage.shown("AB-\($0)") == 60 })
        }
    }

    @Test("the second look shows the figures of now, and approving writes these")
    func renewed() async throws {
        try await Self.held(mistypedAs: "per_base: 120") { stage, run in
            let other = try stage.with("per_base: 120", as: "per_base: 30")
            #expect(try await Self.expectRefused(other, run).contains("150 instead of 600"))
            #expect(stage.shown("AB-1") == 60)
            let shown = try await HeldRun(of: run, in: other.shop)
            #expect(shown.wishes.count == 30 && shown.wishes.allSatisfy { $0.after == Quantity(units: 150) })
            let told = try #require(try await other.openExceptions(.figuresHeld).first)
            #expect(told.exception.message.contains("60 → 150"))
            let summary = try await Approval(shop: other.shop, oro: other.oro).approve(run.text)
            #expect(summary.state == .done && summary.counts.written == 30)
            #expect((1...30).allSatisfy { stage.shown("AB-\($0)") == 150 })
            #expect(try await other.sync().summaries[0].counts.written == 0)
        }
    }

    @Test("a plan that is named is the one of now, although it was held under other rules")
    func named() async throws {
        try await Self.held(mistypedAs: "per_base: 120") { stage, run in
            let old = try await HeldRun(of: run, in: stage.shop).plan.text
            let other = try stage.with("per_base: 120", as: "per_base: 30")
            let now = try await HeldRun(of: run, in: other.shop)
            #expect(now.plan.text != old && now.wishes.first?.after == Quantity(units: 150))
            let approval = Approval(shop: other.shop, oro: other.oro)
            let fault = await #expect(throws: Fault.self) {
                try await approval.approve(run.text, Approval.Choice(plan: old))
            }
            #expect(fault?.code == "plan_changed" && stage.shown("AB-1") == 60)
            _ = try await approval.approve(run.text, Approval.Choice(plan: now.plan.text))
            #expect(stage.shown("AB-1") == 150)
        }
    }

    @Test("rules that are back as they were shown ask again where others have made the figures meanwhile")
    func thereAndBack() async throws {
        try await Self.held(mistypedAs: "per_base: 120") { stage, run in
            let other = try stage.with("per_base: 120", as: "per_base: 130")
            #expect(try await other.sync().summaries[0].state == .held)
            #expect(try await other.shop.state.heldFigures(of: run).first?.wanted == Quantity(units: 650))
            let back = try other.with("per_base: 130", as: "per_base: 120")
            #expect(try await Self.expectRefused(back, run).contains("600 instead of 650"))
            _ = try await Approval(shop: back.shop, oro: back.oro).approve(run.text)
            #expect(stage.shown("AB-1") == 600)
        }
    }

    @Test("of a part the figures of now are written, and the rest waits")
    func part() async throws {
        try await Self.held(mistypedAs: "per_base: 120") { stage, run in
            let other = try stage.with("per_base: 120", as: "per_base: 30")
            _ = try await Self.expectRefused(other, run)
            let approval = Approval(shop: other.shop, oro: other.oro)
            let summary = try await approval.approve(run.text, Approval.Choice(sku: "AB-2"))
            #expect(summary.state == .held)
            #expect(stage.shown("AB-2") == 150 && stage.shown("AB-1") == 60)
            #expect(try await other.shop.state.heldFigures(of: run).count == 29)
        }
    }

    @Test("rejected figures are told as rejected at once, and no run is said to wait")
    func rejected() async throws {
        try await Self.held(mistypedAs: "per_base: 120") { stage, run in
            _ = try await Approval.reject(run.text, in: stage.shop)
            let told = try #require(try await stage.openExceptions(.figuresHeld).first)
            #expect(told.exception.message.contains("30 figures were rejected"), "\(told.exception.message)")
            #expect(!told.exception.message.contains("are held"))
        }
    }
}

extension ShopStage {
    /// The same shop with something in its configuration replaced.
    func with(_ old: String, as new: String) throws -> ShopStage {
        var other = self
        other.configuration = configuration.replacing(old, with: new)
        other.shop = try shop.changed(to: Fixture.settings(other.configuration))
        return other
    }
}
