import InventoryCore
import StateStore
import Testing

@Suite("Runs and the rules of the figures") struct RunTests {
    @Test("a run that has begun is shown as running, and as interrupted once its process is gone")
    func interrupted() async throws {
        let state = try TemporaryState()
        try await state.database().begin(.sample("run-1", state: .running))
        let reader = try StateDatabase.openForReading(state.folder)
        #expect(try await reader.lastRuns(limit: 1).map(\.state) == [.running])
        try reader.close()

        let database = try state.reopened()
        let run = try #require(try await database.run("run-1"))
        #expect(run.state.kind == .interrupted && run.finished == TemporaryState.now)
        #expect(run.message?.contains("nothing of it was accepted") == true)
        #expect(try await database.lastAccepted() == nil)
    }

    @Test("a run that has begun and was accepted stays accepted when its process is gone")
    func acceptedStays() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.begin(.sample("run-1", state: .running))
        try await database.accept(Acceptance(run: .sample("run-1"), at: TemporaryState.now))
        #expect(try await state.reopened().lastRuns(limit: 5).map(\.state) == [.accepted()])
    }

    @Test("those of events are left out where they are not wanted, however many they are")
    func withoutEvents() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.record(.sample("run-1"))
        for number in 2...30 {
            var run = RunRecord.sample(RunID("run-\(number)"))
            run.events = number
            try await database.record(run)
        }
        #expect(try await database.lastRuns(limit: 20, withEvents: false).map(\.id) == ["run-1"])
        #expect(try await database.lastRuns(limit: 20).count == 20)
    }

    @Test("every state comes back with its reason and its end")
    func states() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let now = TemporaryState.now
        let states: [RunRecord.State] = [
            .running, .accepted(), .accepted(note: "n", pushed: now), .done(at: now),
            .done(note: "n", at: now), .held(reason: "r"), .held(reason: "r", pushed: now),
            .rejected(reason: nil, at: now), .rejected(reason: "r", at: now), .failed(reason: "r", at: now),
            .superseded(reason: "a newer one", at: now), .interrupted(reason: "r", at: now),
        ]
        for (number, one) in states.enumerated() {
            try await database.record(.sample(RunID("run-\(number)"), state: one))
        }
        #expect(try await database.lastRuns(limit: 100).reversed().map(\.state) == states)
        #expect(Set(states.map(\.kind)) == Set(RunRecord.State.Kind.allCases))
    }

    @Test(
        "a run is done once a push has settled its last wish, whichever push that is; a held one stays held"
    )
    func pushed() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10), (.level("B"), 10)])
        try await database.wish([(.level("A"), 4), (.level("B"), 4)], run: "run-1")
        let claimed = try await database.claimed()
        try await database.settle(Array(claimed.prefix(1)), .applied)
        try await database.endPush(at: TemporaryState.now)
        #expect(try await database.run("run-1")?.state.word == "pushing")
        try await database.wish([(.level("A"), 5)], run: "run-2")
        try await database.settle(Array(claimed.suffix(1)), .applied)
        try await database.endPush(at: TemporaryState.now)
        #expect(try await database.run("run-1")?.state.word == "done")
        #expect(try await database.run("run-2")?.state.word == "pushing")
        try await database.record(.sample("run-3", state: .held(reason: "r")))
        try await database.settle(try await database.claimed(), .applied)
        try await database.endPush(at: TemporaryState.now)
        #expect(try await database.run("run-2")?.state.word == "done")
        #expect(try await database.run("run-3")?.state == .held(reason: "r", pushed: TemporaryState.now))
        // Each counts what it has wished for, whichever run was the newest then.
        for (run, written) in [("run-1", 2), ("run-2", 1), ("run-3", 0)] {
            #expect(try await database.run(RunID(run))?.counts.written == written, "\(run)")
        }
    }

    @Test("the rules of the figures change with an acceptance that names them, and with nothing else")
    func figures() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        #expect(try await database.figuresMadeBy() == nil)
        let text = RuleText(bytes: Array("rules".utf8))
        var acceptance = Acceptance(run: .sample("run-1"), at: TemporaryState.now)
        acceptance.rules = FigureRules(text: text, at: TemporaryState.now)
        try await database.accept(acceptance)
        func expectUnchanged() async throws {
            let made = try await database.figuresMadeBy()
            #expect(made?.version == text.version.text && made?.at == TemporaryState.now)
            #expect(try await database.ruleText(text.version.text) == text)
        }
        try await expectUnchanged()

        let later = TemporaryState.now.adding(seconds: 60)
        let rejected = RunRecord.sample("run-1", state: .rejected(reason: nil, at: later))
        try await database.accept(Acceptance(run: rejected, at: later))
        try await expectUnchanged()
        struct Full: Error {}
        var next = Acceptance(run: .sample("run-2"), at: later)
        next.rules = FigureRules(text: RuleText(bytes: Array("others".utf8)), at: later)
        await #expect(throws: Full.self) { try await database.accept(next) { throw Full() } }
        try await expectUnchanged()

        try await database.accept(next)
        #expect(try await database.figuresMadeBy()?.at == later)
    }
}
