import InventoryCore
import StateStore
import Testing

/// A level that is renamed while something is on its way to it.
@Suite struct MovedFigureTests {
    private static let before = ShopLevel("1", .level("A"), shows: 10)
    private static let after = ShopLevel("1", .level("NEW"), shows: 10)

    /// A shop where A shows a figure of ours, and this one is on its way.
    private static func sending(
        _ quantity: Quantity,
        over first: Quantity = 10,
        to state: TemporaryState
    ) async throws -> (database: StateDatabase, wishes: [Wish]) {
        let database = try state.database()
        _ = try await database.replaceIndexPage([before], at: TemporaryState.now)
        _ = try await database.finishIndexPass(at: TemporaryState.now)
        try await database.wish([(.level("A"), 99)])
        try await database.settle(try await database.claimed(), .applied)
        try await database.wish([(.level("A"), first)])
        try await database.settle(try await database.claimed(), .applied)
        try await database.wish([(.level("A"), quantity)], run: "run-2")
        return (database, try await database.claimed())
    }

    private static func rename(in database: StateDatabase) async throws {
        _ = try await database.confirmNames(of: ["1"], shown: [after], at: TemporaryState.now)
    }

    private static func told(in database: StateDatabase) async throws -> [String] {
        try await database.openExceptions(code: .figureStranded).map(\.exception.subject.description)
    }

    @Test("what the shop takes stands under the new name, and a zero leaves nothing", arguments: [60, 0])
    func taken(quantity: Int64) async throws {
        let state = try TemporaryState()
        let (database, wishes) = try await Self.sending(Quantity(units: quantity), to: state)
        #expect(wishes.count == 1)
        try await Self.rename(in: database)
        #expect(try await Self.told(in: database) == ["NEW / item"])
        try await database.settle(wishes, .applied)
        let level = try await database.level(.level("NEW"))
        #expect(level?.published == Quantity(units: quantity) && level?.isOurs == true)
        #expect(try await Self.told(in: database) == (quantity > 0 ? ["NEW / item"] : []))
        // A has not got it.
        #expect(try await database.unresolved(limit: 10).map(\.key) == [.level("A")])
        #expect(try await database.movedSKUs().skus == ["A", "NEW"])
    }

    @Test("what was lost is in question under the new name", arguments: [true, false])
    func lost(isRenamedFirst: Bool) async throws {
        let state = try TemporaryState()
        let (database, wishes) = try await Self.sending(60, over: 0, to: state)
        if isRenamedFirst { try await Self.rename(in: database) }
        let end = MachineInstant(boot: "test", seconds: 100)
        let questions = wishes.map { OpenQuestion(sequence: $0.sequence, until: end) }
        let receipts = wishes.map { Receipt(wish: $0, outcome: .released) }
        try await database.settle(receipts, questions: questions, at: TemporaryState.now)
        if !isRenamedFirst { try await Self.rename(in: database) }
        #expect(try await Self.told(in: database) == ["NEW / item"])
        let ended = try await database.endedQuestions(at: end, restart: end, limit: 10)
        let new = try await database.level(.level("NEW"))
        #expect(ended.levels.map(\.row) == [new?.row])
        try await database.endQuestions(ended.levels, shown: ["1": 60], at: TemporaryState.now)
        let level = try await database.level(.level("NEW"))
        #expect(level?.published == 60 && level?.isOurs == true)
    }
}
