import InventoryCore
import TestSupport
import Testing

/// The rows of the specification's table of courses, one test each (spec, Stock in doubt, section 2).
@Suite("A position in doubt counts as its last clear value, less what has appeared elsewhere")
struct DoubtTableTests {
    private func stage(_ rows: String...) -> DoubtStage {
        var stage = DoubtStage()
        stage.deliver(rows)
        return stage
    }

    private func interval(_ doubt: Doubt?) -> [Int64]? {
        doubt?.interval.map { [$0.lowerBound, $0.upperBound].map { $0.millionths / Quantity.scale } }
    }

    @Test("a transfer or a renamed warehouse is not counted twice, and what is sold of it is gone")
    func transfer() {
        var stage = stage("A WH-1 10", "B WH-1 5")
        stage.deliver(["A WH-2 10", "B WH-1 5"])
        #expect(stage.reasons() == ["WH-1": .absent])
        #expect(interval(stage.doubt("A", "WH-1")) == [0, 10])
        #expect(stage.figure() == 10)
        stage.deliver(["A WH-2 3", "B WH-1 5"])
        #expect(stage.figure() == 3 && stage.book.isEmpty)
    }

    @Test("a renamed warehouse that the absent guard holds counts as what sells at the new one")
    func renamedAndHeld() {
        let old = (1...30).map { "S\($0) WH-1 10" }
        let new = (1...30).map { "S\($0) WH-2 10" }
        var stage = DoubtStage()
        stage.deliver(old)
        #expect(stage.deliver(new).trips.map(\.code).contains(.absentRows))
        // The new location has a total of its own that a guard looks at: it waits, too.
        #expect(stage.doubt("S1", "WH-2", "EA")?.reason == .held)
        stage.approve { $0.location == "WH-2" }
        #expect(stage.figure("S1") == 10)
        stage.deliver(["S1 WH-2 3"] + new.dropFirst())
        #expect(stage.doubt("S1", "WH-1")?.waitsForDecision == true)
        #expect(stage.figure("S1") == 3 && stage.figure("S2") == 10)
        stage.approve()
        #expect(stage.figure("S1") == 3 && stage.book.isEmpty)
    }

    @Test("what goes into another pool is counted there alone")
    func otherPool() {
        var stage = DoubtStage()
        stage.rules = RuleSet(
            sites: [Site(id: "main", locations: [Glob("WH-*"), Glob("VIP")], warehouse: "all")],
            fences: [
                Fence(id: "vip", rank: 1, locations: [Glob("VIP")], publish: .warehouse("vip"))
            ]
        )
        stage.deliver(["A WH-1 10", "A VIP 0"])
        #expect(stage.figures() == ["all": 10, "vip": 0])
        stage.deliver(["A VIP 10"])
        #expect(stage.figures() == ["all": 0, "vip": 10])
    }

    @Test("a changed unit is one position in base units")
    func unitChanged() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 25", "B WH-1 5"])
        stage.deliver(["A WH-1 2 CS", "B WH-1 5"])
        #expect(stage.figure() == 24 && stage.book.isEmpty)
        stage.deliver(["A WH-1 24", "B WH-1 5"])
        #expect(stage.figure() == 24 && stage.book.isEmpty)
    }

    @Test("a restock elsewhere while a feed is missing may be the missing stock, until the feed returns")
    func restock() {
        var stage = DoubtStage()
        stage.deliver(["A WH-9 20", "A WH-1 0", "B WH-1 5"])
        stage.deliver(["A WH-1 100", "B WH-1 5"])
        #expect(interval(stage.doubt("A", "WH-9")) == [0, 20])
        #expect(stage.figure() == 100)
        stage.deliver(["A WH-9 20", "A WH-1 100", "B WH-1 5"])
        #expect(stage.figure() == 120 && stage.book.isEmpty)
    }

    @Test("a row that is left out because it is sold out counts once more, and then no longer")
    func soldOut() {
        var stage = stage("A WH-1 10", "A WH-2 5")
        stage.deliver(["A WH-2 3"])
        #expect(stage.figure() == 13)
        stage.deliver(["A WH-2 3"])
        #expect(stage.figure() == 3 && stage.book.isEmpty)
    }

    @Test("zeros that are held are not counted beside what has come elsewhere, also after a reject")
    func heldZeros() {
        let before = ["A WH-1 10", "A WH-2 10"] + (1...9).map { "S\($0) WH-1 10" }
        let after = ["A WH-1 0", "A WH-2 20"] + (1...9).map { "S\($0) WH-1 0" }
        var stage = DoubtStage()
        stage.deliver(before)
        stage.deliver(after)
        #expect(stage.reasons() == ["WH-1": .held] && stage.figure() == 20)
        #expect(interval(stage.doubt("A", "WH-1")) == [0, 10])
        stage.reject()
        #expect(stage.reasons() == ["WH-1": .rejected] && stage.figure() == 20)
        stage.deliver(after)
        #expect(stage.reasons() == ["WH-1": .rejected] && stage.figure() == 20)
        #expect(stage.figure("S1") == 10)
    }

    @Test("a quantity that is not readable in any file keeps its last value, less what grows elsewhere")
    func unreadableAlways() {
        var stage = stage("A WH-1 11", "A WH-2 0", "B WH-1 5")
        for _ in 0..<5 {
            stage.deliver(["A WH-1 n/a", "A WH-2 0", "B WH-1 5"])
            #expect(stage.figure() == 11 && stage.reasons() == ["WH-1": .unreadable])
        }
        stage.deliver(["A WH-1 n/a", "A WH-2 4", "B WH-1 5"])
        #expect(stage.figure() == 11)
        stage.deliver(["A WH-1 n/a", "A WH-2 0", "B WH-1 5"])
        #expect(stage.figure() == 7)
        #expect(DoubtGroups(stage.book).exceptions.map(\.code) == [.stockUnreadable])
    }

    @Test("bins of which one is not readable are in doubt together")
    func bins() {
        var stage = stage("A WH-1 10", "A WH-1 -4")
        #expect(stage.figure() == 6)
        stage.deliver(["A WH-1 10", "A WH-1 (9)"])
        #expect(interval(stage.doubt("A", "WH-1")) == [0, 6] && stage.figure() == 6)
    }

    @Test("a unit that is renamed and not configured keeps the figures, with one exception for all")
    func unitRenamed() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver((1...40).map { "S\($0) WH-1 10" } + ["A WH-2 3"])
        let renamed = (1...40).map { "S\($0) WH-1 10 Each" } + ["A WH-2 9"]
        #expect(stage.deliver(renamed).trips.isEmpty)
        #expect(interval(stage.doubt("S1", "WH-1")) == [0, 10])
        for number in 1...40 { #expect(stage.figure(SKU("S\(number)")) == 10) }
        #expect(stage.figure() == 9)
        #expect(DoubtGroups(stage.book).exceptions.map(\.code) == [.stockUnitUnknown])
        stage.units = DoubtStage.dozens(also: "Each")
        stage.deliver(renamed)
        #expect(stage.figure("S1") == 10 && stage.book.isEmpty)
    }

    @Test("a location that jumps is held as it was until a person approves")
    func jump() {
        var stage = DoubtStage()
        stage.deliver((1...20).map { "S\($0) WH-1 40" })
        stage.deliver((1...20).map { "S\($0) WH-1 920" })
        #expect(interval(stage.doubt("S1", "WH-1")) == [40, 920])
        #expect(stage.figure("S1") == 40)
        stage.approve()
        #expect(stage.figure("S1") == 920 && stage.book.isEmpty)
    }
}
