import InventoryCore
import Testing

/// What lies in one place in several units is one position: what is unclear about a row is unclear about all
/// of it (spec, Stock in doubt, section 1).
@Suite("A place in several units, in doubt")
struct SlotDoubtTests {
    private static let scopes = [SnapshotScope.full, .partial]

    @Test(
        "given a row that cannot be read beside a clear one, all of the place counts as it did",
        arguments: [
            (["A WH-1 24"], ["A WH-1 0", "A WH-1 n/a CS"]),
            (["A WH-1 2 CS"], ["A WH-1 0 CS", "A WH-1 n/a"]),
            (["A WH-1 0", "A WH-1 2 CS"], ["A WH-1 0 CS", "A WH-1 n/a"]),
            (["A WH-1 24", "A WH-1 0 CS"], ["A WH-1 0", "A WH-1 n/a CS"]),
            (["A WH-1 24"], ["A WH-1 60", "A WH-1 conflict CS"]),
            (["A WH-1 12", "A WH-1 1 CS"], ["A WH-1 12", "A WH-1 collision CS"]),
        ]
    )
    func unreadable(before: [String], after: [String]) {
        for scope in SlotDoubtTests.scopes {
            var stage = DoubtStage()
            stage.units = DoubtStage.dozens()
            stage.deliver(before)
            for _ in 0..<4 {
                stage.deliver(after, scope: scope)
                #expect(stage.figure() == 24, "\(scope)")
            }
            stage.deliver(["A WH-1 5", "A WH-1 1 CS"], scope: scope)
            #expect(stage.figure() == 17 && stage.book.isEmpty, "\(scope)")
        }
    }

    @Test("given only rows in another unit that cannot be read, nothing counts as missing")
    func onlyUnreadable() {
        for removal in 1...3 {
            var stage = DoubtStage()
            stage.units = DoubtStage.dozens()
            stage.thresholds.removalSnapshots = removal
            stage.deliver(["A WH-1 24", "B WH-1 1"])
            for _ in 0..<5 {
                stage.deliver(["A WH-1 n/a CS", "B WH-1 1"])
                #expect(stage.figure() == 24 && stage.doubt("A", "WH-1")?.reason == .unreadable)
            }
            stage.deliver(["A WH-1 1 CS", "B WH-1 1"])
            #expect(stage.figure() == 12 && stage.book.isEmpty)
        }
    }

    @Test("what grows elsewhere is taken off the place once, however many units it has")
    func grownOnce() {
        let troubles = [
            [], ["A WH-1 n/a", "A WH-1 n/a CS"], ["A WH-1 12", "A WH-1 n/a CS"], ["A WH-1 7 EACH"],
        ]
        for trouble in troubles {
            var stage = DoubtStage()
            stage.units = DoubtStage.dozens()
            stage.deliver(["A WH-1 12", "A WH-1 1 CS", "B WH-1 1"])
            stage.deliver(trouble + ["A WH-2 10", "B WH-1 1"])
            // 24 less 10, and the 10.
            #expect(stage.figure() == 24, "\(trouble)")
            stage.deliver(trouble + ["A WH-2 40", "B WH-1 2"])
            #expect(stage.figure() == 40, "\(trouble)")
        }
    }
}

/// What is only said again changes nothing of what is known.
@Suite("A doubt that is told again")
struct RepeatedDoubtTests {
    @Test("of what the guard holds as missing nothing changes, however often it is")
    func absent() {
        var stage = DoubtStage()
        let rows = (0..<30).map { "B\($0) WH-1 5" }
        stage.deliver(rows + ["A WH-2 1"])
        for number in 1...2 { stage.deliver(["A WH-2 \(number)"]) }
        #expect(stage.doubt("B1", "WH-1")?.absentCount == 2)
        for number in 3...6 {
            let judgement = stage.deliver(["A WH-2 \(number)"])
            #expect(judgement.doubts.set.isEmpty && judgement.doubts.ended.isEmpty && judgement.isHeld)
            stage.readBook()
        }
        // Once most are back, the rest has been missing long enough.
        let judgement = stage.deliver(rows.dropLast() + ["A WH-2 9"])
        #expect(judgement.accepted.contains { $0.key.sku == "B29" && $0.after == nil })
        #expect(stage.figure("B29") == 0 && stage.figure("B1") == 5)
    }

    @Test("of an unknown unit nothing changes either, until it is another trouble")
    func unknownUnit() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 10", "B WH-1 1"])
        stage.deliver(["A WH-1 10 EACH", "B WH-1 1"])
        stage.readBook()
        let again = stage.deliver(["A WH-1 12 EACH", "B WH-1 2"])
        #expect(again.doubts.set.isEmpty && stage.figure() == 10)
        stage.readBook()
        let other = stage.deliver(["A WH-1 n/a", "B WH-1 2"])
        #expect(other.doubts.set.map(\.reason) == [.unreadable] && stage.figure() == 10)
    }
}
