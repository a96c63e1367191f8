import InventoryCore
import Testing

@testable import StateStore

@Suite("How often what is absent was missing")
struct AbsenceTests {
    private static func doubt(_ sku: SKU, _ reason: Doubt.Reason, of source: SourceID = "erp") -> Doubt {
        var doubt = Doubt(
            source: source,
            key: PositionKey(sku: sku, location: "WH-1", unit: "EA"),
            reason: reason,
            since: Timestamp(microseconds: 1),
            last: Quantity(units: 5)
        )
        if reason == .absent { doubt.absentCount = 1 }
        return doubt
    }

    @Test("a delivery without all of it counts for each, and for nothing of another source or reason")
    func counted() async throws {
        let temporary = try TemporaryState()
        let state = try temporary.database()
        let doubts = [
            Self.doubt("A", .absent), Self.doubt("B", .absent), Self.doubt("C", .unreadable),
            Self.doubt("D", .absent, of: "shop"),
        ]
        var book = DoubtBook()
        func take(_ changes: DoubtChanges) async throws {
            book.apply(changes)
            try await state.settle(changes, past: PastFactors())
            #expect(try await state.doubts() == book)
        }
        func missed(_ set: [Doubt] = []) -> DoubtChanges {
            var changes = DoubtChanges(set: set)
            changes.missed = "erp"
            return changes
        }
        try await take(DoubtChanges(set: doubts))
        try await take(missed())
        // One that is not counted, and one that is new.
        try await take(missed([Self.doubt("A", .absent), Self.doubt("E", .absent)]))
        try await take(missed())
        let counts = Dictionary(uniqueKeysWithValues: book.all.map { ($0.key.sku, $0.absentCount) })
        #expect(counts == ["A": 2, "B": 4, "C": 0, "D": 1, "E": 2])
        var rejected = Self.doubt("B", .rejected)
        rejected.absentCount = 4
        try await take(DoubtChanges(set: [rejected]))
        try await take(missed())
        #expect(try await state.doubts().doubts(of: "erp")[rejected.key]?.absentCount == 4)
    }
}
