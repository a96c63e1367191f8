import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing
import TidegateSettings

@testable import TidegatePipeline

/// Quotas through the whole pipeline (ring-fencing.md; ORDERS.md, W6): `AB-12` shows `AB-1` to the VIPs.
@Suite("What a quota does in runs")
struct QuotaCourseTests {
    private static func fences(_ keys: String = "") -> String {
        """
        fences:
          vip:
            customer_group: VIP
            rank: 1
            publish: { sku_alias: "{sku}2" }
            rules: [{ match: { sku: AB-1 }, hold: quota, quantity: 40\(keys) }]
        """
    }

    private static func run(
        counts: String = "level",
        keys: String = "",
        _ body: @escaping @Sendable (OrderStage) async throws -> Void
    ) async throws {
        try await OrderStage.run(orders: ", quota_counts: \(counts)", more: fences(keys)) { stage in
            try await stage.erp(["AB-1": 100], asOf: -600)
            #expect(stage.pools == [40, 60])
            try await body(stage)
        }
    }

    @Test("W6: given 10 through the group's own level, then its quota is 30, and stays so once the ERP knows")
    func ownLevel() async throws {
        try await Self.run { stage in
            let start = stage.simulator.ledgerCount
            let order = stage.buy("AB-12", 10)
            try await stage.poll()
            #expect(stage.pools == [30, 60])
            try await stage.acknowledge(order, at: -200)
            try await stage.erp(["AB-1": 90], asOf: -100)
            #expect(try await stage.open("AB-12") == .zero)
            #expect(stage.pools == [30, 60])
            #expect(stage.writes(since: start) == [])
        }
    }

    @Test("W6: given 10 by a VIP on the shared product, then by level the quota is whole")
    func sharedByLevel() async throws {
        try await Self.run { stage in
            let start = stage.simulator.ledgerCount
            stage.buy("AB-1", 10)
            try await stage.poll()
            #expect(stage.pools == [40, 50])
            #expect(stage.writes(since: start) == [])
        }
    }

    @Test("W6: given 10 by a VIP on the shared product, then by group the quota is 30 and everyone has 60")
    func sharedByGroup() async throws {
        try await Self.run(counts: "group") { stage in
            let order = stage.buy("AB-1", 10)
            try await stage.poll()
            #expect(stage.pools == [30, 60])
            let other = OrderPlacement([.init(sku: "AB-1", quantity: "5")], customerGroup: "Others")
            _ = stage.simulator.placeOrder(other)
            try await stage.poll()
            #expect(stage.pools == [30, 55])
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll()
            #expect(stage.pools == [40, 55])
        }
    }

    @Test("given a period that turns, then the quota is full again, and only its SKUs are worked out anew")
    func period() async throws {
        try await Self.run(keys: ", per: week, zone: Europe/Berlin") { stage in
            try await stage.erp(["AB-1": 100, "AB-2": 5], asOf: -500)
            let order = stage.buy("AB-12", 10)
            try await stage.poll()
            try await stage.acknowledge(order, at: -200)
            try await stage.erp(["AB-1": 90, "AB-2": 5], asOf: -100)
            #expect(stage.pools == [30, 60])
            let shop = stage.stage.shop
            let made = try #require(try await shop.state.figuresMadeBy()).at
            func plan(at instant: Timestamp) async throws -> Planning.Result {
                try await Planning(shop: shop, oro: stage.stage.oro, at: instant)
                    .plan(accepted: [], on: try await shop.stock(), isIndexFresh: false)
            }
            let clock = try #require(ZoneClock(named: "Europe/Berlin"))
            let week = clock.bounds(of: QuotaPeriod(.week, zone: "Europe/Berlin"), at: made)
            // Where orders could not be read nothing rises, and that is not forgotten.
            let blind = try await plan(at: week.upperBound)
            #expect(blind.waiting == ["AB-1"])
            #expect(blind.plan.wishes.map { "\($0.key.sku) \($0.after)" } == ["AB-1 50"])
            let seconds = (week.upperBound.microseconds - made.microseconds) / 1_000_000
            try await stage.poll(after: seconds)
            let before = try await plan(at: week.upperBound.adding(seconds: -1))
            #expect(before.wishes.isEmpty && !before.hasTurned)
            let after = try await plan(at: week.upperBound)
            #expect(after.hasTurned && after.certificate.skus == 1)
            let wanted = after.plan.wishes.map { "\($0.key.sku) \($0.after)" }
            #expect(wanted.sorted() == ["AB-1 50", "AB-12 40"])
        }
    }

