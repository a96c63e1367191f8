import InventoryCore
import StateStore
import Testing

@Suite struct AcceptTests {
    @Test("run, generation, wishes, exceptions, rejected rows and marks become durable together")
    func acceptsAll() async throws {
        let state = try TemporaryState()
        let acceptance = AcceptTests.full()
        try await state.database().accept(acceptance)

        let database = try state.reopened()
        #expect(try await database.generation(of: .main) == 3)
        #expect(try await database.run("run-1") == acceptance.run)
        #expect(try await database.highWaterMark(of: .main) == acceptance.highWater)
        #expect(try await database.highWaterMark(of: "elsewhere") == nil)
        #expect(try await database.rejectedRows(of: "run-1") == acceptance.rejectedRows)
        #expect(try await database.doubts() == DoubtBook(acceptance.doubts.set))
        #expect(try await database.doubts(heldBy: "run-1").map(\.key.sku) == ["B"])
        #expect(try await database.openExceptions().map(\.exception) == acceptance.exceptions.occurred)
        #expect(try await database.level(.level("A"))?.pending == 5)
        #expect(try await database.level(.level("A"))?.id == nil)
    }

    @Test("doubts about bins of one place are doubts of their own")
    func bins() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let acceptance = AcceptTests.full()
        try await database.accept(acceptance)
        var next = Acceptance(run: .sample("run-2"), at: TemporaryState.now)
        next.doubts.ended = acceptance.doubts.set.filter { $0.key.bin == "B2" }
        try await database.accept(next)
        #expect(try await database.doubts() == DoubtBook(acceptance.doubts.set.dropLast()))
    }

    @Test("the same acceptance again changes nothing")
    func acceptsTwice() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 1), (.level("B"), 1)])
        let acceptance = AcceptTests.full()
        #expect(try await database.accept(acceptance).queued == 2)
        let first = try await database.claimed(1)
        #expect(
            try await database.accept(acceptance) == AcceptanceCounts(queued: 0, unchanged: 2, unusable: 0)
        )
        #expect(try await database.openClaims().map(\.wish) == first)
        try await database.settle(first, .applied)
        #expect(try await database.accept(acceptance).queued == 0)
        let second = try await database.claimed()
        #expect(second.short == ["A=5"])
        try await database.settle(second, .applied)
        #expect(try await database.accept(acceptance).queued == 0)
        #expect(try await database.backlog() == Backlog())
    }

    @Test("a run that is sealed at the end is committed as it was sealed, with its generation")
    func seals() async throws {
        let state = try TemporaryState()
        var acceptance = AcceptTests.full()
        acceptance.generation = nil
        var sealed = acceptance.run
        sealed.generation = 7
        sealed.planDigest = "later"
        try await state.database().accept(acceptance) { [sealed] in Sealing(run: sealed) }

        let database = try state.reopened()
        #expect(try await database.generation(of: .main) == 7)
        #expect(try await database.run("run-1") == sealed)
        #expect(try await database.level(.level("A"))?.pending == 5)
    }

    @Test("a run that cannot be sealed leaves nothing behind")
    func isNotSealed() async throws {
        let state = try TemporaryState()
        struct Full: Error, Equatable {}
        let database = try state.database()
        await #expect(throws: Full()) { try await database.accept(AcceptTests.full()) { throw Full() } }
        #expect(try await database.generation(of: .main) == 0)
        #expect(try await database.run("run-1") == nil)
        #expect(try await database.level(.level("A")) == nil)
        #expect(try await database.openExceptions().isEmpty)
    }

    @Test("a run that is cancelled before it is sealed is given up, and a decision is not")
    func isCancelled() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func cancelled(_ body: @escaping @Sendable () async throws -> Void) async -> Result<Void, any Error> {
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await body()
            }
            task.cancel()
            return await task.result
        }
        let run = await cancelled {
            try await database.accept(AcceptTests.full()) {
                Issue.record("it was sealed")
                return Sealing(run: AcceptTests.full().run)
            }
        }
        #expect(throws: CancellationError.self) { try run.get() }
        #expect(try await database.run("run-1") == nil)
        #expect(try await database.openExceptions().isEmpty)
        try await cancelled { try await database.accept(AcceptTests.full()) }.get()
        #expect(try await database.run("run-1") != nil)
    }

    @Test("what ended is taken away: doubts, mended exceptions")
    func takesAway() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.accept(AcceptTests.full())
        var next = Acceptance(run: .sample("run-1"), at: TemporaryState.now.adding(seconds: 60))
        next.doubts.ended = AcceptTests.full().doubts.set
        next.exceptions.examined = [.negativeStock]
        try await database.accept(next)
        #expect(try await database.doubts().isEmpty)
        #expect(try await database.openExceptions().map(\.exception.code) == [.unknownUnit])
        #expect(try await database.generation(of: .main) == 3)
    }

    @Test("an exception keeps its first run while it is open and begins anew after it was closed")
    func exceptionHistory() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let oversold = InventoryException(code: .oversold, subject: Subject(sku: "A"), message: "3 too many")
        func accept(_ run: RunID, _ seconds: Int64, _ occurred: [InventoryException]) async throws {
            var acceptance = Acceptance(run: .sample(run), at: TemporaryState.now.adding(seconds: seconds))
            acceptance.exceptions.occurred = occurred
            acceptance.exceptions.examined = [.oversold]
            try await database.accept(acceptance)
        }
        try await accept("run-1", 0, [oversold])
        try await accept("run-2", 60, [oversold])
        let open = try #require(try await database.openExceptions().first)
        #expect(open.firstRun == "run-1" && open.lastRun == "run-2")
        #expect(open.opened == TemporaryState.now && open.seen == TemporaryState.now.adding(seconds: 60))
        try await accept("run-3", 120, [])
        #expect(try await database.openExceptions().isEmpty)
        try await accept("run-4", 180, [oversold])
        let anew = try #require(try await database.openExceptions(of: ["A"]).first)
        #expect(anew.firstRun == "run-4" && anew.opened == TemporaryState.now.adding(seconds: 180))
        #expect(try await database.openExceptionCounts() == [.oversold: 1])
    }

    @Test("rejected rows are kept up to the limit")
    func rejectedRowsAreBounded() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        var acceptance = Acceptance(run: .sample(), at: TemporaryState.now)
        acceptance.run.counts.rejected = 5000
        acceptance.rejectedRows = (1...5000).map { line in
            RejectedRow(
                line: line,
                column: nil,
                reason: .badQuoting,
                message: "stray quote",
                bytes: [34, 0, 255]
            )
        }
        try await database.accept(acceptance)
        let kept = try await database.rejectedRows(of: "run-1", limit: 10_000)
        #expect(kept == Array((acceptance.rejectedRows ?? []).prefix(Acceptance.rejectedRowsMax)))
        #expect(try await database.run("run-1")?.counts.rejected == 5000)
    }

    @Test("of two wishes for one level in one plan the later counts")
    func laterInPlanCounts() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.wish([(.level("A"), 5), (.level("B"), 1), (.level("A"), 6)])
        #expect(try await database.level(.level("A"))?.pending == 6)
    }

    @Test("a key with a NUL becomes an exception, not another SKU's level")
    func nulInKey() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let counts = try await database.wish([(.level("A\0B"), 5), (.level("C"), 1)])
        #expect(counts == AcceptanceCounts(queued: 1, unchanged: 0, unusable: 1))
        #expect(try await database.level(.level("A")) == nil)
        #expect(
            try await database.openExceptions().map(\.exception.subject.description)
                == ["A\u{2400}B / item"]
        )
    }

    @Test("keys are compared byte for byte")
    func byteForByte() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (composed, decomposed): (SKU, SKU) = ("caf\u{E9}", "cafe\u{301}")
        try await database.wish([(.level(composed), 1), (.level(decomposed), 2), (.level("CAFE"), 3)])
        #expect(try await database.level(.level(composed))?.pending == 1)
        #expect(try await database.level(.level(decomposed))?.pending == 2)
        #expect(try await database.levels(of: ["cafe"]).isEmpty)
    }

    @Test("runs are found by id and by a prefix of it")
    func findsRuns() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        for id in ["20261123-a", "20261123-b", "2026%"] { try await database.record(.sample(RunID(id))) }
        #expect(try await database.runs(withPrefix: "20261123").map(\.id) == ["20261123-b", "20261123-a"])
        #expect(try await database.runs(withPrefix: "2026%").count == 1)
        #expect(try await database.run("nothing") == nil)
        var finished = RunRecord.sample("20261123-a")
        finished.state = .failed(reason: "The shop is down.", at: TemporaryState.now)
        try await database.record(finished)
        #expect(try await database.run("20261123-a") == finished)
        #expect(try await database.lastRuns(limit: 10).count == 3)
    }

    private static let position = PositionKey(sku: "A", location: "WH-1", unit: "EA")

    private static func full() -> Acceptance {
        var acceptance = Acceptance(run: .sample(), at: TemporaryState.now)
        acceptance.run.asOf = TemporaryState.now
        acceptance.run.counts.rows = 10
        acceptance.run.counts.positions = 9
        acceptance.run.sizeBytes = 1234
        acceptance.run.counts.deltas.added = 4
        acceptance.run.generation = 3
        acceptance.run.planDigest = "ab12"
        acceptance.generation = 3
        acceptance.wishes = [
            AcceptedWish(PlannedWish(key: .level("A"), before: nil, after: 5)),
            AcceptedWish(PlannedWish(key: .level("B"), before: nil, after: 0)),
        ]
        acceptance.highWater = HighWaterMark(
            source: .main,
            asOf: TemporaryState.now,
            sequence: 9,
            digest: "cd34"
        )
        acceptance.exceptions.occurred = [
            InventoryException(
                code: .negativeStock,
                subject: Subject(sku: "A", location: "WH-1"),
                message: "-3"
            ),
            InventoryException(code: .unknownUnit, subject: Subject(sku: "PAL"), message: "no factor"),
        ]
        acceptance.rejectedRows = [
            RejectedRow(line: 7, column: "on_hand", reason: .badQuantity, message: "“x”", bytes: [120]),
            RejectedRow(
                line: 8,
                lines: 12,
                column: "on_hand",
                reason: .badQuantity,
                message: "“y”",
                bytes: [121],
                key: PositionKey(sku: "C", location: "WH-1", unit: "EA", bin: "7")
            ),
        ]
        var absent = Doubt(
            source: .main,
            key: position,
            reason: .absent,
            since: TemporaryState.now,
            knownAsOf: TemporaryState.now,
            last: 5
        )
        (absent.absentCount, absent.grown, absent.keylessBefore, absent.spoiledCount) = (1, 3, 2, 1)
        var held = Doubt(
            source: .main,
            key: PositionKey(sku: "B", location: "WH-1", unit: "EA", bin: "A,1"),
            reason: .held,
            since: TemporaryState.now,
            last: nil
        )
        (held.stated, held.guardCode, held.run, held.lines) = (2, .totalRise, "run-1", [7, 9])
        let unreadable = Doubt(
            source: .main,
            key: PositionKey(sku: "B", location: "WH-1", unit: "EA", bin: "B2"),
            reason: .unreadable,
            since: TemporaryState.now,
            last: 4
        )
        acceptance.doubts.set = [absent, held, unreadable]
        return acceptance
    }
}
