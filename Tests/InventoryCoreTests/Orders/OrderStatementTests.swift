import InventoryCore
import Testing

/// What the ERP says of orders, and what checkouts are seen to take.
@Suite("Orders, what the ERP says and what levels show")
struct OrderStatementTests {
    private typealias Stage = LedgerStage

    // MARK: the ERP

    @Test("booked in parts, each part leaves with the first figure as of then")
    func partlyBooked() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.acknowledge(73, line: 1, quantity: 2)
        let first = stage.now
        stage.wait(600)
        stage.acknowledge(73, line: 1, quantity: 5)
        stage.snapshot(["A": 8], asOf: first)
        #expect(stage.open() == 1)
        stage.snapshot(["A": 7])
        #expect(stage.open() == 0 && stage.writes.isEmpty)
    }

    @Test("shipped contains booked; booked contains shipped only where the figure takes off what is booked")
    func states() {
        for contains in [OrderAcknowledgement.State.booked, .shipped] {
            for state in OrderAcknowledgement.State.allCases {
                var stage = Stage { $0.contains = contains }
                stage.row(73, [Stage.line(1, 3)])
                stage.poll()
                stage.acknowledge(73, state)
                stage.snapshot(["A": 7])
                #expect((stage.open() == 0) == (contains == .booked || state != .booked))
            }
        }
    }

    @Test("only figures of the source that an acknowledgement names contain it")
    func sources() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.acknowledge(73, source: "leeds")
        stage.snapshot(["A": 10], source: "york")
        #expect(stage.open() == 3)
        stage.snapshot(["A": 7], source: "leeds")
        #expect(stage.open() == 0)
    }

    @Test("the same statement again says nothing new, and one of an unknown order nothing at all")
    func repeated() {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3), Stage.line(2, 1)])
        stage.poll()
        let news = [73, 73, 74].map { stage.acknowledge($0) }
        #expect(news == [true, false, false])
    }

    @Test("a quantity without a line says nothing of an order with several")
    func quantityWithoutLine() {
        var stage = Stage(["A": 10, "B": 10])
        stage.row(73, [Stage.line(1, "A", 3), Stage.line(2, "B", 3)])
        stage.row(74, [Stage.line(3, "A", 2)])
        stage.poll()
        stage.acknowledge(73, quantity: 3)
        stage.acknowledge(74, quantity: 1)
        stage.snapshot(["A": 10, "B": 10])
        #expect(stage.open("A") == 4 && stage.open("B") == 3)
    }

    @Test("kits count as their components, as themselves or not at all", arguments: LedgerRules.Kits.allCases)
    func kits(_ kits: LedgerRules.Kits) {
        var stage = Stage(["A": 20, "B": 20, "KIT": 5]) { $0.kits = kits }
        stage.row(73, [Stage.line(1, "KIT", 3, parts: [("A", 2), ("B", 1)]), Stage.line(2, "A", 1)])
        stage.poll()
        let open = ["A", "B", "KIT"].map { stage.open($0) }
        switch kits {
        case .components: #expect(open == [7, 3, 0])
        case .line: #expect(open == [1, 0, 3])
        case .ignore: #expect(open == [1, 0, 0])
        }
    }

    @Test("of kits that are shipped in parts, each component leaves by so many kits")
    func kitInParts() {
        var stage = Stage(["A": 20, "B": 20]) { $0.contains = .shipped }
        stage.row(73, [Stage.line(1, "KIT", 3, parts: [("A", 2), ("B", 1)])])
        stage.poll()
        stage.acknowledge(73, .shipped, line: 1, quantity: 2)
        stage.snapshot(["A": 16, "B": 18])
        #expect(stage.open("A") == 2 && stage.open("B") == 1)
        stage.acknowledge(73, .shipped, line: 1)
        stage.snapshot(["A": 14, "B": 17])
        #expect(stage.open("A") == 0 && stage.open("B") == 0)
    }

    @Test("time alone proves nothing; with an import that is alive it does")
    func importedWithin() {
        var stage = Stage { $0.importedWithinSeconds = 900 }
        stage.row(73, [Stage.line(1, 3)])
        stage.sell(3)
        stage.poll()
        stage.wait(3600)
        stage.snapshot(["A": 10])
        stage.live(through: Stage.noon.adding(seconds: 899))
        stage.snapshot(["A": 10])
        #expect(stage.open() == 3)
        stage.live(through: Stage.noon.adding(seconds: 900))
        stage.snapshot(["A": 10], asOf: Stage.noon.adding(seconds: 899))
        #expect(stage.open() == 3)
        stage.snapshot(["A": 7], asOf: Stage.noon.adding(seconds: 900))
        #expect(stage.open() == 0 && stage.writes.isEmpty)
    }

    @Test("what was cancelled in time is not counted as imported")
    func cancelledBeforeImport() {
        var stage = Stage { $0.importedWithinSeconds = 900 }
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        stage.live(through: Stage.noon.adding(seconds: 9000))
        #expect(stage.ledger[OrderID(73)]?.isCancelledButBooked(stage.ledger.rules) == false)
    }

    // MARK: checkouts

    /// Two running checkouts of three, placed ten seconds apart, on a level of ten.
    private func twoRunning() -> Stage {
        var stage = Stage()
        stage.row(73, [Stage.line(1, 3)])
        stage.poll()
        stage.wait(10)
        stage.row(74, [Stage.line(2, 3)])
        stage.poll()
        return stage
    }

    @Test("the oldest line is marked first, a later drop marks the next, and nothing is written")
    func oldestFirst() {
        var stage = twoRunning()
        stage.sell(4)
        stage.poll()
        #expect(stage.taken(73) == [3] && stage.taken(74) == [1])
        stage.sell(2)
        stage.poll()
        #expect(stage.taken(74) == [3] && stage.writes.isEmpty)
    }

    @Test("a booked order without a mark takes it back from the newest")
    func markMovesBack() {
        var stage = twoRunning()
        stage.sell(3)
        stage.poll()
        stage.acknowledge(74)
        stage.poll()
        #expect(stage.taken(73) == [0] && stage.taken(74) == [3])
        #expect(stage.pending() == 3 && stage.writes.isEmpty)
    }

    @Test("what a booked order took before its level was read is its own, and nobody else's")
    func bookedBeforeRead() {
        var stage = twoRunning()
        stage.sell(3)
        stage.acknowledge(74)
        stage.poll()
        #expect(stage.taken(73) == [0] && stage.taken(74) == [3] && stage.writes.isEmpty)
        stage.sell(3)
        stage.poll()
        #expect(stage.taken(73) == [3] && stage.writes.isEmpty)
    }

    @Test("a figure that contains a booked order before its level was read takes its mark back, too")
    func containedBeforeRead() {
        var stage = twoRunning()
        stage.sell(3)
        stage.poll()
        stage.acknowledge(74)
        stage.snapshot(["A": 7])
        #expect(stage.taken(73) == [0] && stage.writes.isEmpty && stage.pending() == 3)
    }

    @Test("what was taken in the last moments of a grace is still the line's own")
    func takenLate() {
        var stage = twoRunning()
        stage.wait(105)
        stage.sell(3)
        stage.wait(5)
        stage.poll()
        #expect(stage.taken(73) == [3] && stage.taken(74) == [0] && stage.writes.isEmpty)
    }

    @Test("the mark of a checkout that is cancelled goes to one that waits: it may have been its own")
    func markPassesOn() {
        var stage = twoRunning()
        stage.sell(3)
        stage.poll()
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        #expect(stage.taken(74) == [3] && stage.writes.isEmpty && stage.shown["A"] == 7)
    }

    @Test("where it was not, the level is written as soon as the other checkout takes its stock")
    func markPassedWrongly() {
        var stage = twoRunning()
        stage.sell(3)
        stage.poll()
        stage.row(73, [Stage.line(1, 3)], status: "cancelled")
        stage.poll()
        stage.sell(3)
        stage.wait(30)
        stage.poll()
        #expect(stage.writes["A"] == [7])
    }

    @Test("a level is read until the grace of its last line was over once")
    func readOnceMore() {
        var stage = twoRunning()
        stage.sell(6)
        stage.wait(120)
        stage.poll()
        #expect(stage.ledger.unsettledLevels.isEmpty && stage.taken(74) == [3])
        stage.show(5)
        stage.poll()
        #expect(stage.writes.isEmpty, "what a settled level loses is for the comparison with the shop")
    }
}
