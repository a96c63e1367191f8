import GRDB
package import InventoryCore

/// A level to audit, with its row.
package struct AuditRow: Hashable, Sendable {
    package let row: LevelRow
    package let level: AuditedLevel
    /// A wish for it is in the outbox or on its way, so what the shop shows proves nothing.
    package let isInMotion: Bool
    /// Whether we ever wrote it; otherwise it is ours only where the ERP lists its SKU.
    package let wasWritten: Bool
}

extension StateDatabase {
    /// Gives what is known of levels by the shop's ids; ids that are not known are missing.
    package func auditRows(of ids: [LevelID]) async throws -> [LevelID: AuditRow] {
        try await read("read levels to audit") { db in
            var rows: [LevelID: AuditRow] = [:]
            rows.reserveCapacity(ids.count)
            for start in stride(from: 0, to: ids.count, by: idsPerQuery) {
                let chunk = ids[start..<min(start + idsPerQuery, ids.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(
                    sql: "\(AuditRow.query) WHERE l.level_id IN (\(marks))"
                )
                let found = try Row.fetchCursor(statement, arguments: StatementArguments(chunk.map(\.text)))
                while let row = try found.next() {
                    guard let audited = AuditRow(row) else { continue }
                    rows[audited.level.id] = audited
                }
            }
            return rows
        }
    }

    /// Gives the levels with an id that an audit has not seen and whose row comes after `row`, in the order
    /// of their rows.
    ///
    /// Fewer than `limit` means that there are no more.
    package func auditRows(
        unseenBy audit: AuditProgress,
        after row: LevelRow?,
        limit: Int
    ) async throws -> [AuditRow] {
        try await read("read levels to audit") { db in
            let statement = try db.cachedStatement(
                sql: """
                    \(AuditRow.query)
                    WHERE l.level_id IS NOT NULL AND p.level IS NOT NULL AND l.id > ? AND l.audited <> ?
                    ORDER BY l.id LIMIT ?
                    """
            )
            return try Row.fetchAll(statement, arguments: [row?.number ?? 0, audit.number, limit])
                .compactMap { AuditRow($0) }
        }
    }

    /// Gives the levels whose drift an audit has recorded so far; `limit` bounds them.
    package func auditRows(driftingSince audit: AuditProgress, limit: Int) async throws -> [AuditRow] {
        try await read("read the drift found so far") { db in
            try Row.fetchAll(
                db,
                sql: "\(AuditRow.query) WHERE d.seen >= ? ORDER BY l.id LIMIT ?",
                arguments: [audit.started.microseconds, limit]
            ).compactMap { AuditRow($0) }
        }
    }

    /// Gives some levels with an id, each as likely as any other.
    package func auditSample(count: Int) async throws -> [AuditRow] {
        try await read("choose levels to audit") { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(AuditRow.query)
                    WHERE l.id IN (SELECT id FROM levels WHERE level_id IS NOT NULL ORDER BY random() LIMIT ?)
                    """,
                arguments: [count]
            ).compactMap { AuditRow($0) }
        }
    }

    /// Gives the id in the middle of those known, where the second of two readers begins.
    package func middleLevelID() async throws -> LevelID? {
        try await read("read the middle level") { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT level_id FROM levels WHERE level_id IS NOT NULL ORDER BY CAST(level_id AS INTEGER)
                    LIMIT 1 OFFSET (SELECT count(*) / 2 FROM levels WHERE level_id IS NOT NULL)
                    """
            ).map { LevelID($0) }
        }
    }

    /// Gives how many levels have an id.
    package func resolvedLevelCount() async throws -> Int {
        try await read("count the levels") { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM levels WHERE level_id IS NOT NULL") ?? 0
        }
    }
}

/// Ids asked with one statement; its text is the same for all full chunks, so it is prepared once.
private let idsPerQuery = 500

extension AuditRow {
    fileprivate static let query = """
        SELECT l.id, l.sku, l.unit, l.warehouse, l.level_id, p.quantity, p.at, p.before,
            o.level IS NOT NULL OR c.level IS NOT NULL, d.quantity, d.since
        FROM levels l
        LEFT JOIN published p ON p.level = l.id
        LEFT JOIN outbox o ON o.level = l.id
        LEFT JOIN claims c ON c.level = l.id
        LEFT JOIN drifts d ON d.level = l.id
        """

    /// Gives nothing for a level that the shop never showed.
    fileprivate init?(_ row: Row) {
        guard let id = row[4] as String?, let published = row[5] as Int64? else { return nil }
        let at = (row[6] as Int64?).map(Timestamp.init(microseconds:))
        let before = (row[7] as Int64?).map(Quantity.init(millionths:))
        var seen: SeenDrift?
        if let quantity = row[9] as Int64?, let since = row[10] as Int64? {
            seen = SeenDrift(
                quantity: Quantity(millionths: quantity),
                since: Timestamp(microseconds: since)
            )
        }
        self.row = LevelRow(row[0])
        level = AuditedLevel(
            key: LevelKey(row, at: 1),
            id: LevelID(id),
            published: Quantity(millionths: published),
            publishedAt: at,
            before: before,
            seen: seen
        )
        isInMotion = row[8]
        wasWritten = at != nil || before != nil
    }
}
