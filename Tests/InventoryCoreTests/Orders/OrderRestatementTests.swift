import InventoryCore
import Testing

/// What the ERP says once more of an order, and what settings that have changed make of what it said.
@Suite("Orders of which something is said again")
struct OrderRestatementTests {
    private typealias Stage = LedgerStage

    private static func parts(_ stage: Stage) -> [String] {
        let line = stage.ledger[OrderID(73)]?.lines.first
        return (line?.acknowledged ?? []).map { part in
            "\(part.quantity) \(part.source?.text ?? "*") \(part.at == stage.now ? "now" : "before")"
        }
    }

    private static func stage(_ change: (inout LedgerRules) -> Void = { _ in }) -> Stage {
        var stage = Stage(change: change)
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        return stage
    }

    @Test("a source that is named later is whose figures contain the order, as of then")
    func named() {
        var stage = Self.stage()
        stage.acknowledge(73)
        #expect(Self.parts(stage) == ["3 * now"])
        stage.wait(60)
        let isNew = stage.acknowledge(73, source: "leeds")
        #expect(isNew && Self.parts(stage) == ["3 leeds now"])
        // A source that is named stays.
        stage.acknowledge(73, source: "york")
        #expect(Self.parts(stage) == ["3 leeds now"])
    }

    @Test("a source is named for the same quantity as of the same time; another one is another shipment")
    func quantities() {
        var stage = Self.stage { $0.contains = .shipped }
        let first = stage.now
        stage.acknowledge(73, .shipped, line: 1, quantity: 2, at: first)
        stage.acknowledge(73, .shipped, line: 1, quantity: 2, at: first, source: "leeds")
        #expect(Self.parts(stage) == ["2 leeds now"])
        stage.wait(60)
        stage.acknowledge(73, .shipped, line: 1, quantity: 1, source: "leeds")
        #expect(Self.parts(stage) == ["2 leeds before", "1 leeds now"])
    }

    @Test("what was shipped says nothing of whose figures contain what was booked")
    func otherState() {
        var stage = Self.stage()
        stage.acknowledge(73)
        stage.wait(60)
        stage.acknowledge(73, .shipped, source: "leeds")
        #expect(Self.parts(stage) == ["3 * before"])
    }

    @Test("kits whose source is named later are not acknowledged twice")
    func kits() {
        var stage = Stage(["A": 20])
        stage.row(73, [Stage.line(1, "KIT", 3, parts: [("A", 2)])])
        stage.poll()
        let first = stage.now
        stage.acknowledge(73, line: 1, quantity: 2, at: first)
        stage.acknowledge(73, line: 1, quantity: 2, at: first, source: "leeds")
        #expect(Self.parts(stage) == ["4 leeds now"])
    }

    @Test("orders placed before `since` leave as known to the ERP, and count again where it is earlier again")
    func since() {
        let stage = Self.stage()
        let order = stage.ledger[OrderID(73)]
        var rules = stage.ledger.rules
        rules.since = stage.now.adding(seconds: 1)
        var ledger = OrderLedger(rules, orders: [order].compactMap(\.self))
        ledger.leaveOlder(at: stage.now)
        #expect(ledger[OrderID(73)]?.lines.map(\.ending) == [.contained] && ledger.touched == ["A"])
        rules.since = stage.now
        var again = OrderLedger(rules, orders: ledger.orders.values)
        let row = WebOrder(id: OrderID(73), placed: stage.now, status: "open", lines: [Stage.line(1, 3)])
        again.take(row, at: stage.now, shopTime: stage.now)
        #expect(again[OrderID(73)]?.isOpen == true)
    }

    @Test("statements that are forgotten leave an order as if nothing had been said")
    func forgotten() {
        var stage = Self.stage()
        let before = stage.ledger[OrderID(73)]
        stage.acknowledge(73, line: 1, quantity: 2)
        stage.snapshot(["A": 8])
        #expect(stage.open() == 1)
        var ledger = OrderLedger(stage.ledger.rules, orders: stage.ledger.orders.values)
        ledger.forgetStatements(of: OrderID(73))
        let line = ledger[OrderID(73)]?.lines.first
        #expect(line?.open == before?.lines.first?.open && line?.isAcknowledged == false)
        #expect(ledger[OrderID(73)]?.bookedAt == nil && ledger.touched == ["A"])
    }
}
