import InventoryCore
import StateStore
import Testing

@Suite struct OutboxTests {
    @Test("zeros go first, then decreases, then increases, each by priority and age")
    func claimsInOrder() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let skus: [SKU] = ["A", "B", "C", "D", "E"]
        try await database.shop(shows: skus.map { (.level($0), 10) })
        try await database.wish([(.level("A"), 11), (.level("B"), 4), (.level("C"), 0), (.level("D"), 3)])
        try await database.wish([(.level("E"), 2)], run: "run-2", priority: -1)
        #expect(try await database.claimed(2).short == ["C=0", "E=2"])
        #expect(try await database.claimed(2).short == ["B=4", "D=3"])
        #expect(try await database.claimed(2).short == ["A=11"])
        #expect(try await database.claimed(2).isEmpty)
        #expect(try await database.backlog().claimed == 5)
    }

    @Test("what is sent again after its operation has ended is in question by itself after a crash")
    func leftOperation() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 4)])
        let wishes = try await database.claimed()
        try await database.record(operation: "7", of: wishes)
        let end = MachineInstant(boot: "test", seconds: 60)
        // As long as the operation carries it, that tells what became of it.
        #expect(try await database.takeOverClaims(sent: nil, until: end, at: TemporaryState.now) == 0)
        try await database.leaveOperations(of: wishes.map(\.sequence))
        #expect(try await database.takeOverClaims(sent: nil, until: end, at: TemporaryState.now) == 1)
        #expect(try await database.lastQuestionEnd() == end)
    }

    @Test("a newer wish replaces one that was not sent")
    func newerReplaces() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 11)])
        try await database.wish([(.level("A"), 4)], run: "run-2")
        #expect(try await database.claimed().short == ["A=4"])
        #expect(try await database.claimed().isEmpty)
    }

    @Test("a wish for what the shop shows removes the older wish from the outbox")
    func backToPublished() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 11)])
        #expect(try await database.wish([(.level("A"), 10)], run: "run-2").unchanged == 1)
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.level(.level("A"))?.expected == 10)
    }

    @Test("a level in flight gets nothing newer until it is settled")
    func oneInFlight() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 4)])
        let first = try await database.claimed()
        #expect(try await database.level(.level("A"))?.standing == .claimed)
        try await database.wish([(.level("A"), 10)], run: "run-2")
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.level(.level("A"))?.pending == 10)
        try await database.settle(first, .applied)
        let second = try await database.claimed()
        #expect(second.short == ["A=10"])
        #expect(second.first?.wave == .increase)
    }

    @Test("a wish that comes back does not replace a newer one")
    func releasedIsOlder() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10), (.level("B"), 10)])
        try await database.wish([(.level("A"), 4), (.level("B"), 4)])
        let first = try await database.claimed()
        try await database.wish([(.level("A"), 10)], run: "run-2")
        #expect(try await database.settle(first, .released).released == 2)
        let second = try await database.claimed()
        #expect(second.short == ["B=4"])
        #expect(second.first?.sequence == first.last?.sequence)
        #expect(second.first?.suspicion.attempts == 0)
    }

    @Test("increases of a SKU wait until its decreases are acknowledged")
    func increasesWait() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("A", "box"))
        try await database.shop(shows: [(item, 10), (box, 10), (.level("B"), 1)])
        try await database.wish([(item, 12), (box, 8), (.level("B"), 2)])
        let first = try await database.claimed()
        #expect(first.short == ["A/box=8", "B=2"])
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.backlog().blocked == 1)
        try await database.settle(first, .applied)
        #expect(try await database.claimed().short == ["A=12"])
    }

    @Test("a refused decrease is parked with an exception and holds the SKU's increases")
    func refusedParks() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("A", "box"))
        try await database.shop(shows: [(item, 10), (box, 10)])
        try await database.wish([(item, 12), (box, 8)])
        let refusal = Receipt.Outcome.refused(.invalidValue, detail: "This value should be of type float.")
        try await database.settle(try await database.claimed(), refusal)
        #expect(try await database.claimed().isEmpty)
        let backlog = try await database.backlog()
        #expect(backlog.refused == 1 && backlog.blocked == 1 && backlog.isEmpty)
        let open = try await database.openExceptions().map(\.exception)
        #expect(open.map(\.code) == [.increaseParked, .writeRefused])
        #expect(open.map(\.subject.description) == ["A / item", "A / box"])
        #expect(open.first?.message.contains("to 12 waits") == true)
        #expect(open.first?.message.contains("decrease of A / box.") == true)
        #expect(open.last?.message.contains("should be of type float") == true)
        let receipts = try await database.receipts(of: "A").first
        #expect(receipts?.refused?.refusal == .invalidValue)
        #expect(receipts?.refused?.run == "run-1")

        #expect(try await database.retryRefused() == 1)
        try await database.settle(try await database.claimed(), .applied)
        try await database.settle(try await database.claimed(), .applied)
        #expect(try await database.openExceptions().isEmpty)
        let settled = try await database.receipts(of: "A")
        #expect(settled.map(\.applied?.quantity) == [8, 12])
        #expect(settled.allSatisfy { $0.refused == nil })
        #expect(try await database.backlog() == Backlog())
    }

    @Test("a level that is gone waits until it is found under another id")
    func goneLevelIsResolved() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 4)])
        try await database.settle(try await database.claimed(), .levelGone)
        #expect(try await database.claimed().isEmpty)
        let waiting = try await database.unresolved(limit: 10)
        #expect(waiting.map(\.key) == [.level("A")])
        #expect(waiting.first?.published == nil && waiting.first?.pending == 4)
        let found = ShopLevel("99", .level("A"), shows: 7)
        #expect(try await database.replaceIndexPage([found], at: TemporaryState.now).resolved == 1)
        let again = try await database.claimed()
        #expect(again.map(\.level) == ["99"] && again.short == ["A=4"])
    }

    @Test("increases of a SKU wait while it is not known what a level that was made anew shows")
    func increasesWaitForGoneLevel() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("A", "box"))
        try await database.shop(shows: [(item, 10), (box, 10)])
        try await database.wish([(item, 16), (box, 4)])
        try await database.settle(try await database.claimed(), .levelGone)
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.backlog().blocked == 1)
        let found = ShopLevel("99", box, shows: 10)
        _ = try await database.replaceIndexPage([found], at: TemporaryState.now)
        let decrease = try await database.claimed()
        #expect(decrease.short == ["A/box=4"])
        try await database.settle(decrease, .applied)
        #expect(try await database.claimed().short == ["A=16"])
    }

    @Test("increases of a SKU go on when the shop turns out not to have the level any more")
    func increasesGoOnWithoutLevel() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("A", "box"))
        try await database.shop(shows: [(item, 10), (box, 10)])
        try await database.wish([(item, 16), (box, 4)])
        try await database.settle(try await database.claimed(), .levelGone)
        #expect(try await database.claimed().isEmpty)
        let lost = try await database.unresolved(limit: 10).map {
            UnknownLevel(row: $0.row, key: $0.key, lack: .level)
        }
        try await database.park(lost, at: TemporaryState.now)
        #expect(try await database.claimed().short == ["A=16"])
    }

    @Test("an answer about an id that the level no longer has says nothing about the level")
    func answerOfOldID() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10)])
        try await database.wish([(.level("A"), 4)])
        let claimed = try await database.claimed()
        let anew = ShopLevel("99", .level("A"), shows: 10)
        let asked: [LevelID] = ["L-A-item", "99"]
        _ = try await database.confirmNames(of: asked, shown: [anew], at: TemporaryState.now)
        #expect(try await database.settle(claimed, .applied).levelGone == 1)
        #expect(try await database.unresolved(limit: 10).map(\.key) == [.level("A")])
        _ = try await database.replaceIndexPage([anew], at: TemporaryState.now)
        let again = try await database.claimed()
        #expect(again.map(\.level) == ["99"] && again.map(\.wave) == [.decrease])
    }

    @Test("increases wait for decreases of another product that shows a part of the same stock")
    func secondProduct() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (own, alias): (LevelKey, LevelKey) = (.level("A"), .level("A-KA"))
        try await database.shop(shows: [(own, 60), (alias, 40)])
        var acceptance = Acceptance(run: .sample(), at: TemporaryState.now)
        acceptance.wishes = [(own, 50 as Quantity), (alias, 50)].map { key, quantity in
            AcceptedWish(PlannedWish(key: key, before: nil, after: quantity), stock: "A")
        }
        try await database.accept(acceptance)
        let first = try await database.claimed()
        #expect(first.short == ["A=50"])
        #expect(try await database.claimed().isEmpty)
        try await database.settle(first, .applied)
        let second = try await database.claimed()
        #expect(second.short == ["A-KA=50"] && second.map(\.stock) == ["A"])
        try await database.settle(second, .applied)

        // A product that has stock of its own again waits for no other.
        acceptance.run = .sample("run-2")
        acceptance.wishes = [
            AcceptedWish(PlannedWish(key: alias, before: nil, after: 55), stock: "A-KA"),
            AcceptedWish(PlannedWish(key: own, before: nil, after: 40), stock: "A"),
        ]
        try await database.accept(acceptance)
        #expect(Set(try await database.claimed().short) == ["A-KA=55", "A=40"])
    }

    @Test("an unknown SKU is parked with an exception and comes back when the shop has it")
    func unknownIsParked() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("B", "box"))
        try await database.wish([(item, 4), (box, 2)])
        #expect(try await database.claimed().isEmpty)
        let waiting = try await database.unresolved(limit: 10)
        #expect(try await database.unresolved(after: waiting.first?.row, limit: 10).count == 1)
        let unknown = waiting.map {
            UnknownLevel(row: $0.row, key: $0.key, lack: $0.key == item ? .product : .level)
        }
        try await database.park(unknown, at: TemporaryState.now)
        #expect(try await database.unresolved(limit: 10).isEmpty)
        #expect(try await database.level(item)?.standing == .unknown)
        #expect(try await database.backlog().unknown == 2)
        let open = try await database.openExceptions().map { "\($0.exception.code) \($0.exception.subject)" }
        #expect(open == ["unknownLevel B / box", "unknownSKU A"])

        try await database.wish([(item, 5)], run: "run-2")
        #expect(try await database.unresolved(limit: 10).isEmpty)
        try await database.shop(shows: [(item, 0), (box, 2)])
        #expect(try await database.openExceptions().isEmpty)
        #expect(try await database.claimed().short == ["A=5"])
        #expect(try await database.backlog().unknown == 0)
    }

    @Test("claims and their operation are still there after a crash")
    func claimsSurvive() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10), (.level("B"), 10)])
        try await database.wish([(.level("A"), 4), (.level("B"), 5)])
        let wishes = try await database.claimed()
        try await database.record(operation: "900", of: [wishes[0]])
        let after = try state.reopened()
        let claims = try await after.openClaims()
        #expect(claims.map(\.wish) == wishes)
        #expect(claims.map(\.operation) == ["900", nil])
        #expect(claims.allSatisfy { $0.claimed == TemporaryState.now })
        #expect(try await after.claimed().isEmpty)
        #expect(try await after.settle(wishes, .applied).applied == 2)
        #expect(try await after.settle(wishes, .released).ignored == 2)
        #expect(try await after.backlog().isEmpty)
    }

    @Test("the few wishes that can go are found behind many that cannot")
    func manyCannotGo() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let lacking = (0..<5000).map { (LevelKey.level(SKU("X-\($0)")), Quantity.zero) }
        try await database.shop(shows: [(.level("A"), 1), (.level("B"), 1), (.level("C"), 1)])
        try await database.wish(lacking + [(.level("A"), 2), (.level("B"), 3), (.level("C"), 4)])
        #expect(try await database.claimed(2).short == ["A=2", "B=3"])
        #expect(try await database.backlog().unresolved == 5000)
        #expect(try await database.claimed(2).short == ["C=4"])
    }

    @Test("an answer is recorded even when its task was cancelled")
    func cancelledTask() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 1)])
        try await database.wish([(.level("A"), 2)])
        let wishes = try await database.claimed()
        let settled = try await withThrowingTaskGroup(of: Int.self) { group in
            group.cancelAll()
            group.addTask { try await database.settle(wishes, .applied).applied }
            return try await group.next()
        }
        #expect(settled == 1)
        #expect(try await database.level(.level("A"))?.published == 2)
    }

    @Test("a value below what is shown or in flight counts as a decrease until that is known")
    func wavesInFlight() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (item, box): (LevelKey, LevelKey) = (.level("A"), .level("A", "box"))
        try await database.shop(shows: [(item, 10), (box, 10)])
        try await database.wish([(item, 15)])
        let first = try await database.claimed()
        // The shop may show 15 already, so 12 is a decrease, and the box has to wait for it.
        try await database.wish([(item, 12), (box, 11)], run: "run-2")
        #expect(try await database.claimed().isEmpty)
        try await database.settle(first, .released)
        let second = try await database.claimed()
        #expect(second.map(\.wave) == [.increase, .increase])
        #expect(Set(second.short) == ["A=12", "A/box=11"])
    }
}
