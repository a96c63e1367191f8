import GRDB
import InventoryCore
import StateStore
import Testing

@Suite("A database of an earlier version") struct MigrationTests {
    private static func migrated(from version: Int, in state: TemporaryState) throws -> StateDatabase {
        let raw = try DatabasePool(path: state.folder.databasePath)
        let sql =
            switch version {
            case 7: StateV7.sql
            case 6: StateV6.sql
            case 5: StateV5.sql
            default: StateV4.sql(version: version)
            }
        try raw.write { try $0.execute(sql: sql) }
        try raw.close()
        return try state.database()
    }

    @Test("levels, outbox, claims, rejected rows and held differences are as they were", arguments: 1...4)
    func levels(version: Int) async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: version, in: state)
        let level = try #require(try await database.level(.level("AB-1")))
        #expect(level.id == "42" && level.published == Quantity(millionths: 7_500_000) && level.pending == 4)
        #expect(try await database.openClaims().map(\.operation) == ["900"])
        #expect(try await database.rejectedRows(of: "20261123-a").map(\.line) == [4])
        // The run that held something was decided: nothing of it is in doubt any more.
        #expect(try await database.doubts().isEmpty)
        let refused = try await database.receipts(of: "AB-1").first?.refused
        #expect(refused?.refusal == .invalidValue && refused?.run == "20261123-a")
        // Nobody knows when its name was confirmed.
        #expect(try await database.claimed().isEmpty)
        let shown = [ShopLevel("42", .level("AB-1"), shows: 7)]
        _ = try await database.confirmNames(of: ["42"], shown: shown, at: TemporaryState.now)
        #expect(try await database.claimed().short == ["AB-1=4"])
    }

    @Test(
        "whatever belonged to a path belongs to the source `main`, the newest run's first",
        arguments: 1...4
    )
    func sources(version: Int) async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: version, in: state)
        #expect(try await database.generations() == [.main: 7])
        #expect(
            try await database.highWaterMark(of: .main)
                == HighWaterMark(
                    source: .main,
                    asOf: Timestamp(microseconds: 1_789_999_060_000_000),
                    sequence: 6,
                    digest: nil
                )
        )
        let last = try #require(try await database.lastAccepted(of: .main))
        #expect(last.id == "20261123-b" && last.source == .main && last.delivery == "/erp/stock.csv")
        #expect(last.state == .done(note: "note", at: Timestamp(microseconds: 1_790_000_070_000_000)))
        #expect(last.counts.rows == 20 && last.counts.deltas.removed == 3 && last.counts.refused == 7)
        #expect(last.sizeBytes == nil && last.generation == 8)
        #expect(try await database.run("20261123-c")?.state.kind == .interrupted)
        let made = try await database.figuresMadeBy()
        #expect(made?.version == "rules-2" && made?.at == last.started)
    }

    @Test("exceptions have their subjects field by field, and stay open or closed", arguments: 1...4)
    func exceptions(version: Int) async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: version, in: state)
        let open = try await database.openExceptions().map(\.exception)
        let north = Subject(sku: "A / B", unit: "item", warehouse: "Leeds / North")
        let expected: Set<ExceptionKey> = [
            ExceptionKey(code: .unknownSKU, subject: Subject(sku: "ZZ-9")),
            ExceptionKey(code: .unknownSKU, subject: Subject(sku: "AB 1")),
            ExceptionKey(code: .unknownSKU, subject: Subject(sku: "X / Y")),
            ExceptionKey(code: .unknownLocation, subject: Subject(location: "WH 9")),
            ExceptionKey(code: .unknownLocation, subject: Subject()),
            ExceptionKey(code: .unknownUnit, subject: Subject(sku: "AB 1")),
            ExceptionKey(code: .negativeStock, subject: Subject(sku: "AB 1", location: "WH 2")),
            ExceptionKey(code: .negativeStock, subject: Subject(sku: "AB 1")),
            ExceptionKey(code: .oversold, subject: Subject(sku: "AB 1", site: "main")),
            ExceptionKey(code: .quantityTooLarge, subject: Subject(sku: "AB 1")),
            ExceptionKey(code: .writeRefused, subject: north),
            ExceptionKey(code: .duplicateLevel, subject: north),
            ExceptionKey(code: .unknownLevel, subject: Subject(sku: "A / B", unit: "box")),
            ExceptionKey(code: .unknownLevel, subject: Subject(sku: "C", unit: "item", warehouse: "South")),
            ExceptionKey(code: .unknownLevel, subject: Subject(sku: "KA", unit: "item")),
        ]
        #expect(Set(open.map(\.key)) == expected && open.count == expected.count)
        let second = try #require(open.first { $0.subject.sku == "KA" })
        // Version 3 was the first to know second products.
        #expect(second.concerned == (version < 3 ? "KA" : "K"))
        #expect(try await database.openExceptions(code: .drift).isEmpty)
    }

    @Test(
        "the history begins with the last receipts and the runs they come from, and the next run adds all",
        arguments: 1...4
    )
    func history(version: Int) async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: version, in: state)
        let history = try await database.history(of: "AB-1")
        let entry = try #require(history.entries.first)
        let level = HistoryLevel(
            key: .level("AB-1"),
            kind: .applied,
            before: nil,
            after: Quantity(millionths: 7_500_000)
        )
        #expect(history.entries.count == 1 && entry.event == .level(level))
        #expect(entry.at == Timestamp(microseconds: 1_789_000_000_000_000))
        #expect(history.acts[entry.act]?.run == "20261123-a")
        #expect(try await database.worksOutEverythingNext() && history.base == 0)
    }

    @Test("rejected rows of before have no key and one line each; new ones are kept whole")
    func rejectedRows() async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: 6, in: state)
        let old = try await database.rejectedRows(of: "20261125-a")
        #expect(old.map(\.line) == [4, 9] && old.allSatisfy { $0.key == nil && $0.lines == 1 })
        #expect(old.map(\.reason) == [.badQuantity, .unendedQuote] && old.map(\.bytes) == [[0x78], [0x22]])
        var acceptance = Acceptance(run: .sample("20261126-a"), at: TemporaryState.now)
        acceptance.rejectedRows = [
            RejectedRow(
                line: 7,
                lines: 40,
                column: "on_hand",
                reason: .badQuantity,
                message: "“x”",
                bytes: [120],
                key: PositionKey(sku: "AB-1", location: "WH-1", unit: "EA", bin: "B 7")
            )
        ]
        try await database.accept(acceptance)
        #expect(try await database.rejectedRows(of: "20261126-a") == acceptance.rejectedRows)
    }

    @Test("a run of before has the one plan that its record names; doubts, holds and decisions stay")
    func plans() async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: 6, in: state)
        let started = Timestamp(microseconds: 1_790_000_090_000_000)
        let plans = try await database.plans(of: "20261125-a")
        #expect(plans.map(\.digest) == ["plan-5"] && plans.map(\.at) == [started])
        // Version 1 knew plans, too; of the others of these runs none was committed.
        #expect(try await database.plans(of: "20261124-a").isEmpty)
        #expect(try await database.doubts().doubts(of: "erp").keys.map(\.sku) == ["AB-7"])
        #expect(try await database.heldFigures().map(\.isRejected) == [true])
        #expect(try await database.decision(about: "mark-6", of: "erp")?.kind == .rejected)
        #expect(try await database.lastComparable(of: "erp")?.mapping == "columns-1")
    }

    @Test("of before, all positions of a source count as stated when its newest delivery was")
    func events() async throws {
        let state = try TemporaryState()
        let database = try Self.migrated(from: 7, in: state)
        let stated = try await database.eventStanding(of: "erp").stated
        #expect(stated == Timestamp(microseconds: 1_790_000_095_000_000))
        #expect(try await database.eventStanding(of: "other").stated == nil)
        #expect(try await database.inboxMarks().isEmpty)
        let run = try #require(try await database.run("20261126-a"))
        #expect(run.events == nil && run.reverts == "20261125-a" && run.state.kind == .done)
        #expect(try await database.plans(of: "20261126-a").map(\.digest) == ["plan-6"])
        #expect(try await database.waitingHints(of: "erp").count == 0)
    }

    @Test("a new database and a migrated one have the same tables", arguments: 1...7)
    func sameTables(version: Int) throws {
        func tables(_ state: TemporaryState) throws -> Set<String> {
            try state.close()
            let raw = try DatabaseQueue(path: state.folder.databasePath)
            let columns = try raw.read { db in
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.pk FROM sqlite_master m
                        JOIN pragma_table_info(m.name) c WHERE m.type IN ('table', 'index')
                        UNION SELECT type || ' ' || name FROM sqlite_master
                        """
                )
            }
            try raw.close()
            return Set(columns)
        }
        let (new, old) = (try TemporaryState(), try TemporaryState())
        _ = try new.database()
        _ = try Self.migrated(from: version, in: old)
        #expect(try tables(new) == tables(old))
    }
}
