import GRDB
package import InventoryCore

/// More SKUs than these are not worked out one by one: the next run works out all.
private let touchedMax = 50_000
/// Exceptions that one transaction closes; others write in between.
private let closedMax = 20_000

extension StateDatabase {
    /// Says who looks after a group.
    package func assign(_ group: Int, to assignee: String, _ note: ExceptionNote) async throws {
        try await write("assign the exception") { db in
            try db.execute(
                cached: "UPDATE exception_groups SET assignee = ? WHERE number = ?",
                arguments: [assignee, group]
            )
            try db.insert(note, of: group)
        }
    }

    /// Puts a group off.
    package func snooze(_ group: Int, until: Timestamp, _ note: ExceptionNote) async throws {
        try await write("put the exception off") { db in
            try db.execute(
                cached: """
                    UPDATE exception_groups SET snoozed_until = ? WHERE number = ? AND closed IS NULL
                    """,
                arguments: [until.microseconds, group]
            )
            try db.insert(note, of: group)
        }
    }

    /// Closes all exceptions of a group because a person says that their cause is gone.
    ///
    /// Where figures tell whether it is, the SKUs are worked out again with the next run, which opens it once
    /// more if it is not.
    ///
    /// - Returns: how many were open.
    package func resolve(_ group: ExceptionGroup, _ note: ExceptionNote) async throws -> Int {
        if group.code.entry.retry == .figures { _ = try await touch(skusOf: group, at: note.at) }
        try await write("keep a note") { try $0.insert(note, of: group.number) }
        var closed = 0
        while true {
            let count = try await write("close the exceptions") { db in
                try db.closeSome(of: group, at: note.at)
            }
            closed += count
            if count < closedMax { return closed }
        }
    }

    /// Has the SKUs of a group worked out again: with the next run, or at once by whoever works out what has
    /// moved.
    ///
    /// - Returns: whether they are few enough to be worked out one by one.
    package func touch(skusOf group: ExceptionGroup, at now: Timestamp) async throws -> Bool {
        try await write("have SKUs worked out again") { db in
            guard group.count <= touchedMax else {
                try db.set(.everythingNext, to: "1")
                return false
            }
            try db.execute(
                cached: """
                    INSERT INTO moved_skus
                    SELECT DISTINCT coalesce(e.stock, l.stock, e.sku), ?3
                    FROM exceptions e LEFT JOIN levels l ON l.id = e.level
                    WHERE e.group_number = ?1 AND e.closed IS NULL AND e.code = ?2 AND e.sku <> ''
                    ON CONFLICT(sku) DO UPDATE SET at = max(at, excluded.at)
                    """,
                arguments: [group.number, group.code.rawValue, now.microseconds]
            )
            return true
        }
    }

    /// Notes what a person did about a group.
    package func note(_ note: ExceptionNote, of group: Int) async throws {
        try await write("keep a note") { try $0.insert(note, of: group) }
    }
}

extension Database {
    fileprivate func insert(_ note: ExceptionNote, of group: Int) throws {
        try execute(
            cached: "INSERT INTO exception_notes (group_number, kind, who, at, text) VALUES (?, ?, ?, ?, ?)",
            arguments: [group, note.kind.rawValue, note.who, note.at.microseconds, note.text]
        )
        try execute(
            cached: """
                DELETE FROM exception_notes WHERE group_number = ?1 AND number <= (
                    SELECT number FROM exception_notes WHERE group_number = ?1
                    ORDER BY number DESC LIMIT 1 OFFSET \(ExceptionNote.notesMax))
                """,
            arguments: [group]
        )
    }

    /// Closes the first `closedMax` of a group's open exceptions.
    fileprivate func closeSome(of group: ExceptionGroup, at now: Timestamp) throws -> Int {
        let key = "(sku, unit, warehouse, location, site, source, web_order)"
        let open = "group_number = ? AND closed IS NULL AND code = ?"
        let arguments: [any DatabaseValueConvertible] = [group.number, group.code.rawValue]
        let last = try Row.fetchOne(
            self,
            cached: """
                SELECT sku, unit, warehouse, location, site, source, web_order FROM exceptions WHERE \(open)
                ORDER BY sku, unit, warehouse, location, site, source, web_order
                LIMIT 1 OFFSET \(closedMax - 1)
                """,
            arguments: StatementArguments(arguments)
        ).map { Subject($0, at: 0).values }
        let values = [now.microseconds as any DatabaseValueConvertible] + arguments + (last ?? [])
        try execute(
            cached: """
                UPDATE exceptions SET closed = ? WHERE \(open)
                    \(last == nil ? "" : "AND \(key) <= (?, ?, ?, ?, ?, ?, ?)")
                """,
            arguments: StatementArguments(values)
        )
        return changesCount
    }
}
