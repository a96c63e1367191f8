import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives open groups of some codes in the order of the codes, and of each code by their numbers.
    ///
    /// - Parameters:
    ///   - codes: which, in which order.
    ///   - place: the last group of the page before, whose code is among them; nothing for the first page.
    ///   - limit: how many at most.
    /// - Returns: them; as long as it takes to read the page, however many there are.
    /// - Throws: `Fault`.
    package func exceptionGroups(
        of codes: [InventoryException.Code] = InventoryException.Code.bySeverity,
        after place: ExceptionGroupPlace? = nil,
        limit: Int
    ) async throws -> [ExceptionGroup] {
        let start = place.flatMap { place in codes.firstIndex(of: place.code) } ?? 0
        return try await read("read the exceptions") { db in
            var groups: [ExceptionGroup] = []
            for code in codes[start...] where groups.count < limit {
                let after = place?.code == code ? place?.number ?? 0 : 0
                groups += try ExceptionGroup.fetch(
                    db,
                    "WHERE code = ? AND closed IS NULL AND number > ? ORDER BY number LIMIT ?",
                    [code.rawValue, after, limit - groups.count]
                )
            }
            return groups
        }
    }

    /// Gives a group, open or closed; nothing where there is none of that number.
    package func exceptionGroup(_ number: Int) async throws -> ExceptionGroup? {
        try await read("read the exception") { db in try db.exceptionGroup(number) }
    }

    /// Gives the open group of a cause.
    package func exceptionGroup(of cause: ExceptionCause) async throws -> ExceptionGroup? {
        try await read("read the exception") { db in
            guard let number = try db.groupNumber(of: cause) else { return nil }
            return try db.exceptionGroup(Int(number))
        }
    }

    /// Gives open exceptions of a group in the order of their subjects.
    ///
    /// - Parameters:
    ///   - group: which.
    ///   - subject: the last one of the page before; nothing for the first page.
    ///   - limit: how many at most.
    /// - Returns: them; as long as it takes to read the page, however many there are.
    /// - Throws: `Fault`.
    package func openExceptions(
        of group: ExceptionGroup,
        after subject: Subject? = nil,
        limit: Int
    ) async throws -> [StoredException] {
        try await read("read the exceptions") { db in
            try StoredException.fetch(db, of: group, after: subject, limit: limit)
        }
    }

    /// Gives how much of each code is open; the counts are kept, so it takes as long as there are groups.
    package func exceptionCounts() async throws -> [InventoryException.Code: ExceptionCount] {
        try await read("count the exceptions") { try $0.exceptionCounts() }
    }

    /// The same, with how many are overdue at an instant.
    package func exceptionCounts(
        by deadlines: ExceptionDeadlines,
        at now: Timestamp
    ) async throws -> [InventoryException.Code: ExceptionCount] {
        try await read("count the exceptions") { db in
            var counts = try db.exceptionCounts()
            let late = """
                SELECT count(*) FROM exception_groups
                WHERE closed IS NULL AND code = ?1 AND opened < ?2 AND ifnull(snoozed_until < ?3, 1)
                """
            for code in counts.keys {
                let since = now.adding(seconds: -deadlines.seconds(for: code)).microseconds
                let arguments: StatementArguments = [code.rawValue, since, now.microseconds]
                counts[code]?.overdue = try Int.fetchOne(db, cached: late, arguments: arguments) ?? 0
            }
            return counts
        }
    }

    /// Gives what people have done about a group, the newest first.
    package func exceptionNotes(of group: Int) async throws -> [ExceptionNote] {
        try await read("read the notes") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT kind, who, at, text FROM exception_notes WHERE group_number = ?
                    ORDER BY number DESC
                    """,
                arguments: [group]
            ).map { row in
                guard let kind = ExceptionNote.Kind(rawValue: row[0]) else {
                    throw Fault.damaged("a note on an exception")
                }
                return ExceptionNote(kind, who: row[1], at: Timestamp(microseconds: row[2]), text: row[3])
            }
        }
    }
}

/// Where a page of groups has ended.
package struct ExceptionGroupPlace: Hashable, Sendable {
    package let code: InventoryException.Code
    package let number: Int

    package init(code: InventoryException.Code, number: Int) {
        (self.code, self.number) = (code, number)
    }
}

extension ExceptionGroup {
    package var place: ExceptionGroupPlace { ExceptionGroupPlace(code: code, number: number) }

    static func fetch(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> [ExceptionGroup] {
        try Row.fetchAll(
            db,
            cached: """
                SELECT number, code, unit, warehouse, location, site, source, open, times, opened, seen,
                    closed, assignee, snoozed_until FROM exception_groups \(condition)
                """,
            arguments: arguments
        ).map { try ExceptionGroup($0) }
    }

    private init(_ row: Row) throws {
        self.init(
            number: row[0],
            cause: ExceptionCause(
                code: try InventoryException.Code(stored: row[1]),
                subject: Subject(
                    unit: StockUnit(row[2]),
                    warehouse: row[3],
                    location: Location(row[4]),
                    site: SiteID(row[5]),
                    source: SourceID(row[6])
                )
            ),
            count: row[7],
            times: row[8],
            opened: Timestamp(microseconds: row[9]),
            seen: Timestamp(microseconds: row[10]),
            closed: (row[11] as Int64?).map(Timestamp.init(microseconds:)),
            assignee: row[12],
            snoozedUntil: (row[13] as Int64?).map(Timestamp.init(microseconds:))
        )
    }
}

extension StoredException {
    /// The index of open exceptions by group has the key behind it.
    static func fetch(
        _ db: Database,
        of group: ExceptionGroup,
        after subject: Subject?,
        limit: Int
    ) throws -> [StoredException] {
        let values: [any DatabaseValueConvertible] =
            [group.number, group.code.rawValue] + (subject ?? Subject()).values + [limit]
        return try Row.fetchAll(
            db,
            cached: """
                \(StoredException.query)
                WHERE e.group_number = ? AND e.closed IS NULL AND e.code = ?
                    AND (e.sku, e.unit, e.warehouse, e.location, e.site, e.source, e.web_order)
                        \(subject == nil ? ">=" : ">") (?, ?, ?, ?, ?, ?, ?)
                ORDER BY e.sku, e.unit, e.warehouse, e.location, e.site, e.source, e.web_order LIMIT ?
                """,
            arguments: StatementArguments(values)
        ).map { try StoredException($0) }
    }
}

extension Database {
    fileprivate func exceptionCounts() throws -> [InventoryException.Code: ExceptionCount] {
        var counts: [InventoryException.Code: ExceptionCount] = [:]
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT code, count(*), sum(open), min(opened) FROM exception_groups
                WHERE closed IS NULL GROUP BY code
                """
        )
        while let row = try rows.next() {
            counts[try InventoryException.Code(stored: row[0])] = ExceptionCount(
                groups: row[1],
                cases: row[2],
                oldest: Timestamp(microseconds: row[3])
            )
        }
        return counts
    }

    func exceptionGroup(_ number: Int) throws -> ExceptionGroup? {
        try ExceptionGroup.fetch(self, "WHERE number = ?", [number]).first
    }

    func groupNumber(of cause: ExceptionCause) throws -> Int64? {
        let subject = cause.subject
        return try Int64.fetchOne(
            self,
            cached: """
                SELECT number FROM exception_groups
                WHERE code = ? AND unit = ? AND warehouse = ? AND location = ? AND site = ? AND source = ?
                """,
            arguments: [
                cause.code.rawValue, subject.unit?.text ?? "", subject.warehouse ?? "",
                subject.location?.text ?? "", subject.site?.text ?? "", subject.source?.text ?? "",
            ]
        )
    }
}

