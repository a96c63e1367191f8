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

    private static func accept(
        _ wishes: [(LevelKey, Quantity)],
        run: RunID,
        until: Timestamp? = nil,
        in database: StateDatabase
    ) async throws {
        var acceptance = Acceptance(run: .sample(run), at: TemporaryState.now)
        acceptance.wishes = wishes.map { key, quantity in
            AcceptedWish(PlannedWish(key: key, before: nil, after: quantity), stock: "A")
        }
        acceptance.movedUntil = until
        try await database.accept(acceptance)
    }

    @Test("an increase waits while another level of its stock shows a figure that has moved there")
    func swappedInPool() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (own, alias): (LevelKey, LevelKey) = (.level("A"), .level("A-KA"))
        let page = [ShopLevel("1", own, shows: 0), ShopLevel("2", alias, shows: 0)]
        _ = try await database.replaceIndexPage(page, at: TemporaryState.now)
        _ = try await database.finishIndexPass(at: TemporaryState.now)
        try await Self.accept([(own, 80), (alias, 20)], run: "run-1", in: database)
        try await database.settle(try await database.claimed(), .applied)
        try await Self.accept([(own, 70)], run: "run-2", in: database)
        let swapped = [ShopLevel("1", alias, shows: 80), ShopLevel("2", own, shows: 20)]
        _ = try await database.confirmNames(of: ["1", "2"], shown: swapped, at: TemporaryState.now)
        #expect(try await database.claimed().isEmpty)
        let moved = try await database.movedSKUs()
        #expect(moved.skus == ["A"])
        try await Self.accept([(alias, 20)], run: "run-3", until: moved.until, in: database)
        let first = try await database.claimed()
        #expect(first.map(\.level) == ["1"] && first.map(\.quantity) == [20])
        try await database.settle(first, .applied)
        let second = try await database.claimed()
        #expect(second.map(\.level) == ["2"] && second.map(\.quantity) == [70])
        try await database.settle(second, .applied)
        #expect(try await database.movedFigures().isEmpty)
    }

    @Test("what was written goes with its id through all names, and back to the first")
    func throughNames() async throws {
        let state = try TemporaryState()
        let (database, wishes) = try await Self.sending(60, to: state)
        try await database.settle(wishes, .applied)
        func call(_ name: SKU) async throws {
            let level = ShopLevel("1", .level(name), shows: 60)
            _ = try await database.confirmNames(of: ["1"], shown: [level], at: TemporaryState.now)
        }
        for name: SKU in ["B", "C"] {
            try await call(name)
            let moved = try await database.movedFigures()
            #expect(moved.map(\.key) == [.level(name)] && moved.map(\.former) == [.level("A")])
            #expect(try await Self.told(in: database) == ["\(name) / item"])
        }
        try await call("A")
        #expect(try await Self.told(in: database).isEmpty)
        let back = try await database.movedFigures()
        #expect(back.map(\.key) == [.level("A")] && back.map(\.quantity) == [60])
        try await database.settleMoved(stranded: back, own: [], followed: [], at: TemporaryState.now)
        #expect(try await Self.told(in: database) == ["A / item"])
        try await database.settleMoved(stranded: [], own: back, followed: [], at: TemporaryState.now)
        #expect(try await Self.told(in: database).isEmpty)
        #expect(try await database.movedFigures().isEmpty)
    }

    @Test("what was written goes with its id, though the answer that takes it from its name gives it to none")
    func betweenAnswers() async throws {
        let state = try TemporaryState()
        let (database, wishes) = try await Self.sending(60, to: state)
        try await database.settle(wishes, .applied)
        let other = ShopLevel("7", .level("U"), shows: 0)
        _ = try await database.replaceIndexPage([other], at: TemporaryState.now)
        // U is known under another id still, which is asked for next.
        let here = ShopLevel("1", .level("U"), shows: 60)
        let first = try await database.confirmNames(of: ["1"], shown: [here], at: TemporaryState.now)
        #expect(first.contested == ["1", "7"])
        #expect(try await database.movedFigures().isEmpty)
        let gone = ShopLevel("7", .level("B"), shows: 0)
        _ = try await database.confirmNames(of: ["7"], shown: [gone], at: TemporaryState.now)
        _ = try await database.replaceIndexPage([here], at: TemporaryState.now)
        let moved = try await database.movedFigures()
        #expect(moved.map(\.key) == [.level("U")] && moved.map(\.former) == [.level("A")])
        #expect(moved.map(\.quantity) == [60])
    }

    @Test("given a pass that did not show an id, then what was written goes with it when it comes again")
    func betweenPasses() async throws {
        let state = try TemporaryState()
        let (database, wishes) = try await Self.sending(60, to: state)
        try await database.settle(wishes, .applied)
        _ = try await database.beginIndexPass(at: TemporaryState.now)
        #expect(try await database.finishIndexPass(at: TemporaryState.now) == 1)
        _ = try await database.replaceIndexPage(
            [ShopLevel("1", .level("U"), shows: 60)],
            at: TemporaryState.now
        )
        #expect(try await database.movedFigures().map(\.key) == [.level("U")])
    }
}
