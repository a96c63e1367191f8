import GRDB
package import InventoryCore

// What the runs do with it.
extension EventInbox {
    /// Gives what waits of a source behind its mark, the oldest first, at most `limit` events.
    ///
    /// - Throws: `Fault`.
    package func waiting(
        of source: SourceID,
        after mark: InboxMark?,
        limit: Int
    ) async throws -> [WaitingEvent] {
        let after = mark.flatMap { $0.inbox == id ? $0.through : nil } ?? 0
        return try await reading { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT number, kind, quantity, sku, location, unit, as_of, version, received
                    FROM events WHERE source = (SELECT number FROM sources WHERE name = ?) AND number > ?
                    ORDER BY number LIMIT ?
                    """,
                arguments: [source.text, after, limit]
            )
            var events: [WaitingEvent] = []
            while let row = try rows.next() { events.append(try WaitingEvent(row)) }
            return events
        }
    }

    /// Takes note that these events are in effect, durably: the state's own mark says so.
    ///
    /// They are removed a while later, so that a backup that was begun before still finds them. What is known
    /// of their identities goes when it is old.
    ///
    /// - Throws: `Fault`; nothing is lost then, and the next call makes up for it.
    package func take(_ events: [WaitingEvent], of source: SourceID, at now: Timestamp) async throws {
        guard let last = events.last else { return }
        noteTaken(events.count, bytes: events.reduce(0) { $0 + $1.event.storedBytes }, of: source)
        let limits = limits
        // Not with every run: a transaction of its own costs as much as storing events.
        guard last.number % EventInbox.numbersPerClearing < Int64(events.count) else { return }
        try await writing { db in
            try db.clear(source, through: last.number - limits.takenMax)
            try db.forgetIdentities(before: now.adding(seconds: -limits.identitySecondsMin))
        }
    }

    private static let numbersPerClearing: Int64 = 2_000

    static func waiting(
        _ pool: DatabasePool,
        _ id: String,
        _ taken: [SourceID: InboxMark]
    ) throws -> (items: [SourceID: Int], bytes: Int) {
        try pool.read { db in
            var (items, bytes) = ([SourceID: Int](), 0)
            for row in try Row.fetchAll(db, cached: "SELECT number, name FROM sources") {
                let (number, source): (Int64, SourceID) = (row[0], SourceID(row[1]))
                let mark = taken[source].flatMap { $0.inbox == id ? $0.through : nil } ?? 0
                let sums = try Row.fetchOne(
                    db,
                    cached: """
                        SELECT count(*), ifnull(sum(160 + ifnull(length(sku), 0)
                            + ifnull(length(location), 0) + length(unit)), 0)
                        FROM events WHERE source = ? AND number > ?
                        """,
                    arguments: [number, mark]
                )
                items[source] = sums?[0] ?? 0
                bytes += sums?[1] ?? 0
            }
            return (items, bytes)
        }
    }

    private func reading<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws -> T {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.inboxPath, doing: "read the inbox")
        }
    }

    private func writing<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws -> T {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                pool.asyncWrite(body) { _, result in continuation.resume(with: result) }
            }
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.inboxPath, doing: "clear the inbox")
        }
    }
}

// The file as such.
extension EventInbox {
    /// Writes a consistent copy of a folder's inbox beside its owner; nothing where there is none.
    ///
    /// - Returns: the copy's name and up to where events of each source are gone from it.
    /// - Throws: `Fault` where the copy cannot be written.
    package static func copy(of folder: StateFolder, to path: String) throws(Fault) -> Copy? {
        guard folder.holdsInbox else { return nil }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let pool = try DatabasePool(path: folder.inboxPath, configuration: configuration)
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            try copy.writeWithoutTransaction { try $0.execute(cached: "PRAGMA journal_mode = DELETE") }
            let known = try copy.read { db in
                let rows = try Row.fetchAll(db, cached: "SELECT name, pruned FROM sources")
                let pruned = rows.map { (SourceID($0[0]), $0[1] as Int64) }
                return Copy(id: try InboxSchema.id(db), pruned: Dictionary(pruned) { $1 })
            }
            try copy.close()
            try pool.close()
            return known
        } catch let error as Fault {
            throw error
        } catch let error as DatabaseError {
            throw Fault(error, place: path, doing: "copy the inbox")
        } catch {
            throw Fault.unforeseen(error, place: path)
        }
    }

    /// What a copy holds.
    package struct Copy: Hashable, Sendable {
        package let id: String
        /// The last event of each source that is gone.
        package let pruned: [SourceID: Int64]

        /// Whether it has everything that is not in effect at these marks.
        package func isWhole(at marks: [SourceID: InboxMark]) -> Bool {
            pruned.allSatisfy { source, last in
                let taken = marks[source].flatMap { $0.inbox == id ? $0.through : nil } ?? 0
                return last <= taken
            }
        }
    }

    /// Gives what SQLite finds wrong with a folder's inbox; nothing where it is sound or missing.
    ///
    /// - Throws: `Fault` where it cannot be looked at.
    package static func damage(in folder: StateFolder) throws(Fault) -> String? {
        guard folder.holdsInbox else { return nil }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: folder.inboxPath, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                let found = try String.fetchAll(db, cached: "PRAGMA integrity_check(10)").first { $0 != "ok" }
                _ = try InboxSchema.id(db)
                return found
            }
        } catch let error as DatabaseError {
            let fault = Fault(error, place: folder.inboxPath, doing: "check the inbox")
            guard fault.code != .stateDamaged, fault.code != .databaseFailed else { return fault.message }
            throw fault
        } catch {
            throw Fault.unforeseen(error, place: folder.inboxPath)
        }
    }
}

extension Database {
    /// Removes events of a source up to a number.
    fileprivate func clear(_ source: SourceID, through number: Int64) throws {
        guard number > 0 else { return }
        let own = try inboxSource(source).number
        try execute(cached: "DELETE FROM events WHERE source = ? AND number <= ?", arguments: [own, number])
        guard changesCount > 0 else { return }
        try execute(
            cached: "UPDATE sources SET pruned = max(pruned, ?) WHERE number = ?",
            arguments: [number, own]
        )
    }

    /// Forgets which events came before an instant, and how old what is forgotten was: what is as old may
    /// have come before.
    fileprivate func forgetIdentities(before instant: Timestamp) throws {
        let old = "FROM identities WHERE received < ?"
        let arguments: StatementArguments = [instant.microseconds]
        try execute(
            cached: """
                UPDATE sources SET horizon = max(ifnull(horizon, o.newest), o.newest)
                FROM (SELECT source, max(as_of) AS newest \(old) GROUP BY source) o
                WHERE o.source = sources.number AND o.newest IS NOT NULL
                """,
            arguments: arguments
        )
        try execute(cached: "DELETE \(old)", arguments: arguments)
    }
}

extension WaitingEvent {
    fileprivate init(_ row: Row) throws {
        number = row[0]
        event = StockEvent(
            // The inbox has looked at it when the event came.
            identity: EventIdentity(digest: []),
            try StockEvent.Statement(kind: row[1], quantity: row[2]),
            sku: (row[3] as String?).map { SKU($0) },
            location: (row[4] as String?).map { Location($0) },
            unit: StockUnit(row[5]),
            asOf: (row[6] as Int64?).map(Timestamp.init(microseconds:)),
            version: row[7]
        )
        received = Timestamp(microseconds: row[8])
    }
}