/// The groups that one transaction has met, so that a million exceptions of one cause look it up once.
struct ExceptionGroupNumbers {
    private var known: [ExceptionCause: Int64] = [:]

    /// Gives the number of a cause's group, which is made where there is none, and notes that it occurred.
    mutating func number(of cause: ExceptionCause, at now: Timestamp, in db: Database) throws -> Int64 {
        if let number = known[cause] { return number }
        let number = try db.groupNumber(of: cause) ?? ExceptionGroupNumbers.make(cause, in: db)
        try db.execute(
            cached: "UPDATE exception_groups SET seen = max(seen, ?2) WHERE number = ?1",
            arguments: [number, now.microseconds]
        )
        known[cause] = number
        return number
    }

    /// It counts as closed until its first exception is there: triggers open it then.
    private static func make(_ cause: ExceptionCause, in db: Database) throws -> Int64 {
        let subject = cause.subject
        try db.execute(
            cached: """
                INSERT INTO exception_groups
                    (code, unit, warehouse, location, site, source, open, times, opened, seen, closed)
                VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)
                """,
            arguments: [
                cause.code.rawValue, subject.unit?.text ?? "", subject.warehouse ?? "",
                subject.location?.text ?? "", subject.site?.text ?? "", subject.source?.text ?? "",
            ]
        )
        return db.lastInsertedRowID
    }
}
