import CSQLite
import Dispatch
import GRDB
package import InventoryCore
import Synchronization

/// The SQLite database of a state folder: runs, levels, the outbox, exceptions.
///
/// Calls suspend while SQLite works on GRDB's own queues, so the cooperative pool is never blocked. Every
/// call that changes something is one transaction, durable when it returns (WAL, `synchronous = FULL`). A
/// transaction that has begun ends even when its task is cancelled, so a shutdown loses no answer of the
/// shop. Failures are `Fault`s; a cancelled read throws `CancellationError`.
package final class StateDatabase: Sendable {
    package let folder: StateFolder
    private let pool: DatabasePool
    /// Held until `close`; nothing for a reader.
    private let lock: FolderLock?
    /// The positions in doubt as they were read last.
    let keptDoubts = Mutex<KnownDoubts?>(nil)
    /// The units by which this process has settled last what is in doubt.
    let keptUnits = Mutex<UnitTable?>(nil)

    /// Megabytes of pages that the writer keeps: `published` and the upper trees of a million levels fit.
    private static let writerCacheMegabytes = 32
    /// The same for each reader, which mostly finds its pages in the system's cache.
    private static let readerCacheMegabytes = 8
    /// Pages in the WAL after which it is checkpointed: 16 MB of them.
    private static let checkpointedPages = 4_000
    /// How long a statement waits for a lock of another connection.
    private static let busySeconds = 10.0
    private static let readersMax = 4

    /// Opens the database of a locked folder for writing; makes it, or brings its tables up to date.
    ///
    /// Whoever has the lock is the only owner, so a run that is still recorded as running has been
    /// interrupted.
    ///
    /// - Throws: `cannot_write_state`, `busy`, `state_newer` or `state_damaged`.
    package static func open(lock: FolderLock) throws(Fault) -> StateDatabase {
        try opening(lock.folder) {
            let pool = try DatabasePool(
                path: lock.folder.databasePath,
                configuration: configuration(readonly: false)
            )
            try pool.writeWithoutTransaction { db in
                // GRDB chooses NORMAL for WAL, which may lose the last commits when the machine stops.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                _ = try check(db, folder: lock.folder)
            }
            try Schema.migrator.migrate(pool)
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: Schema.workTables)
                try db.adoptHistory(in: lock.folder)
                try db.wakeAllWaiting()
                try db.interruptRuns(at: lock.started)
            }
            return StateDatabase(folder: lock.folder, pool: pool, lock: lock)
        }
    }

    /// Opens the database for reading, with or without a process that writes to it.
    ///
    /// - Throws: `state_missing` before the first run, `state_older` before the first run of a new version,
    ///   `state_newer` or `state_damaged`.
    package static func openForReading(_ folder: StateFolder) throws(Fault) -> StateDatabase {
        guard folder.holdsState else { throw Fault.missing(folder) }
        return try opening(folder) {
            let pool = try DatabasePool(
                path: folder.databasePath,
                configuration: configuration(readonly: true)
            )
            try pool.read { db in
                guard try check(db, folder: folder) else { throw Fault.missing(folder) }
                guard try Schema.migrator.hasCompletedMigrations(db) else {
                    throw Fault(
                        .busy,
                        code: .stateOlder,
                        place: folder.databasePath,
                        message: "The state was written by an older Tidegate.",
                        hint: "Run `tidegate push` once; it brings the state up to date."
                    )
                }
            }
            return StateDatabase(folder: folder, pool: pool, lock: nil)
        }
    }

    private init(folder: StateFolder, pool: DatabasePool, lock: FolderLock?) {
        self.folder = folder
        self.pool = pool
        self.lock = lock
    }

    /// Ends all connections and gives the lock back; calls after it fail.
    package func close() throws(Fault) {
        if lock != nil { emptyLog() }
        do {
            try pool.close()
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.databasePath, doing: "close the database")
        } catch {
            throw Fault.unforeseen(error, place: folder.databasePath)
        }
        lock?.release()
    }

    /// Moves what is in the log to where it belongs: whoever opens the database next reads the whole log
    /// first (39 MB: 0.05 s).
    private func emptyLog() {
        do {
            try pool.writeWithoutTransaction { db in
                // For whoever reads meanwhile nobody waits.
                try db.execute(sql: "PRAGMA busy_timeout = 0")
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            // Nothing is lost: what cannot be moved now stays in the log.
            return
        }
    }

    /// Gives back the memory of the pages that the writer has cached; readers cache little.
    ///
    /// - Throws: `Fault`.
    package func giveMemoryBack() async throws {
        keptDoubts.withLock { $0 = nil }
        do {
            try await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA shrink_memory") }
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.databasePath, doing: "give memory back")
        }
    }

    /// Gives back all memory that comes with having read and written, for a process at rest: the next reader
    /// opens the file anew.
    package func giveMemoryBackAtRest() {
        keptDoubts.withLock { $0 = nil }
        pool.releaseMemoryEventually()
    }

    /// Writes a consistent copy of the database beside its owner, if it has one.
    ///
    /// - Throws: `Fault` where the copy cannot be written.
    package func copy(to path: String) async throws {
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            try await copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch let error as DatabaseError {
            throw Fault(error, place: path, doing: "copy the database")
        }
    }

    /// Gives what SQLite finds wrong with the file; nothing where it is sound.
    ///
    /// - Throws: `Fault`.
    package func damages() async throws -> [String] {
        try await read("check the database") { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
        }
    }

    func read<T: Sendable>(_ doing: String, _ body: @Sendable @escaping (Database) throws -> T) async throws
        -> T
    {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.databasePath, doing: doing)
        }
    }

    func write<T: Sendable>(_ doing: String, _ body: @Sendable @escaping (Database) throws -> T) async throws
        -> T
    {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                pool.asyncWrite(body) { _, result in continuation.resume(with: result) }
            }
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.databasePath, doing: doing)
        }
    }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.label = "tidegate.state"
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = readersMax
        // The inbox has the usual priority: a sender waits for it, and for the runs nobody does.
        configuration.qos = .utility
        configuration.prepareDatabase { db in
            let cacheMegabytes = db.configuration.readonly ? readerCacheMegabytes : writerCacheMegabytes
            try db.execute(sql: "PRAGMA cache_size = -\(cacheMegabytes * 1024)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            // Some builds overwrite whatever is deleted; the outbox is deleted all day, and is no secret.
            try db.execute(sql: "PRAGMA secure_delete = OFF")
            // Pages that change again and again are then copied into the file a quarter as often.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointedPages)")
            // A WAL that a long reader made grow shrinks again at the next checkpoint.
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    /// Evaluated before the first database is opened, and never again.
    private static let isMemoryUncounted: Bool = {
        sqlite_stop_counting_memory()
        return true
    }()

    /// Tells SQLite what it is told once in a process; before any database is opened.
    static func prepareProcess() {
        _ = isMemoryUncounted
    }

    private static func opening(
        _ folder: StateFolder,
        _ body: () throws -> StateDatabase
    ) throws(Fault) -> StateDatabase {
        prepareProcess()
        do {
            return try body()
        } catch let error as Fault {
            throw error
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.databasePath, doing: "open the database")
        } catch {
            throw Fault.unforeseen(error, place: folder.databasePath)
        }
    }

    /// Refuses other programs' databases and those of a newer version; gives whether there are tables yet.
    private static func check(_ db: Database, folder: StateFolder) throws -> Bool {
        // The table of the migrations is made before the first of them: a process that was killed in between
        // has left that alone, and nothing is lost with it.
        let isEmpty = try Schema.hasNothing(db)
        let owner = try Int64.fetchOne(db, sql: "PRAGMA application_id")
        guard isEmpty || owner == Schema.applicationID else {
            throw Fault(
                .internalError,
                code: .stateDamaged,
                place: folder.databasePath,
                message: "The file is a database, but not one of Tidegate.",
                hint: "Choose another folder with `store.path`."
            )
        }
        guard try !Schema.migrator.hasBeenSuperseded(db) else {
            throw Fault(
                .badConfiguration,
                code: .stateNewer,
                place: folder.databasePath,
                message: "The state was written by a newer Tidegate.",
                hint: "Run that version or a newer one; state is never converted back."
            )
        }
        return !isEmpty
    }
}

extension Fault {
    fileprivate static func missing(_ folder: StateFolder) -> Fault {
        Fault(
            .inputMissing,
            code: .stateMissing,
            place: folder.path,
            message: "There is no state yet.",
            hint: "Run `tidegate sync` first, or name the folder with `store.path`."
        )
    }

    static func unforeseen(_ error: any Error, place: String) -> Fault {
        Fault(
            .internalError,
            code: .databaseFailed,
            place: place,
            message: "\(error).",
            hint: "Run the command again; if it repeats, report this message."
        )
    }
}
