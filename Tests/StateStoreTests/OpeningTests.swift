import FoundationEssentials
import GRDB
import InventoryCore
import StateStore
import Testing

@Suite struct OpeningTests {
    @Test("nothing can be read before the first run")
    func nothingYet() throws {
        let state = try TemporaryState()
        let failure = #expect(throws: Fault.self) { try StateDatabase.openForReading(state.folder) }
        #expect(failure?.code == .stateMissing)
        // What a process leaves that was killed while it made the database.
        #expect(FileManager.default.createFile(atPath: state.folder.databasePath, contents: Data()))
        let empty = #expect(throws: Fault.self) { try StateDatabase.openForReading(state.folder) }
        #expect(empty?.code == .stateMissing)
        #expect(throws: Never.self) { try state.database() }
    }

    @Test("a database of which a killed process made the table of migrations alone is made")
    func halfMade() async throws {
        let state = try TemporaryState()
        let raw = try DatabaseQueue(path: state.folder.databasePath)
        try await raw.write { db in
            try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        try raw.close()
        let empty = #expect(throws: Fault.self) { try StateDatabase.openForReading(state.folder) }
        #expect(empty?.code == .stateMissing)
        #expect(try await state.database().lastRuns(limit: 1).isEmpty)
    }

    @Test("a reader sees what was committed while the writer has the folder, and after it has ended")
    func readsBesideWriter() async throws {
        let state = try TemporaryState()
        let writer = try state.database()
        try await writer.wish([(.level("A"), 5)])
        let reader = try StateDatabase.openForReading(state.folder)
        #expect(try await reader.level(.level("A"))?.pending == 5)
        try await writer.wish([(.level("A"), 6)], run: "run-2")
        #expect(try await reader.level(.level("A"))?.pending == 6)
        try reader.close()
        try writer.close()
        let later = try StateDatabase.openForReading(state.folder)
        #expect(try await later.lastRuns(limit: 5).map(\.id) == ["run-2", "run-1"])
        try later.close()
    }

    @Test("a reader cannot write")
    func readerCannotWrite() async throws {
        let state = try TemporaryState()
        try await state.database().record(.sample())
        let reader = try StateDatabase.openForReading(state.folder)
        let failure = await #expect(throws: Fault.self) { try await reader.record(.sample("run-2")) }
        #expect(failure?.code == .cannotWriteState)
    }

    @Test("a database of a newer version is refused, for reading and for writing")
    func newerIsRefused() throws {
        let state = try TemporaryState()
        _ = try state.database()
        try state.close()
        let raw = try DatabaseQueue(path: state.folder.databasePath)
        try raw.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }
        try raw.close()
        try expectRefusal(.stateNewer, of: state)
    }

    @Test("another program's database is refused and left alone")
    func foreignIsRefused() throws {
        let state = try TemporaryState()
        let raw = try DatabaseQueue(path: state.folder.databasePath)
        try raw.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
        try expectRefusal(.stateDamaged, of: state)
        #expect(try raw.read { try $0.tableExists("theirs") })
        #expect(try raw.read { try !$0.tableExists("levels") })
        try raw.close()
    }

    @Test("a file that is no database is called damaged")
    func garbageIsRefused() throws {
        let state = try TemporaryState()
        let garbage = Data(repeating: 0x41, count: 8192)
        #expect(FileManager.default.createFile(atPath: state.folder.databasePath, contents: garbage))
        try expectRefusal(.stateDamaged, of: state)
    }

    @Test("a database of version 1 opens with all that it held")
    func migratesFromV1() async throws {
        let state = try TemporaryState()
        let raw = try DatabasePool(path: state.folder.databasePath)
        try await raw.write { try $0.execute(sql: StateV1.sql) }
        try raw.close()
        let database = try state.database()
        #expect(try await database.generation(of: .main) == 7)
        let run = try #require(try await database.run("20261123-a"))
        #expect(run.state == .accepted())
        #expect(run.counts.deltas.changed == 2)
        let level = try #require(try await database.level(.level("AB-1")))
        #expect(level.id == "42")
        #expect(level.published == Quantity(millionths: 7_500_000))
        #expect(level.pending == 4)
        #expect(try await database.openClaims().map(\.operation) == ["900"])
        #expect(try await database.openExceptions().map(\.exception.subject) == [Subject(sku: "ZZ-9")])
        let shown = [ShopLevel("42", .level("AB-1"), shows: 7)]
        _ = try await database.confirmNames(of: ["42"], shown: shown, at: TemporaryState.now)
        #expect(try await database.claimed().short == ["AB-1=4"])
    }

    private func expectRefusal(_ code: Fault.Code, of state: TemporaryState) throws {
        let writing = #expect(throws: Fault.self) { try state.database() }
        #expect(writing?.code == code)
        #expect(writing?.place == state.folder.databasePath)
        let reading = #expect(throws: Fault.self) { try StateDatabase.openForReading(state.folder) }
        #expect(reading?.code == code)
    }
}
