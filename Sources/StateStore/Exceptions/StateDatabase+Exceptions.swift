import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives open exceptions by code and subject.
    ///
    /// Without a code those of all codes; with `text` only those whose subject holds it, such as a SKU.
    package func openExceptions(
        code: InventoryException.Code? = nil,
        subjectHolding text: String? = nil,
        limit: Int = 10_000
    ) async throws -> [StoredException] {
        try await read("read the exceptions") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT e.code, e.subject, e.message, e.opened, e.seen, e.closed, first.id, last.id
                    FROM exceptions e
                    LEFT JOIN runs first ON first.number = e.first_run
                    LEFT JOIN runs last ON last.number = e.last_run
                    WHERE e.closed IS NULL AND (?1 IS NULL OR e.code = ?1)
                        AND (?2 IS NULL OR instr(e.subject, ?2) > 0)
                    ORDER BY e.code, e.subject LIMIT ?3
                    """,
                arguments: [code?.rawValue, text, limit]
            )
            return try rows.map { try StoredException($0) }
        }
    }

    /// Gives how many exceptions of each code are open.
    package func openExceptionCounts() async throws -> [InventoryException.Code: Int] {
        try await read("count the exceptions") { db in
            var counts: [InventoryException.Code: Int] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT code, count(*) FROM exceptions WHERE closed IS NULL GROUP BY code"
            )
            while let row = try rows.next() {
                counts[try InventoryException.Code(stored: row[0])] = row[1]
            }
            return counts
        }
    }

    /// Opens and closes exceptions that were found outside an acceptance.
    package func apply(_ changes: ExceptionChanges, at now: Timestamp) async throws {
        try await write("record exceptions") { db in
            try db.apply(changes, run: nil, at: now)
        }
    }
}

/// How long a closed exception is kept.
private let closedSecondsMax: Int64 = 90 * 86400

extension Database {
    func apply(_ changes: ExceptionChanges, run: Int64?, at now: Timestamp) throws {
        let occurred = Set(changes.occurred.map { ExceptionKey(code: $0.code, subject: $0.subject) })
        for exception in changes.occurred { try open(exception, level: nil, run: run, at: now) }
        for key in changes.mended where !occurred.contains(key) { try close(key, at: now) }
        for code in changes.examined {
            let subjects = try String.fetchAll(
                self,
                sql: "SELECT subject FROM exceptions WHERE code = ? AND closed IS NULL",
                arguments: [code.rawValue]
            )
            for subject in subjects {
                let key = ExceptionKey(code: code, subject: subject)
                if !occurred.contains(key) { try close(key, at: now) }
            }
        }
    }

    /// Opens the exception, or notes that it occurred again.
    func open(_ exception: InventoryException, level: Int64?, run: Int64?, at now: Timestamp) throws {
        let statement = try cachedStatement(
            sql: """
                INSERT INTO exceptions
                    (code, subject, message, level, first_run, last_run, opened, seen, closed)
                VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?6, NULL)
                ON CONFLICT(code, subject) DO UPDATE SET
                    message = excluded.message, level = excluded.level,
                    first_run = iif(closed IS NULL, first_run, excluded.first_run),
                    opened = iif(closed IS NULL, opened, excluded.opened),
                    last_run = excluded.last_run, seen = excluded.seen, closed = NULL
                """
        )
        try statement.execute(arguments: [
            exception.code.rawValue, exception.subject, exception.message, level, run, now.microseconds,
        ])
    }

    func close(_ key: ExceptionKey, at now: Timestamp) throws {
        let statement = try cachedStatement(
            sql: "UPDATE exceptions SET closed = ? WHERE code = ? AND subject = ? AND closed IS NULL"
        )
        try statement.execute(arguments: [now.microseconds, key.code.rawValue, key.subject])
    }

    /// Closes exceptions of levels, which a query gives by their rows.
    func close(_ codes: [InventoryException.Code], levels query: String, at now: Timestamp) throws {
        let list = codes.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        // Mostly there is none, and then the rows need not be gone through.
        let some = try Bool.fetchOne(
            cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM exceptions WHERE closed IS NULL AND code IN (\(list)))"
            )
        )
        guard some == true else { return }
        let statement = try cachedStatement(
            sql: """
                UPDATE exceptions SET closed = ?
                WHERE closed IS NULL AND level IS NOT NULL AND level IN (\(query)) AND code IN (\(list))
                """
        )
        try statement.execute(arguments: [now.microseconds])
    }

    func forgetClosedExceptions(at now: Timestamp) throws {
        try execute(
            sql: "DELETE FROM exceptions WHERE closed < ?",
            arguments: [now.adding(seconds: -closedSecondsMax).microseconds]
        )
    }
}

extension InventoryException.Code {
    init(stored text: String) throws {
        guard let code = InventoryException.Code(rawValue: text) else {
            throw Fault.damaged("the exception code “\(text)”")
        }
        self = code
    }
}

extension StoredException {
    fileprivate init(_ row: Row) throws {
        self.init(
            exception: InventoryException(
                code: try InventoryException.Code(stored: row[0]),
                subject: row[1],
                message: row[2]
            ),
            opened: Timestamp(microseconds: row[3]),
            seen: Timestamp(microseconds: row[4]),
            closed: (row[5] as Int64?).map(Timestamp.init(microseconds:)),
            firstRun: (row[6] as String?).map { RunID($0) },
            lastRun: (row[7] as String?).map { RunID($0) }
        )
    }
}
