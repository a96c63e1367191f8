import GRDB
import InventoryCore
import StateStore
import Testing

@Suite("Deliveries and marks") struct DeliveryRecordTests {
    private static func delivery(
        _ name: String,
        _ digest: String? = nil,
        modified: Int64 = 1,
        outcome: DeliveryRecord.Outcome = .taken,
        code: String? = nil
    ) -> DeliveryRecord {
        var delivery = DeliveryRecord(
            source: .main,
            name: name,
            path: "drop/" + name,
            outcome: outcome,
            at: TemporaryState.now
        )
        delivery.sizeBytes = 10
        delivery.modified = Timestamp(microseconds: modified)
        delivery.digest = digest
        delivery.seeds = digest.map { _ in [7, .max] }
        delivery.code = code
        return delivery
    }

    private static func accept(
        _ delivery: DeliveryRecord,
        run: RunID,
        state: RunRecord.State = .accepted(),
        in database: StateDatabase
    ) async throws {
        var acceptance = Acceptance(run: .sample(run, state: state), at: TemporaryState.now)
        acceptance.delivery = delivery
        try await database.accept(acceptance)
    }

    @Test("a delivery comes back as it was, with its run; the same file read again is no further one")
    func kept() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        var delivery = Self.delivery("a.csv", "mark-a")
        delivery.scope = .partial
        delivery.asOf = TemporaryState.now
        delivery.sequence = 4
        delivery.rows = 12
        for _ in 0..<2 { try await Self.accept(delivery, run: "run-1", in: database) }
        delivery.run = "run-1"
        #expect(try await database.deliveries(of: .main) == [delivery])
        #expect(try await database.lastTaken(of: .main) == delivery)
        #expect(try await database.deliveryCounts() == [.main: [.taken: 1]])
    }

    @Test("one that was refused is counted while it is refused again, and may be taken at last")
    func refused() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let refused = Self.delivery("a.csv", outcome: .unreadable, code: "not_readable")
        for tries in 1...3 {
            try await database.record([refused])
            #expect(try await database.deliveries(of: .main).map(\.tries) == [tries])
        }
        try await Self.accept(Self.delivery("a.csv", "mark-a"), run: "run-1", in: database)
        #expect(try await database.deliveries(of: .main).map(\.outcome) == [.taken])
        try await database.record([refused])
        #expect(try await database.deliveries(of: .main).map(\.outcome) == [.taken])
    }

    @Test("the oldest are forgotten, but none that still lies there")
    func forgotten() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        for name in ["a", "b", "c", "d"] { try await database.record([Self.delivery(name, "mark-" + name)]) }
        try await database.forgetDeliveries(of: .main, except: ["a"], keeping: 2)
        #expect(try await database.deliveries(of: .main).map(\.name) == ["d", "c", "a"])
    }

    @Test("bytes are superseded once others were taken, but not by what is held for coming again")
    func superseded() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func isOld(_ digest: String) async throws -> Bool {
            try await database.wasSuperseded(digest, of: .main)
        }
        try await Self.accept(Self.delivery("a", "mark-a"), run: "run-1", in: database)
        #expect(try await !isOld("mark-a"))
        #expect(try await !isOld("mark-b"))
        try await Self.accept(Self.delivery("b", "mark-b"), run: "run-2", in: database)
        #expect(try await isOld("mark-a"))
        #expect(try await !isOld("mark-b"))
        let again = Self.delivery("c", "mark-a", code: "replayed")
        try await Self.accept(again, run: "run-3", state: .held(reason: "r"), in: database)
        #expect(try await isOld("mark-a"))
        #expect(try await !isOld("mark-b"))
        try await database.record(.sample("run-3", state: .accepted()))
        #expect(try await !isOld("mark-a"))
        #expect(try await isOld("mark-b"))
    }

    @Test("a mark is raised by each part on its own, and lowered by none")
    func raised() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func accept(_ sequence: Int64?, _ asOf: Int64?, _ row: Int64?, _ digest: String) async throws {
            var acceptance = Acceptance(run: .sample(), at: TemporaryState.now)
            acceptance.highWater = HighWaterMark(
                source: .main,
                asOf: asOf.map(Timestamp.init(microseconds:)),
                sequence: sequence,
                digest: digest,
                newestRow: row.map(Timestamp.init(microseconds:))
            )
            try await database.accept(acceptance)
        }
        try await accept(5, 50, nil, "a")
        try await accept(nil, nil, 20, "b")
        var mark = try #require(try await database.highWaterMark(of: .main))
        #expect(mark.sequence == 5 && mark.asOf?.microseconds == 50 && mark.newestRow?.microseconds == 20)
        #expect(mark.digest == "b" && mark.sequenceDigest == "a")
        try await accept(6, 40, 10, "c")
        mark = try #require(try await database.highWaterMark(of: .main))
        #expect(mark.sequence == 6 && mark.asOf?.microseconds == 50 && mark.newestRow?.microseconds == 20)
        #expect(mark.digest == "c" && mark.sequenceDigest == "c")
    }

    @Test("what version 5 accepted is known by name, and its marks by number and bytes")
    func migrated() async throws {
        let state = try TemporaryState()
        let raw = try DatabasePool(path: state.folder.databasePath)
        try await raw.write { try $0.execute(sql: StateV5.sql) }
        try raw.close()
        let database = try state.database()
        let known = try await database.deliveries()
        #expect(known.map(\.name) == ["stock-2.csv", "stock.csv"])
        #expect(known.map(\.outcome) == [.taken, .taken] && known.allSatisfy { $0.modified == nil })
        #expect(known.first?.digest == "mark-5" && known.first?.run == "20261124-a")
        let mark = try #require(try await database.highWaterMark(of: "erp"))
        #expect(mark.sequence == 9 && mark.sequenceDigest == "mark-5" && mark.newestRow == nil)
        #expect(try await database.resets(of: "erp").isEmpty)
    }
}
