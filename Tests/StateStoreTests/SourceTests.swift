import InventoryCore
import StateStore
import Testing

@Suite("What is kept of each source") struct SourceTests {
    private static let position = PositionKey(sku: "A", location: "WH-1", unit: "EA")

    private static func accept(
        _ generation: UInt64,
        absent count: Int,
        from source: SourceID,
        run: RunID,
        in database: StateDatabase
    ) async throws {
        let record = RunRecord(
            id: run,
            state: .accepted(),
            source: source,
            scope: .full,
            started: TemporaryState.now
        )
        var acceptance = Acceptance(run: record, at: TemporaryState.now)
        acceptance.generation = generation
        acceptance.highWater = HighWaterMark(
            source: source,
            asOf: nil,
            sequence: Int64(generation),
            digest: nil
        )
        acceptance.doubts.set = [doubt(count, of: source)]
        try await database.accept(acceptance)
    }

    private static func doubt(_ count: Int, of source: SourceID) -> Doubt {
        let now = TemporaryState.now
        var doubt = Doubt(source: source, key: position, reason: .absent, since: now, last: 5)
        doubt.absentCount = count
        return doubt
    }

    @Test("two sources have each their generation, high-water mark, doubts and newest run")
    func apart() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await Self.accept(3, absent: 1, from: "erp", run: "run-1", in: database)
        try await Self.accept(9, absent: 2, from: "wholesaler", run: "run-2", in: database)
        #expect(try await database.generations() == ["erp": 3, "wholesaler": 9])
        #expect(try await database.generation(of: "erp") == 3)
        #expect(try await database.generation(of: .main) == 0)
        #expect(try await database.highWaterMark(of: "wholesaler")?.sequence == 9)
        #expect(try await database.highWaterMark(of: .main) == nil)
        let book = try await database.doubts()
        #expect(book.doubts(of: "erp")[Self.position]?.absentCount == 1)
        #expect(book.doubts(of: "wholesaler")[Self.position]?.absentCount == 2)
        #expect(try await database.lastAccepted(of: "erp")?.id == "run-1")
        #expect(try await database.lastAccepted()?.id == "run-2")

        var ended = Acceptance(run: try #require(try await database.run("run-1")), at: TemporaryState.now)
        ended.doubts.ended = [Self.doubt(1, of: "erp")]
        try await database.accept(ended)
        #expect(try await database.doubts().all.map(\.source) == ["wholesaler"])
    }

    @Test("a source's name is 1 to 40 small letters, digits and hyphens")
    func names() {
        for name in ["main", "erp-2", "a", String(repeating: "x", count: 40)] {
            #expect(SourceID(name).isUsable, "\(name)")
        }
        for name in ["", "ERP", "erp 2", "erp/2", "größe", String(repeating: "x", count: 41)] {
            #expect(!SourceID(name).isUsable, "\(name)")
        }
    }
}
