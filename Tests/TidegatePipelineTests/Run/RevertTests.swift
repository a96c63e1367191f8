import Foundation
import InventoryCore
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// The figures of a run are taken back, and the ERP's next word counts as ever.
@Suite("A revert")
struct RevertTests {
    private static func stock(_ more: [String: Int] = [:], count: Int = 12) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: (1...count).map { ("AB-\($0)", 10 + $0) }).merging(more) { $1 }
    }

    private static func gold(_ quantity: Int, _ publish: String = "{ warehouse: Gold }") -> String {
        """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: \(publish)
            rules: [{ hold: floor, quantity: \(quantity) }]
        """
    }

    private static let alias = "{ sku_alias: \"{sku}-KA\" }"

    private static let oneZero = "{ newly_zero_count_max: 0, newly_zero_percent_max: 10 }"

    @Test("shows what was shown before; the ERP's next word about a SKU counts, and the same again does not")
    func takesBack() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let wrong = try await stage.sync(Self.stock(["AB-1": 300, "AB-2": 400]))
            let generation = try await stage.shop.state.generation(of: .main)
            let back = try await stage.revert(wrong.run)
            #expect(back.state == .done && back.counts.written == 2 && back.run != wrong.run)
            #expect(stage.shown("AB-1") == 11 && stage.shown("AB-2") == 12)
            #expect(try await stage.shop.state.generation(of: .main) == generation)
            let record = try #require(try await stage.shop.state.run(back.run))
            #expect(record.reverts == wrong.run && record.message?.contains("a typo") == true)
            let replayed = try await ReplayedRun(back.run.text, in: stage.shop)
            #expect(replayed.plan.wishes.count == 2 && replayed.certificate == .same)
            #expect(replayed.snapshot == .none)
            let again = try await stage.sync(Self.stock(["AB-1": 300, "AB-2": 400]))
            #expect(again.counts.written == 0 && stage.shown("AB-1") == 11)
            let next = try await stage.sync(Self.stock(["AB-1": 299, "AB-2": 400]))
            #expect(next.counts.written == 1 && stage.shown("AB-1") == 299 && stage.shown("AB-2") == 12)
        }
    }

    @Test("says so in whole sentences, and how its hold has ended")
    func sentences() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let sold = try await stage.sync(Self.stock(["AB-1": 2]))
            let back = try await stage.revert(sold.run)
            #expect(back.state == .held)
            let held = try await ShownRun(back.run.text, in: stage.shop)
            #expect(held.record.message?.contains("back: a typo. 1 of 1 levels would show more") == true)
            #expect(held.lines.contains("source      main"))
            try await stage.sync(Self.stock(["AB-1": 5]))
            let ended = try #require(try await stage.shop.state.run(back.run))
            #expect(ended.state.kind == .done)
            let ending = " It waits no longer: what it held was stated or worked out anew since, or decided."
            #expect(ended.message?.hasSuffix(ending) == true)
        }
    }

    @Test("never shows more than the stock of now allows without a person's word")
    func aboveStock() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let sold = try await stage.sync(Self.stock(["AB-1": 2, "AB-2": 30]))
            let back = try await stage.revert(sold.run)
            #expect(back.state == .held && back.counts.written == 1)
            #expect(stage.shown("AB-1") == 2 && stage.shown("AB-2") == 12)
            let held = try await stage.shop.state.heldFigures(of: back.run)
            #expect(held.map(\.key.sku) == ["AB-1"] && held.map(\.guardCode) == [.aboveStock])
            #expect(back.held.contains { $0.contains("1 of 2 levels") })
            // The same bytes leave it waiting.
            try await stage.sync(Self.stock(["AB-1": 2, "AB-2": 30]))
            #expect(stage.shown("AB-1") == 2)
            let approved = try await Approval(shop: stage.shop, oro: stage.oro).approve(back.run.text)
            #expect(approved.state == .done && stage.shown("AB-1") == 11)
            #expect(try await ReplayedRun(back.run.text, in: stage.shop).count == 2)
        }
    }

    @Test("that a person rejects leaves everything as it was, and says nothing about the ERP's bytes")
    func rejected() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let sold = try await stage.sync(Self.stock(["AB-1": 2]))
            let back = try await stage.revert(sold.run)
            let digest = try #require(try await stage.shop.state.highWaterMark(of: .main)?.digest)
            _ = try await Approval.reject(back.run.text, in: stage.shop)
            #expect(try await stage.shop.state.decision(about: digest, of: .main) == nil)
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.shop.state.run(back.run)?.state.kind == .rejected)
            #expect(try await stage.shop.state.heldFigures().isEmpty)
            // Something new of other SKUs does not ask for it again.
            #expect(try await stage.sync(Self.stock(["AB-1": 2, "AB-3": 5])).state == .done)
            #expect(try await stage.openExceptions(.figuresHeld).isEmpty)
            let next = try await stage.sync(Self.stock(["AB-1": 1]))
            #expect(next.state == .done && stage.shown("AB-1") == 1)
        }
    }

    @Test("whose held figure the ERP speaks about is ended by that")
    func overtaken() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let sold = try await stage.sync(Self.stock(["AB-1": 2]))
            let back = try await stage.revert(sold.run)
            #expect(back.state == .held)
            let next = try await stage.sync(Self.stock(["AB-1": 1]))
            #expect(next.state == .done && stage.shown("AB-1") == 1)
            #expect(try await stage.shop.state.heldFigures().isEmpty)
            #expect(try await stage.shop.state.run(back.run)?.state.kind != .held)
        }
    }

    @Test("of a revert brings the figures back, for the stock allows them; not while some of it is in doubt")
    func twice() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let raised = try await stage.sync(Self.stock(["AB-1": 300, "AB-2": 400]))
            let back = try await stage.revert(raised.run)
            try stage.write(Self.stock(["AB-1": 300, "AB-2": 400]))
            let text = try String(contentsOfFile: stage.folder + "/stock.csv", encoding: .utf8)
            try stage.write(text: text.replacing("AB-2,WH-1,EA,400", with: "AB-2,WH-1,EA,n/a"))
            try await stage.sync()
            let forth = try await stage.revert(back.run)
            #expect(forth.state == .held && stage.shown("AB-1") == 300 && stage.shown("AB-2") == 12)
        }
    }

    @Test("is judged by the guards on the publication like any other run")
    func guarded() async throws {
        let guards = """
            { newly_zero_count_max: 100000, total_drop_percent_max: 100, total_rise_percent_max: 100000, \
            shown_zero_count_max: 1, shown_zero_percent_max: 1 }
            """
        try await ShopStage.run(guards: guards) { stage in
            let first = try await stage.sync(Self.stock())
            let back = try await stage.revert(first.run)
            #expect(back.state == .held && stage.shown("AB-1") == 11)
            #expect(try await stage.shop.state.heldFigures(of: back.run).count == 12)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(back.run.text)
            #expect(stage.shown("AB-1") == 0 && stage.shown("AB-12") == 0)
        }
    }

    @Test("of a run that was held and approved takes back what both parts wrote")
    func approvedRun() async throws {
        try await ShopStage.run(products: 4, guards: Self.oneZero) { stage in
            try await stage.sync(Self.stock(count: 4))
            let held = try await stage.sync(Self.stock(["AB-1": 0, "AB-2": 20], count: 4))
            let fault = await #expect(throws: Fault.self) { try await stage.revert(held.run) }
            #expect(fault?.code == "run_held" && fault?.kind == .badInput)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(held.run.text)
            #expect(stage.shown("AB-1") == 0 && stage.shown("AB-2") == 20)
            let back = try await stage.revert(held.run)
            #expect(stage.shown("AB-2") == 12 && back.state == .held)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(back.run.text)
            #expect(stage.shown("AB-1") == 11 && stage.shown("AB-2") == 12)
        }
    }

    @Test("of stock of two sources is of what both come to")
    func twoSources() async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 5, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-2": 1, "AB-3": 9], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-2": 90, "AB-3": 9], at: "YORK", to: "york.csv")
            let york = try #require(try await stage.sync(["york"]).summaries.first)
            #expect(stage.shown("AB-2") == 97)
            let back = try await stage.revert(york.run)
            #expect(back.source == "york" && back.state == .done && stage.shown("AB-2") == 8)
            try stage.write(["AB-1": 5, "AB-2": 6], at: "LEEDS", to: "leeds.csv")
            try await stage.sync(["leeds"])
            #expect(stage.shown("AB-2") == 96)
        }
    }

    @Test("is refused where there is nothing to take back, or others wait for a decision about the stock")
    func refusals() async throws {
        let guards = "{ total_rise_percent_max: 100000, shown_zero_count_max: 0, shown_zero_percent_max: 1 }"
        try await ShopStage.run(products: 4, guards: guards) { stage in
            try await stage.sync(Self.stock(count: 4))
            let raised = try await stage.sync(Self.stock(["AB-1": 100], count: 4))
            let same = try await stage.sync(Self.stock(["AB-1": 100], count: 4))
            let nothing = await #expect(throws: Fault.self) { try await stage.revert(same.run) }
            #expect(nothing?.code == "nothing_to_revert" && nothing?.kind == .badInput)
            let unknown = await #expect(throws: Fault.self) { try await stage.revert("1999") }
            #expect(unknown?.code == "unknown_run" && unknown?.kind == .inputMissing)
            let zero = try await stage.sync(Self.stock(["AB-1": 0], count: 4))
            #expect(zero.state == .held && stage.shown("AB-1") == 100)
            let waits = await #expect(throws: Fault.self) { try await stage.revert(raised.run) }
            #expect(waits?.code == "figures_wait" && waits?.hint.contains(zero.run.text) == true)
            _ = try await Approval.reject(zero.run.text, in: stage.shop)
            #expect(try await stage.revert(raised.run).state == .done)
            #expect(stage.shown("AB-1") == 11)
            try stage.shop.copies.archive.discardPlans(of: raised.run)
            let gone = await #expect(throws: Fault.self) { try await stage.revert(raised.run) }
            #expect(gone?.code == .planMissing)
        }
    }

    @Test("of a moved fence waits whole: a pool that rises alone would show what is not there")
    func pools() async throws {
        try await FencedShop.withRunning(seed: 3) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: Self.gold(40))
            let moved = try await place.sync(fences: Self.gold(80))
            #expect(place.shown("AB-1") == ["Everyone": "20", "Gold": "80", "Silver": "0"])
            let back = try await place.revert(moved.run, fences: Self.gold(80))
            #expect(back.state == .held && back.counts.written == 0)
            #expect(place.shown("AB-1") == ["Everyone": "20", "Gold": "80", "Silver": "0"])
            // By the rules of before the stock allows it; nobody has run by them yet.
            let second = try await place.revert(moved.run, fences: Self.gold(40), rejecting: back.run)
            #expect(second.state == .done && second.counts.written == 2)
            #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
            // A revert changes no rules: the same as before it leave the figures alone, changed ones do not.
            for (quantity, written) in [(80, 0), (40, 0), (80, 2)] {
                #expect(try await place.sync(fences: Self.gold(quantity)).counts.written == written)
            }
            #expect(place.shown("AB-1") == ["Everyone": "20", "Gold": "80", "Silver": "0"])
        }
    }

    @Test("of one pool waits while another pool of the stock shows what rules of now give to it")
    func excess() async throws {
        try await FencedShop.withRunning(seed: 4) { place in
            try place.write(stock: ["AB-1": 140])
            _ = try await place.sync(fences: Self.gold(80, Self.alias))
            #expect(place.shown("AB-1")["Everyone"] == "60" && place.sum("AB-1") == 140)
            try place.write(stock: ["AB-1": 100])
            let sold = try await place.sync(fences: Self.gold(80, Self.alias))
            #expect(place.shown("AB-1")["Everyone"] == "20" && place.sum("AB-1") == 100)
            // The fence is to shrink, so everyone may have 60; but its 80 are still shown.
            let back = try await place.revert(sold.run, fences: Self.gold(40, Self.alias))
            #expect(back.state == .held && place.sum("AB-1") == 100)
        }
    }

    @Test("that is only previewed changes nothing")
    func preview() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let run = try await stage.sync(Self.stock(["AB-1": 2, "AB-2": 30]))
            try await stage.sync(Self.stock(["AB-1": 2, "AB-2": 31]))
            let runs = try await stage.shop.state.lastRuns(limit: 9)
            let preview = try await RevertRun(shop: stage.shop, oro: stage.oro).preview(run.run.text)
            #expect(preview.plan.wishes.map(\.key.sku) == ["AB-2"] && preview.held.map(\.key.sku) == ["AB-1"])
            #expect(preview.changedSince == 1 && preview.lost == 0 && preview.notes.count == 2)
            #expect(try await stage.shop.state.lastRuns(limit: 9) == runs && stage.shown("AB-2") == 31)
            #expect(try await stage.shop.state.heldFigures().isEmpty)
        }
    }

    @Test("that fails at any step leaves nothing, and comes about later", arguments: CommitStep.allCases)
    func fails(step: CommitStep) async throws {
        // A revert reads no bytes that could be put aside.
        guard step != .aside else { return }
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            let wrong = try await stage.sync(Self.stock(["AB-1": 300]))
            var shop = stage.shop
            shop.onCommitStep = { if $0 == step { throw CommitFaultTests.diskFull } }
            let failing = shop
            _ = await #expect(throws: Fault.self) {
                try await RevertRun(shop: failing, oro: stage.oro).perform(wrong.run.text, reason: "a typo")
            }
            #expect(stage.shown("AB-1") == 300)
            #expect(try await stage.shop.state.lastRuns(limit: 9).allSatisfy { $0.reverts == nil })
            #expect(try await stage.revert(wrong.run).state == .done && stage.shown("AB-1") == 11)
            #expect(try await stage.sync(Self.stock(["AB-1": 5])).state == .done)
            #expect(stage.shown("AB-1") == 5)
        }
    }

    @Test("raises nothing above the ERP's stock, whatever is taken back when", arguments: 0..<6)
    func seeded(seed: UInt64) async throws {
        try await ShopStage.run { stage in
            var random = SplitMix64(state: seed)
            var (stock, runs) = (Self.stock(), [RunID]())
            runs.append(try await stage.sync(stock).run)
            for _ in 0..<10 {
                for _ in 0..<3 { stock["AB-\(1 + random.below(12))"] = 1 + random.below(60) }
                runs.append(try await stage.sync(stock).run)
                let before = Dictionary(uniqueKeysWithValues: stock.keys.map { ($0, stage.shown($0) ?? 0) })
                do {
                    runs.append(try await stage.revert(runs[random.below(runs.count)]).run)
                } catch let fault as Fault {
                    let foreseen: [Fault.Code] = ["nothing_to_revert", "run_held", "figures_wait"]
                    #expect(foreseen.contains(fault.code), "\(fault)")
                }
                for (sku, quantity) in stock {
                    let shown = try #require(stage.shown(sku))
                    #expect(shown <= max(quantity, before[sku] ?? 0), "\(sku)")
                }
                #expect(try await stage.shop.state.openClaims().isEmpty)
            }
        }
    }
}

extension FencedShop {
    fileprivate func revert(
        _ run: RunID,
        fences: String,
        rejecting held: RunID? = nil
    ) async throws -> RunSummary {
        try await withOpenShop(fences: fences, mode: "auto") { shop, oro in
            if let held { _ = try await Approval.reject(held.text, in: shop) }
            return try await RevertRun(shop: shop, oro: oro).perform(run.text, reason: "a typo")
        }
    }
}

extension ShopStage {
    @discardableResult
    fileprivate func revert(_ run: RunID) async throws -> RunSummary {
        try await RevertRun(shop: shop, oro: oro).perform(run.text, reason: "a typo")
    }
}
