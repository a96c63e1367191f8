import InventoryCore
import StateStore
import Testing

@Suite("What pages ask of the state")
struct PageQueryTests {
    @Test("levels of the outbox are listed by what they wait for, in the order of sending")
    func outbox() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let skus: [SKU] = ["A", "B", "C", "D"]
        try await database.shop(shows: skus.map { (.level($0), 10) })
        try await database.wish([
            (.level("A"), 0), (.level("B"), 4), (.level("C"), 11), (.level("D"), 0), (.level("E"), 1),
        ])
        func listed(_ part: OutboxPart, _ limit: Int = 10) async throws -> [SKU] {
            try await database.levels(in: part, limit: limit).map(\.key.sku)
        }
        #expect(try await listed(.waiting(.zero)) == ["A", "D"])
        #expect(try await listed(.waiting(.zero), 1) == ["A"])
        #expect(try await listed(.waiting(.decrease)) == ["B"])
        #expect(try await listed(.waiting(.increase)) == ["C", "E"])
        _ = try await database.claimed(1)
        #expect(try await listed(.claimed) == ["A"])
        #expect(try await listed(.waiting(.zero)) == ["D"])
        for part in [OutboxPart.refused, .unknown, .blocked] { #expect(try await listed(part).isEmpty) }
        let backlog = try await database.backlog()
        #expect(backlog.waiting == [.zero: 1, .decrease: 1, .increase: 2] && backlog.claimed == 1)
        for limit in 1...3 { #expect(try await database.backlog(countingTo: limit) == backlog) }
    }

    @Test("runs are told apart by whether they took events, and the newest delivery that is shown is found")
    func runs() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        for (number, events, isDone) in [(1, nil, true), (2, 3, true), (3, nil, false), (4, 1, true)] {
            var run = RunRecord.sample(
                RunID("run-\(number)"),
                state: isDone ? .done(at: TemporaryState.now) : .held(reason: "a guard")
            )
            run.events = events
            try await database.record(run)
        }
        func listed(_ filter: RunFilter) async throws -> [String] {
            try await database.runs(filter, limit: 10).map(\.id.text)
        }
        #expect(try await listed(RunFilter()) == ["run-4", "run-3", "run-2", "run-1"])
        #expect(try await listed(RunFilter(isOfEvents: true)) == ["run-4", "run-2"])
        #expect(try await listed(RunFilter(isOfEvents: false)) == ["run-3", "run-1"])
        #expect(try await listed(RunFilter(before: "run-3", isOfEvents: false)) == ["run-1"])
        #expect(try await database.lastShown(of: .main)?.id == "run-1")
        #expect(try await database.lastShown(of: "other") == nil)
        #expect(try await database.heldCount(of: "run-3") == 0)
    }
}
