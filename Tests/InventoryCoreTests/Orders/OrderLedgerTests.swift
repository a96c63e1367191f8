import InventoryCore
import Testing

/// The order ledger as a state machine: what the shop and the ERP say, and what counts then.
@Suite("Orders, what counts")
struct OrderLedgerTests {
    private typealias Stage = LedgerStage

    /// An order of three that was taken from a level of ten.
    private func taken(_ change: (inout LedgerRules) -> Void = { _ in }) -> Stage {
        var stage = Stage(change: change)
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        return stage
    }

    // MARK: the shop

    @Test("cancelled after the ERP booked it, an order counts on and somebody has to be told")
    func cancelledAfterBooking() {
        var stage = taken()
        stage.acknowledge(73)
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        #expect(stage.open() == 3)
        #expect(stage.ledger[OrderID(73)]?.isCancelledButBooked(stage.ledger.rules) == true)
        stage.snapshot(["A": 7])
        #expect(stage.ledger[OrderID(73)]?.isCancelledButBooked(stage.ledger.rules) == true)
        stage.acknowledge(73, .cancelled)
        stage.snapshot(["A": 10])
        #expect(stage.ledger[OrderID(73)]?.isCancelledButBooked(stage.ledger.rules) == false)
        #expect(stage.shown["A"] == 10)
    }

    @Test("booked by the ERP after it was cancelled, an order does not count, and somebody has to be told")
    func bookedAfterCancelling() {
        var stage = taken()
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        stage.acknowledge(73)
        #expect(stage.open() == 0)
        #expect(stage.ledger[OrderID(73)]?.isCancelledButBooked(stage.ledger.rules) == true)
    }

    @Test("opened again, a cancelled order counts as before")
    func reopened() {
        var stage = taken()
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        #expect(stage.writes["A"] == [10, 7] && stage.pending() == 0)
    }

    @Test("deleted, an order leaves unless the ERP has booked it, and counts again if it is back")
    func deleted() {
        var stage = taken()
        stage.lose(73)
        #expect(stage.writes["A"] == [10] && stage.endings(73) == [.deleted])
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        #expect(stage.writes["A"] == [10, 7])
        stage.acknowledge(73)
        stage.lose(73)
        #expect(stage.open() == 3)
    }

    @Test("edited lines count for what they say now")
    func edited() {
        var stage = taken()
        stage.row(73, [Stage.line(1, 5)])
        stage.poll()
        #expect(stage.open() == 5 && stage.pending() == 2 && stage.writes.isEmpty)
        stage.wait(120)
        stage.poll()
        #expect(stage.writes["A"] == [5])
        stage.row(73, [Stage.line(1, 2)])
        stage.poll()
        #expect(stage.writes["A"] == [5, 8])
        stage.row(73, [Stage.line(2, 1)])
        stage.poll()
        #expect(stage.endings(73) == [.removed, nil] && stage.writes["A"] == [5, 8, 9])
        stage.row(73, [Stage.line(1, 2), Stage.line(2, 1)])
        stage.poll()
        #expect(stage.writes["A"] == [5, 8, 9, 7])
    }

    @Test("a line that was removed after the ERP booked it counts until a figure contains it")
    func removedAfterBooking() {
        var stage = taken()
        stage.acknowledge(73)
        stage.row(73, [])
        stage.poll()
        #expect(stage.open() == 3)
        stage.snapshot(["A": 7])
        #expect(stage.open() == 0 && stage.writes.isEmpty)
    }

    @Test("what is added to a line after a figure contained it counts until the ERP says so again")
    func addedAfterFigure() {
        var stage = taken()
        stage.acknowledge(73)
        stage.snapshot(["A": 7])
        stage.wait(600)
        stage.row(73, [Stage.line(1, 5)])
        stage.poll()
        #expect(stage.open() == 2 && stage.writes["A"] == [5])
        stage.acknowledge(73)
        stage.snapshot(["A": 5])
        #expect(stage.open() == 0 && stage.writes["A"] == [5] && stage.endings(73) == [.contained])
    }

    @Test("what was added after the booking and never reached the ERP becomes overdue")
    func addedAndOverdue() {
        var stage = taken()
        stage.acknowledge(73)
        stage.row(73, [Stage.line(1, 3), Stage.line(2, 1)])
        stage.poll()
        stage.snapshot(["A": 7])
        #expect(stage.open() == 1)
        stage.wait(48 * 3600)
        #expect(stage.ledger[OrderID(73)]?.isOverdue(at: stage.now, stage.ledger.rules) == true)
    }

