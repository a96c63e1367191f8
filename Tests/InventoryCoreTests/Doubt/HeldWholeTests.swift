import InventoryCore
import Testing

/// Deliveries that a guard holds as a whole, and what newer ones say of the same positions.
@Suite("Doubts while whole deliveries are held")
struct HeldWholeTests {
    private static let rows = (1...200).map { "S\($0) WH-1 10" }
    /// More rows without a key than the guard lets pass, and fewer.
    private static let (many, few) = (6, 1)

    private static func rows(_ first: String?) -> [String] { [first].compactMap(\.self) + rows.dropFirst() }

    private func known() -> DoubtStage {
        var stage = DoubtStage()
        stage.thresholds = GuardThresholds()
        stage.deliver(Self.rows)
        return stage
    }

    @Test(
        "a held statement that a newer one takes back is not what is approved, whatever holds the newer one"
    )
    func takenBack() {
        for newest in [nil, 10, 12] {
            var stage = known()
            #expect(stage.deliver(Self.rows("S1 WH-1 15"), keyless: Self.many).isHeld)
            #expect(stage.deliver(Self.rows(newest.map { "S1 WH-1 \($0)" }), keyless: Self.many).isHeld)
            #expect(stage.figure("S1") == 10)
            stage.approve()
            #expect(stage.figure("S1") == newest ?? 0 && stage.book.isEmpty)
        }
    }

    @Test("a new position that a newer delivery does not list any more does not come with the approval")
    func newTakenBack() {
        var stage = known()
        stage.deliver(Self.rows + ["NEW WH-1 4"], keyless: Self.many)
        #expect(stage.figure("NEW") == nil)
        stage.deliver(Self.rows, keyless: Self.many)
        stage.approve()
        #expect(stage.figure("NEW") == 0 && stage.book.isEmpty)
    }

    @Test(
        "what a held delivery has made doubtful ends with the next clear statement, held once more or not"
    )
    func cleared() {
        var stage = known()
        stage.deliver(Self.rows("S1 WH-1 15"), keyless: Self.many)
        stage.deliver(Self.rows, keyless: Self.many)
        stage.deliver(Self.rows)
        #expect(stage.figure("S1") == 10 && stage.book.isEmpty)
    }

    @Test("rows without a key keep what went missing with them, also where a delivery is held in between")
    func keyless() {
        for isHeldFirst in [false, true] {
            var stage = known()
            let missing = Self.rows(nil)
            if isHeldFirst { stage.deliver(missing, keyless: Self.many) }
            stage.deliver(missing, keyless: Self.few)
            stage.deliver(missing, keyless: Self.many)
            for _ in 0..<4 {
                stage.deliver(missing, keyless: Self.few)
                #expect(stage.figure("S1") == 10)
            }
            stage.deliver(missing)
            stage.deliver(missing)
            #expect(stage.figure("S1") == 0 && stage.book.isEmpty)
        }
    }

    @Test("of two units of a position, one that is stated speaks for both")
    func twoUnits() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 10", "A WH-1 2 CS", "B WH-1 5"])
        #expect(stage.figure() == 34)
        for loose in [10, 7] {
            var stage = stage
            #expect(stage.deliver(["A WH-1 \(loose)", "B WH-1 5"]).trips.isEmpty)
            #expect(stage.figure() == loose && stage.book.isEmpty)
        }
        var unreadable = stage
        unreadable.deliver(["A WH-1 n/a", "B WH-1 5"])
        #expect(unreadable.figure() == 34)
        var gone = stage
        gone.deliver(["A WH-2 3", "B WH-1 5"])
        #expect(
            gone.doubt("A", "WH-1")?.reason == .absent && gone.doubt("A", "WH-1", "CS")?.reason == .absent
        )
    }
}
