import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("The history of a SKU's figures")
struct SKUHistoryTests {
    /// Changes as `0 → 5 erp applied`.
    private static func changes(_ stage: ShopStage, _ sku: String = "AB-1") async throws -> [String] {
        try await SKUHistory(of: sku, in: stage.shop).changes.map { change in
            let (before, after) = (change.level.before, change.level.after)
            let figures = "\(before?.description ?? "–") → \(after?.description ?? "–")"
            return "\(figures) \(change.cause) \(change.level.kind.word)"
        }
    }

    @Test("each delivery that moves a figure is there with its run, its plan and its rules")
    func deliveries() async throws {
        try await ShopStage.run { stage in
            let first = try await stage.sync(["AB-1": 5, "AB-2": 1])
            try await stage.sync(["AB-1": 5, "AB-2": 2])
            let third = try await stage.sync(["AB-1": 3, "AB-2": 2])
            #expect(try await Self.changes(stage) == ["0 → 5 erp applied", "5 → 3 erp applied"])
            let history = try await SKUHistory(of: "AB-1", in: stage.shop)
            #expect(history.changes.map(\.act?.run) == [first.run, third.run])
            let record = try await stage.shop.state.run(third.run)
            let act = try #require(history.changes.last?.act)
            #expect(act.planDigest == record?.planDigest && act.rulesVersion == record?.rulesVersion)
            #expect(act.delivery == record?.delivery && act.source == .main)
            #expect(try await history.lines(in: stage.shop)[third.run] == [2])
            // In files it reads the same.
            try await stage.shop.keepHistory(at: .now, isForced: true)
            #expect(try await Self.changes(stage) == ["0 → 5 erp applied", "5 → 3 erp applied"])
            await #expect(throws: Fault.self) { _ = try await SKUHistory(of: "ZZ-9", in: stage.shop) }
        }
    }

    @Test("what a person decides is there with the person and the reason, and so is what is taken back")
    func decisions() async throws {
        let guards = "{ total_rise_percent_max: 100, total_drop_percent_max: 100 }"
        try await ShopStage.run(products: 30, guards: guards) { stage in
            var stock = Dictionary(uniqueKeysWithValues: (1...30).map { ("AB-\($0)", 10) })
            try await stage.sync(stock)
            stock["AB-1"] = 9_000
            let held = try await stage.sync(stock)
            #expect(held.state == .held)
            let choice = Approval.Choice(sku: "AB-1", reason: "a new pallet", who: "anna")
            let approved = try await Approval(shop: stage.shop, oro: stage.oro)
                .approve(held.run.text, choice)
            #expect(
                try await Self.changes(stage) == ["0 → 10 erp applied", "10 → 9000 decided applied"]
            )
            let act = try #require(try await SKUHistory(of: "AB-1", in: stage.shop).changes.last?.act)
            #expect(act.who == "anna" && act.reason == "a new pallet" && act.run == approved.run)
            _ = try await RevertRun(shop: stage.shop, oro: stage.oro)
                .perform(approved.run.text, reason: "a typing error", who: "ben")
            let last = try #require(try await SKUHistory(of: "AB-1", in: stage.shop).changes.last)
            #expect(last.cause == .reverted && last.level.after == Quantity(units: 10))
            #expect(last.act?.who == "ben" && last.act?.reverts == approved.run)
        }
    }

    @Test("a rejection is there although it changes no figure")
    func rejection() async throws {
        let guards = "{ total_rise_percent_max: 100, total_drop_percent_max: 100 }"
        try await ShopStage.run(products: 30, guards: guards) { stage in
            var stock = Dictionary(uniqueKeysWithValues: (1...30).map { ("AB-\($0)", 10) })
            try await stage.sync(stock)
            stock["AB-1"] = 9_000
            let held = try await stage.sync(stock)
            let choice = Approval.Choice(reason: "nonsense", who: "anna")
            _ = try await Approval.reject(held.run.text, choice, in: stage.shop)
            let steps = try await SKUHistory(of: "AB-1", in: stage.shop).steps
            let decisions = steps.compactMap { if case .decision(let act) = $0 { act } else { nil } }
            #expect(decisions.map(\.who) == ["anna"] && decisions.map(\.reason) == ["nonsense"])
            #expect(try await Self.changes(stage) == ["0 → 10 erp applied"])
        }
    }

    @Test("what somebody else has changed is there as drift, and what mends it as a repair")
    func drift() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            let level = try #require(stage.simulator.levelId(sku: "AB-1", unit: "item"))
            stage.simulator.setQuantity(level: level, to: "44")
            var options = AuditRun.Options()
            options.repairs = true
            var audit = AuditRun(shop: stage.shop, oro: stage.oro, options: options)
            _ = try await audit.perform()
            #expect(
                try await Self.changes(stage) == [
                    "0 → 5 erp applied", "5 → 44 drift drifted", "44 → 5 repaired applied",
                ]
            )
            try await stage.sync(["AB-1": 6, "AB-2": 7])
            #expect(try await Self.changes(stage).last == "5 → 6 erp applied")
        }
    }

    @Test("what the shop refuses is there, and changes nothing")
    func refusal() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(["AB-1": 5])
            stage.simulator.inject(FaultRule(.refuse, method: "PATCH", limit: 1))
            try await stage.sync(["AB-1": 6])
            #expect(try await Self.changes(stage) == ["0 → 5 erp applied", "5 → 6 erp refused"])
            #expect(stage.shown("AB-1") == 5)
        }
    }

    @Test("what the web has sold is there as orders, and as the checkout that has taken it")
    func orders() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -200)
            stage.order("AB-1", 3)
            try await stage.poll(after: 1)
            let changes = try await Self.changes(stage.stage)
            #expect(changes == ["0 → 20 erp applied", "20 → 17 checkout observed"])
            let steps = try await SKUHistory(of: "AB-1", in: stage.stage.shop).steps
            let orders = steps.compactMap { step in
                if case .stock(let stock, _, _, _) = step { stock["main"].orders } else { nil }
            }
            #expect(orders.last == Quantity(units: 3))
        }
    }
}
