import InventoryCore
import Testing

/// What makes a statement unclear, and what ends it (spec, Stock in doubt, section 1).
@Suite("Positions in doubt")
struct DoubtRuleTests {
    @Test("rows of a SKU that has an unreadable one are not counted absent, for two deliveries")
    func spoiled() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "A WH-2 5"])
        for delivery in 1...4 {
            let judgement = stage.deliver(["A WH-1 n/a", "B WH-1 \(delivery)"])
            #expect(stage.figure() == (delivery < 4 ? 15 : 10), "delivery \(delivery)")
            #expect(judgement.uncounted.count == (delivery < 3 ? 1 : 0))
        }
    }

    @Test("a spoiled delivery neither counts nor resets what was missing before")
    func spoiledBetween() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "A WH-2 5"])
        stage.deliver(["A WH-1 10"])
        stage.deliver(["A WH-1 n/a", "B WH-1 1"])
        #expect(stage.doubt("A", "WH-2")?.absentCount == 1 && stage.figure() == 15)
        stage.deliver(["A WH-1 10"])
        #expect(stage.figure() == 10 && stage.reasons().isEmpty)
    }

    @Test("a row without a key keeps what went missing with it, however often")
    func keyless() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "B WH-1 5"], keyless: 1)
        for _ in 0..<5 {
            let judgement = stage.deliver(["B WH-1 5"], keyless: 2)
            #expect(judgement.uncounted.count == 1 && stage.figure() == 10)
        }
        stage.deliver(["B WH-1 5"], keyless: 1)
        #expect(stage.figure() == 10)
        stage.deliver(["B WH-1 5"], keyless: 1)
        #expect(stage.figure() == 0 && stage.book.isEmpty)
    }

    @Test("rows without a key that came before a position went missing do not keep it")
    func keylessBefore() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "B WH-1 5"])
        stage.deliver(["A WH-1 n/a", "B WH-1 5"], keyless: 3)
        stage.deliver(["B WH-1 5"], keyless: 3)
        stage.deliver(["B WH-1 5"], keyless: 3)
        #expect(stage.figure() == 0 && stage.book.isEmpty)
    }

    @Test("where one row has an unknown unit, all of the SKU at the location count as they did")
    func unknownUnit() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 10", "A WH-1 1 CS", "A WH-2 5"])
        #expect(stage.figure() == 27)
        for scope in [SnapshotScope.full, .partial] {
            var stage = stage
            stage.deliver(["A WH-1 10", "A WH-1 3 Box", "A WH-2 5"], scope: scope)
            #expect(stage.doubt("A", "WH-1")?.reason == .unitUnknown, "\(scope)")
            #expect(stage.doubt("A", "WH-1", "CS")?.reason == .unitUnknown, "\(scope)")
            #expect(stage.figure() == 27, "\(scope)")
            stage.deliver(["A WH-1 10", "A WH-1 3 Box", "A WH-2 2"], scope: scope)
            #expect(stage.figure() == 24, "\(scope)")
            stage.deliver(["A WH-1 8", "A WH-1 2 CS", "A WH-2 2"], scope: .full)
            #expect(stage.figure() == 34 && stage.book.isEmpty, "\(scope)")
        }
    }

    @Test("in a partial delivery, a row in a known unit states the whole shelf")
    func unknownUnitInPart() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 10", "B WH-1 5"], scope: .partial)
        stage.deliver(["A WH-1 9 Each"], scope: .partial)
        stage.deliver(["B WH-1 4"], scope: .partial)
        #expect(stage.figure() == 10 && stage.book.all.count == 2)
        for net in [9, 10] {
            var stage = stage
            stage.deliver(["A WH-1 \(net)"], scope: .partial)
            #expect(stage.figure() == net && stage.book.isEmpty)
        }
    }

    @Test("a pool with something that was never clear is not written")
    func neverClear() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 10", "B WH-1 5"])
        stage.deliver(["A WH-1 7", "A WH-2 n/a", "B WH-1 4"])
        #expect(stage.figure() == nil && stage.figure("B") == 4)
        stage.deliver(["A WH-1 7", "A WH-2 4 Box", "B WH-1 4"])
        #expect(stage.figure() == nil)
        stage.deliver(["A WH-1 7", "B WH-1 4"])
        #expect(stage.figure() == 7 && stage.book.isEmpty)
    }

    @Test("without declared units, a second unit is unknown, and a first one is not")
    func undeclaredUnits() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10 PCE", "B WH-1 5"])
        #expect(stage.figure() == 10)
        stage.deliver(["A WH-1 10 Each", "B WH-1 4"])
        #expect(stage.doubt("A", "WH-1", "PCE")?.reason == .unitUnknown)
        #expect(stage.figure() == 10 && stage.figure("B") == 4)
        stage.deliver(["A WH-1 9 PCE", "B WH-1 4"])
        #expect(stage.figure() == 9 && stage.book.isEmpty)
    }

    @Test("a location that changes its unit is judged in base units, and held as a whole")
    func restatedLocation() {
        let cases = (1...20).map { "S\($0) WH-1 2 CS" }
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(cases)
        #expect(stage.deliver((1...20).map { "S\($0) WH-1 24" }).trips.isEmpty)
        #expect(stage.figure("S1") == 24 && stage.book.isEmpty)
        #expect(stage.deliver(cases).trips.isEmpty)
        let twelvefold = stage.deliver((1...20).map { "S\($0) WH-1 288" })
        #expect(twelvefold.trips.map(\.code) == [.totalRise])
        #expect(stage.figure("S1") == 24)
        stage.reject()
        #expect(stage.figure("S1") == 24)
        stage.deliver(cases)
        #expect(stage.figure("S1") == 24 && stage.book.isEmpty)
        stage.deliver((1...20).map { "S\($0) WH-1 288" } + ["B WH-1 1"])
        stage.approve()
        #expect(stage.figure("S1") == 288 && stage.figure("B") == 1 && stage.book.isEmpty)
    }

    @Test("a newer unclear statement changes the reason alone, and being listed resets the absent count")
    func reasonChanges() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "A WH-2 0"])
        stage.deliver(["A WH-2 3"])
        let first = stage.doubt("A", "WH-1")
        #expect(first?.absentCount == 1)
        stage.deliver(["A WH-1 conflict", "A WH-2 3"])
        let second = stage.doubt("A", "WH-1")
        #expect(second?.reason == .conflict && second?.absentCount == 0 && second?.lines == [2])
        #expect(second?.since == first?.since && second?.grown == Quantity(units: 3))
        stage.deliver(["A WH-2 3"])
        #expect(stage.doubt("A", "WH-1")?.absentCount == 1 && stage.doubt("A", "WH-1")?.lines == [])
        #expect(stage.figure() == 10)
    }

    @Test("growth at a location of no site does not empty what is absent: it may be renamed into the unknown")
    func unknownLocation() {
        let rules = RuleSet(sites: [Site(id: "main", locations: [Glob("WH-*")])])
        var stage = DoubtStage()
        stage.rules = rules
        stage.deliver(["A WH-1 10", "B WH-1 5"])
        stage.deliver(["A QUARANTINE 10", "B WH-1 5"])
        #expect(stage.figure() == 10)
        stage.deliver(["A QUARANTINE 10", "B WH-1 5"])
        #expect(stage.figure() == 0)
        var renamed = DoubtStage()
        renamed.rules = rules
        renamed.deliver((1...10).map { "S\($0) WH-1 10" } + ["B WH-2 5"])
        renamed.deliver((1...10).map { "S\($0) NEW 10" } + ["B WH-2 5"])
        #expect(renamed.doubt("S1", "WH-1")?.guardCode == .absentRows)
        #expect(renamed.figure("S1") == 10)
    }

    @Test("what a partial delivery does not list stays as it is, doubt and all")
    func partial() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "B WH-1 5", "C WH-1 1"], scope: .partial)
        stage.deliver(["A WH-1 n/a"], scope: .partial)
        stage.deliver(["B WH-1 4"], scope: .partial)
        #expect(stage.reasons() == ["WH-1": .unreadable] && stage.figure() == 10 && stage.figure("B") == 4)
        stage.deliver(["A WH-1 10"], scope: .partial)
        #expect(stage.book.isEmpty && stage.figure("C") == 1)
    }
}