    @Test("less than figures contain leaves nothing that counts")
    func lessThanContained() {
        var stage = taken { $0.contains = .shipped }
        stage.acknowledge(73, .shipped, line: 1, quantity: 2)
        stage.snapshot(["A": 8])
        stage.row(73, [Stage.line(1, 2)])
        stage.poll()
        #expect(stage.open() == 0 && stage.endings(73) == [.contained])
    }

    @Test("another product or warehouse of a line moves what counts, and both levels are read")
    func moved() {
        var stage = Stage(["A": 10, "B": 10])
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.row(73, [Stage.line(1, "B", 3)])
        stage.poll()
        #expect(stage.writes == ["A": [10], "B": [7]])
    }

    @Test("orders from the ERP, and those from before the ledger began, never count")
    func known() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)], isExternal: true)
        stage.row(74, [Stage.line(2, 3)], placed: Stage.noon.adding(seconds: -3601))
        stage.poll()
        #expect(stage.open() == 0 && stage.ledger.orders.isEmpty)
        stage.row(75, [Stage.line(3, 3)], placed: Stage.noon.adding(seconds: -3600))
        stage.poll()
        #expect(stage.open() == 3 && stage.pending() == 0, "the checkout of an old order is over")
    }

    @Test("a cancelled part of an order takes its lines along, whatever the order itself says later")
    func cancelledPart() {
        var stage = Stage(["A": 20])
        let lines = [Stage.line(501, 4), Stage.line(502, 6)]
        stage.row(80, lines)
        stage.poll()
        stage.row(81, [lines[0]], status: "cancelled", parent: 80)
        stage.poll()
        #expect(stage.open() == 6)
        stage.row(80, lines)
        stage.poll()
        #expect(stage.open() == 6)
        stage.row(81, [lines[0]], parent: 80)
        stage.poll()
        #expect(stage.open() == 10)
        stage.row(80, lines, status: "cancelled")
        stage.row(81, [lines[0]], parent: 80)
        stage.poll()
        #expect(stage.open() == 0)
        stage.row(80, lines)
        stage.poll()
        #expect(stage.open() == 10)
    }

    @Test(
        "hostile quantities count as nothing or as the largest, and do not trap",
        arguments: LedgerRules.Kits.allCases
    )
    func hostile(_ kits: LedgerRules.Kits) {
        var ledger = OrderLedger(LedgerRules(since: Stage.noon, kits: kits))
        let quantities = [0, -1, .min, .max, Quantity.shopMax.millionths, 1]
        let lines = quantities.enumerated().flatMap { number, millionths in
            (0..<2).map { part in
                WebOrder.Line(
                    id: Int64(number * 2 + part),
                    sku: "A",
                    unit: "item",
                    quantity: Quantity(millionths: millionths),
                    parts: part == 0
                        ? [] : [.init(id: 1, sku: "B", unit: "item", quantity: Quantity(millionths: .max))]
                )
            }
        }
        let order = WebOrder(id: OrderID(1), placed: Stage.noon, lines: lines)
        ledger.take(order, at: Stage.noon, shopTime: Stage.noon)
        for level in ledger.unsettledLevels {
            for (last, shown) in [(Int64.max, Int64.min), (.min, .max), (.max, 0), (0, .max)] {
                let (last, shown) = (Quantity(millionths: last), Quantity(millionths: shown))
                ledger.observe(level, last: last, shown: shown, at: Stage.noon)
            }
        }
        for quantity in quantities + [.max] {
            for line in [nil] + lines.map({ Optional($0.id) }) {
                let statement = OrderAcknowledgement(
                    order: "1",
                    line: line,
                    quantity: Quantity(millionths: quantity),
                    at: Stage.noon
                )
                ledger.acknowledge(OrderID(1), statement, at: Stage.noon)
            }
        }
        ledger.contain(at: Stage.noon) { _, _ in true }
        ledger.release(OrderID(1), at: Stage.noon)
        #expect(ledger[OrderID(1)]?.lines.allSatisfy { $0.open == .zero } == true)
        let all = [Quantity.shopMax, Quantity(millionths: .max)]
        #expect(Checkouts.target(all[1], pending: all[0]) == all[1])
    }
}