    @Test("given a period that turns and changes nothing, then that is looked at once")
    func quietTurn() async throws {
        try await Self.run(keys: ", per: day") { stage in
            let shop = stage.stage.shop
            let made = try #require(try await shop.state.figuresMadeBy())
            try await shop.state.figuresStand(at: made.at.adding(seconds: -86_400), version: "another")
            #expect(try await shop.state.figuresMadeBy()?.at == made.at)
            let before = made.at.adding(seconds: -86_400)
            try await shop.state.figuresStand(at: before, version: made.version)
            let run = RulesRun(
                shop: shop,
                source: shop.sources[0],
                oro: stage.stage.oro,
                events: { _ in }
            )
            #expect(try await run.perform() == nil)
            #expect(try #require(try await shop.state.figuresMadeBy()).at >= made.at)
        }
    }

    @Test("`explain` tells the quota, what was consumed of it since when, and what is left")
    func explained() async throws {
        try await Self.run(keys: ", per: month") { stage in
            stage.buy("AB-12", 10)
            try await stage.poll()
            let shop = stage.stage.shop
            let made = try #require(try await shop.state.figuresMadeBy()).at
            let clock = try #require(ZoneClock(named: "UTC"))
            let month = clock.bounds(of: QuotaPeriod(.month), at: made)
            let lines = try await Explanation(of: "AB-1", group: "VIP", in: shop).lines
            let told = "quota 40 a month (UTC): 10 consumed since \(month.lowerBound), 30 left"
            #expect(lines.contains("    \(told)"))
            #expect(lines.contains("    open web orders 10"))
            #expect(lines.contains("wanted      AB-12, item: 30"))
            #expect(try await Explanation(of: "AB-1", in: shop).lines.contains("wanted      item: 60"))
        }
    }

    @Test("`explain` tells what checkouts that are under way may still take")
    func runningCheckout() async throws {
        try await Self.run { stage in
            let position = RunningSimulator.OrderPosition(sku: "AB-12", quantity: "10")
            _ = stage.simulator.placeOrder(OrderPlacement([position], takesStock: .later))
            try await stage.poll()
            #expect(stage.pools == [40, 60])
            let lines = try await Explanation(of: "AB-1", in: stage.stage.shop).lines
            #expect(
                lines.contains("wanted      AB-12, item: 40, up to 10 of it for checkouts that are under way")
            )
            #expect(lines.contains("    quota 40: 10 consumed since orders are read, 30 left"))
            let wanted = try await WantedFigures(of: ["AB-1"], in: stage.stage.shop)
            #expect(wanted[LevelKey(sku: "AB-12", unit: "item", warehouse: nil)] == Quantity(units: 40))
        }
    }

    @Test("a comparison of rules divides with the orders and what was consumed")
    func comparison() async throws {
        try await Self.run { stage in
            stage.buy("AB-12", 10)
            try await stage.poll()
            let shop = stage.stage.shop
            let present = RulesFile(of: shop.settings)
            let same = try await RuleComparison(from: present, to: present, at: .now, in: shop)
            #expect(same.change.writes == 0)
            let other = try RulesFile.read(
                text: "sites: { main: { locations: [\"*\"] } }\n"
                    + Self.fences().replacing("hold: quota", with: "hold: floor"),
                name: "rules"
            )
            let change = try await RuleComparison(from: present, to: other, at: .now, in: shop).change
            let moves = change.movers.map { "\($0.pool) \($0.before) \($0.after)" }
            #expect(moves.sorted() == ["shared 60 50", "vip 30 40"])
        }
    }

    @Test(
        "given orders that ended long ago, then a poll forgets them once a day, and does not take them anew"
    )
    func retention() async throws {
        try await Self.run(keys: ", per: month") { stage in
            let order = stage.buy("AB-1", 10)
            try await stage.poll()
            try await stage.acknowledge(order, at: -200)
            try await stage.erp(["AB-1": 90], asOf: -100)
            #expect(stage.pools == [40, 50])
            let id = try #require(try await stage.state.orders(named: order).first).id
            try await stage.poll(after: 61 * 86_400)
            #expect(try await stage.state.ledgerOrders([id]).count == 1)
            #expect(stage.pools == [40, 50])
            try await stage.poll(after: 63 * 86_400)
            #expect(try await stage.state.ledgerOrders([id]).isEmpty)
            stage.simulator.setOrderStatus(order, to: .closed)
            try await stage.poll(after: 63 * 86_400 + 60)
            #expect(try await stage.state.ledgerOrders([id]).isEmpty)
            #expect(stage.pools == [40, 50])
        }
        try await Self.run { stage in
            let order = stage.buy("AB-1", 10)
            try await stage.poll()
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll(after: 300 * 86_400)
            #expect(try await stage.state.orders(named: order).count == 1)
        }
    }
}

extension OrderStage {
    /// A VIP buys.
    @discardableResult
    fileprivate func buy(_ sku: String, _ quantity: Int) -> String {
        let position = RunningSimulator.OrderPosition(sku: sku, quantity: String(quantity))
        return simulator.placeOrder(OrderPlacement([position], customerGroup: "VIP"))
    }

    /// What the shop shows to VIPs and to everyone.
    fileprivate var pools: [Int?] { [shown("AB-12"), shown("AB-1")] }
}
