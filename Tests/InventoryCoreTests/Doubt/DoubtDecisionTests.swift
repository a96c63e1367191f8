import InventoryCore
import Testing

/// What a person decides, and what is asked again (spec, Stock in doubt, sections 4 and 5).
@Suite("Decisions about positions in doubt")
struct DoubtDecisionTests {
    private static let before = (1...8).map { "S\($0) WH-1 10" } + ["A WH-2 10"]
    private static let zeros = (1...8).map { "S\($0) WH-1 0" } + ["A WH-2 10"]

    private func held() -> DoubtStage {
        var stage = DoubtStage()
        stage.deliver(Self.before)
        #expect(stage.deliver(Self.zeros).isHeld)
        return stage
    }

    @Test("the same bytes keep the same hold; a newer statement that is held joins its run")
    func joined() {
        var stage = held()
        let run = stage.doubt("S1", "WH-1")?.run
        #expect(run != nil)
        #expect(stage.deliver(Self.zeros).isHeld)
        #expect(stage.doubt("S1", "WH-1")?.run == run)
        stage.deliver(Self.zeros.dropLast() + ["A WH-2 9"])
        #expect(stage.doubt("S1", "WH-1")?.run == run && stage.figure() == 9)
    }

    @Test("a clear newer statement ends the hold by itself")
    func cleared() {
        var stage = held()
        stage.deliver(["S1 WH-1 9"] + Self.before.dropFirst())
        #expect(stage.book.isEmpty && stage.figure("S1") == 9)
    }

    @Test("rejected bytes do not ask again, others do")
    func rejected() {
        var stage = held()
        stage.reject()
        #expect(!stage.deliver(Self.zeros).isHeld)
        #expect(stage.doubt("S1", "WH-1")?.reason == .rejected && stage.figure("S1") == 10)
        #expect(stage.deliver(Self.zeros.dropLast() + ["A WH-2 9"]).isHeld)
        #expect(stage.doubt("S1", "WH-1")?.waitsForDecision == true)
    }

    @Test("a part that was rejected is not asked about again by the same bytes, the rest still is")
    func rejectedPart() {
        var stage = held()
        stage.reject { $0.sku == "S1" }
        #expect(stage.deliver(Self.zeros).isHeld)
        #expect(stage.doubt("S1", "WH-1")?.reason == .rejected)
        #expect(stage.doubt("S2", "WH-1")?.waitsForDecision == true)
    }

    @Test("what was rejected before it ever was clear is not there, and keeps no pool from being written")
    func rejectedNew() {
        let known = (1...20).map { "S\($0) WH-1 10" }
        var stage = DoubtStage()
        stage.deliver(known)
        stage.deliver(known + (1...20).map { "S\($0) NEW 10" })
        #expect(stage.doubt("S1", "NEW")?.reason == .held && stage.figure("S1") == nil)
        stage.reject()
        #expect(stage.figure("S1") == 10)
        stage.deliver(known)
        #expect(stage.figure("S1") == 10 && stage.book.isEmpty)
    }

    @Test("a part can be approved, and the rest stays held")
    func approvedPart() {
        var stage = held()
        #expect(stage.approve { $0.sku == "S1" } == 1)
        #expect(stage.figure("S1") == 0 && stage.figure("S2") == 10)
        #expect(stage.approve() == 7 && stage.book.isEmpty)
    }

    @Test("what is missing under the guard stays however often, and is gone once approved")
    func absent() {
        var stage = DoubtStage()
        stage.deliver(Self.before)
        for _ in 0..<4 { #expect(stage.deliver(["A WH-2 10"]).isHeld) }
        #expect(stage.figure("S1") == 10)
        stage.approve { $0.sku != "S8" }
        #expect(stage.figure("S1") == 0 && stage.figure("S8") == 10)
        // One of one is no trip: it is missing for long.
        stage.deliver(["A WH-2 10"])
        #expect(stage.figure("S8") == 0 && stage.book.isEmpty)
    }

    @Test("an approval refuses only what has moved far since it was asked about")
    func moved() {
        var stage = DoubtStage()
        stage.deliver((1...20).map { "S\($0) WH-1 10" })
        stage.deliver((1...20).map { "S\($0) WH-1 100" })
        let thresholds = GuardThresholds()
        stage.deliver((1...20).map { "S\($0) WH-1 150" })
        #expect(thresholds.moved(stage.book.all).isEmpty)
        stage.deliver((1...20).map { "S\($0) WH-1 200" })
        #expect(thresholds.moved(stage.book.all) == ["WH-1"])
        stage.deliver((1...20).map { "S\($0) WH-1 71" })
        #expect(thresholds.moved(stage.book.all).isEmpty)
        stage.deliver((1...20).map { "S\($0) WH-1 70" })
        #expect(thresholds.moved(stage.book.all) == ["WH-1"])
    }

    @Test("growth of another source counts in whichever order the two deliver", arguments: [true, false])
    func twoSources(isGrowthFirst: Bool) {
        for hasTimes in [true, false] {
            var stage = DoubtStage()
            stage.deliver(["A WH-1 10", "B WH-1 5"], source: "leeds", asOf: hasTimes ? 10 : nil)
            stage.deliver(["A YORK 0", "C YORK 1"], source: "york", asOf: hasTimes ? 10 : nil)
            func leeds() { stage.deliver(["B WH-1 5"], source: "leeds", asOf: hasTimes ? 20 : nil) }
            func york() {
                stage.deliver(["A YORK 10", "C YORK 1"], source: "york", asOf: hasTimes ? 21 : nil)
            }
            if isGrowthFirst { york() }
            leeds()
            if !isGrowthFirst { york() }
            #expect(stage.figure() == 10, "times: \(hasTimes)")
        }
    }

    @Test("growth that the position's source has delivered after does not count")
    func growthBefore() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "B WH-1 5"], source: "leeds", asOf: 10)
        stage.deliver(["A YORK 0"], source: "york", asOf: 10)
        stage.deliver(["A YORK 7", "C YORK 1"], source: "york", asOf: 15)
        stage.deliver(["A WH-1 9", "B WH-1 5"], source: "leeds", asOf: 20)
        stage.deliver(["B WH-1 5"], source: "leeds", asOf: 30)
        #expect(stage.figure() == 16)
    }
}
