import InventoryCore
import Testing

/// The worked examples of the order ledger (ORDERS.md, D.7), told as they stand there.
@Suite("Orders, worked examples")
struct OrderExampleTests {
    private typealias Stage = LedgerStage

    @Test("W1: an order in flight is not put back by a figure from before it was booked")
    func race() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        #expect(stage.taken(73) == [3] && stage.pending() == 0)
        stage.wait(60)
        stage.snapshot(["A": 10])
        stage.wait(300)
        stage.acknowledge(73)
        stage.wait(300)
        stage.snapshot(["A": 7])
        #expect(stage.endings(73) == [.contained] && stage.open() == 0)
        #expect(stage.writes.isEmpty && stage.shown["A"] == 7)
    }

    @Test("W2: a receipt before the booking shows what is there without the order")
    func receiptFirst() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.snapshot(["A": 15])
        #expect(stage.writes["A"] == [12])
        stage.wait(300)
        stage.acknowledge(73)
        stage.snapshot(["A": 12])
        #expect(stage.writes["A"] == [12] && stage.open() == 0)
    }

    @Test("W3: what a running checkout is about to take stays shown until it takes it")
    func runningCheckout() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        #expect(stage.pending() == 3 && stage.writes.isEmpty)
        stage.snapshot(["A": 15])
        #expect(stage.writes["A"] == [15])
        stage.sell(3)
        stage.wait(30)
        stage.poll()
        #expect(stage.writes["A"] == [15] && stage.shown["A"] == 12 && stage.taken(73) == [3])
    }

    @Test("W3: a checkout that is abandoned counts after its grace, and no more once it is cancelled")
    func abandonedCheckout() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        stage.snapshot(["A": 15])
        stage.wait(119)
        stage.poll()
        #expect(stage.writes["A"] == [15])
        stage.wait(1)
        stage.poll()
        #expect(stage.writes["A"] == [15, 12])
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        #expect(stage.writes["A"] == [15, 12, 15])
    }

    @Test("W4: acknowledged first, it leaves only with a figure as of then or later")
    func acknowledgedFirst() {
        var stage = Stage(["A": 20])
        stage.row(73, [Stage.line(1, 4)])
        stage.sell(4)
        stage.poll()
        stage.wait(600)
        let booked = stage.now
        stage.acknowledge(73, at: booked)
        stage.snapshot(["A": 20], asOf: booked.adding(seconds: -10))
        #expect(stage.shown["A"] == 16 && stage.open() == 4)
        stage.snapshot(["A": 16], asOf: booked)
        #expect(stage.open() == 0 && stage.shown["A"] == 16 && stage.writes.isEmpty)
    }

    @Test("W4: where the figure comes first, less is sold for that while and never more")
    func figureFirst() {
        var stage = Stage(["A": 20])
        stage.row(73, [Stage.line(1, 4)])
        stage.sell(4)
        stage.poll()
        stage.wait(600)
        let booked = stage.now
        stage.snapshot(["A": 16], asOf: booked)
        #expect(stage.writes["A"] == [12])
        stage.acknowledge(73, at: booked)
        stage.snapshot([:])
        #expect(stage.writes["A"] == [12], "the ledger asks for a figure of that SKU")
        stage.snapshot(["A": 16], asOf: booked)
        #expect(stage.writes["A"] == [12, 16])
    }

    @Test("W5: what is cancelled before it was booked is for sale again")
    func cancelled() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        #expect(stage.writes["A"] == [10] && stage.endings(73) == [.cancelled])
    }

    @Test("W5: where the shop does not show states, a person releases what is overdue")
    func invisiblyCancelled() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)], status: nil)
        stage.sell(3)
        stage.poll()
        stage.wait(48 * 3600 - 1)
        #expect(stage.ledger[OrderID(73)]?.isOverdue(at: stage.now, stage.ledger.rules) == false)
        stage.wait(1)
        #expect(stage.ledger[OrderID(73)]?.isOverdue(at: stage.now, stage.ledger.rules) == true)
        #expect(stage.writes.isEmpty)
        stage.release(73)
        #expect(stage.writes["A"] == [10] && stage.endings(73) == [.released])
        #expect(stage.ledger[OrderID(73)]?.isOverdue(at: stage.now, stage.ledger.rules) == false)
    }

    @Test("W6: an order counts against the pool of its level, and by its group where quotas count groups")
    func quota() {
        var stage = Stage(["A": 100, "A-VIP": 40])
        stage.row(73, [Stage.line(1, "A-VIP", 10)])
        stage.row(74, [Stage.line(2, "A", 10)])
        stage.poll()
        let (alias, product) = (Quantity(units: stage.open("A-VIP")), Quantity(units: stage.open("A")))
        let throughAlias = WebOrders(fences: [FenceQuantity(fence: 0, quantity: alias)])
        #expect(pools(throughAlias) == [30, 60])
        #expect(pools(WebOrders(shared: product)) == [40, 50])
        let byGroup = [FenceQuantity(fence: 0, quantity: product)]
        #expect(pools(WebOrders(shared: product), consumed: byGroup) == [30, 60])
    }

    private func pools(_ orders: WebOrders, consumed: [FenceQuantity] = []) -> [Int64] {
        let vip = Fence(id: "vip", rank: 1, rules: [FenceRule(hold: .quota(Quantity(units: 40)))])
        let rules = RuleSet(sites: [Site(id: "main")], fences: [vip])
        let rows = [LocationNet(location: "L", net: Quantity(units: 100))]
        let stock = SiteStock(sku: "A", site: 0, locations: rows[...], orders: orders, consumed: consumed)
        let allocation = Allocator(rules: rules, at: Stage.noon).allocate(stock)
        return [allocation.fences[0].carved, allocation.shared].map { $0.millionths / Quantity.scale }
    }

    @Test("W7: parts of an order share its lines, which count once")
    func parts() {
        var stage = Stage(["A": 20])
        let lines = [Stage.line(501, 4), Stage.line(502, 6)]
        stage.row(80, lines)
        stage.row(81, [lines[0]], parent: 80)
        stage.row(82, [lines[1]], parent: 80)
        stage.poll()
        #expect(stage.open() == 10 && stage.ledger.orders.count == 1)
    }

    @Test("W8: a kit takes its components' stock and none of its own")
    func kit() {
        var stage = Stage(["A": 20, "B": 20, "KIT": 5])
        stage.row(73, [Stage.line(1, "KIT", 3, parts: [("A", 2), ("B", 1)])])
        stage.poll()
        #expect(stage.open("A") == 6 && stage.open("B") == 3 && stage.open("KIT") == 0)
        stage.wait(120)
        stage.poll()
        #expect(stage.writes == ["A": [14], "B": [17]])
    }

    @Test("W9: under a figure on hand only, an order counts until it is shipped, by quantity")
    func onHandOnly() {
        var stage = Stage { $0.contains = .shipped }
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.wait(300)
        stage.acknowledge(73)
        stage.snapshot(["A": 10])
        #expect(stage.open() == 3)
        stage.acknowledge(73, .shipped, line: 1, quantity: 2)
        stage.snapshot(["A": 8])
        #expect(stage.open() == 1)
        stage.wait(60)
        stage.acknowledge(73, .shipped, line: 1, quantity: 1)
        stage.snapshot(["A": 7])
        #expect(stage.open() == 0 && stage.endings(73) == [.contained])
        #expect(stage.writes.isEmpty && stage.shown["A"] == 7)
    }

    @Test("W10: an order that never takes its stock counts after its grace, without anything else happening")
    func backOffice() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        stage.wait(60)
        stage.poll()
        #expect(stage.writes.isEmpty)
        stage.wait(60)
        #expect(stage.ledger.unsettledLevels == [Stage.level("A")])
        stage.poll()
        #expect(stage.writes["A"] == [7])
        #expect(stage.ledger.unsettledLevels.isEmpty)
    }

    @Test("W11: a drop beyond the orders is not theirs, and is written again")
    func lostUpdate() {
        var stage = Stage(["A": 50])
        stage.snapshot(["A": 500])
        stage.row(73, [Stage.line(1, 5)])
        stage.show(45)
        stage.poll()
        #expect(stage.taken(73) == [5])
        #expect(stage.writes["A"] == [500, 495] && stage.shown["A"] == 495)
    }
}
