import GRDB
package import InventoryCore

/// What an audit learnt from one page.
package struct AuditedPage: Sendable {
    /// Levels that were looked at, and what of them differs.
    package var rows: [LevelRow] = []
    package var found: [FoundDrift] = []
    /// Levels that the state does not know, or knows as another SKU's: they are asked for again by their ids.
    package var strangers: [LevelID] = []
    /// Levels that are called what they were.
    package var confirmed: [LevelID] = []

    package init() {}
}

extension StateDatabase {
    /// Gives the audit that was broken off, where it began at `since` or later.
    package func openAudit(since: Timestamp) async throws -> AuditProgress? {
        try await read("read how far the audit is") { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT \(AuditProgress.columns) FROM audits
                    WHERE finished IS NULL AND started >= ? ORDER BY number DESC LIMIT 1
                    """,
                arguments: [since.microseconds]
            ).map { AuditProgress($0) }
        }
    }

    /// Begins an audit of all levels; one that was broken off is forgotten.
    package func beginAudit(middle: LevelID?, at now: Timestamp) async throws -> AuditProgress {
        try await write("begin an audit") { db in
            let last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM audits") ?? 0
            try db.execute(sql: "DELETE FROM audits")
            try db.execute(sql: "DELETE FROM strangers")
            try db.execute(
                sql: "INSERT INTO audits (number, started, middle) VALUES (?, ?, ?)",
                arguments: [last + 1, now.microseconds, middle?.text]
            )
            return AuditProgress(number: last + 1, started: now, middle: middle)
        }
    }

    /// Records a page and how far the audit is with it, in one transaction.
    package func record(_ page: AuditedPage, of audit: AuditProgress, at now: Timestamp) async throws {
        try await write("record a page of the audit") { db in
            let mark = try db.cachedStatement(sql: "UPDATE levels SET audited = ? WHERE id = ?")
            for row in page.rows { try mark.execute(arguments: [audit.number, row.number]) }
            try db.record(page.found, extent: .levels(page.rows), at: now)
            try db.setNamed(page.confirmed, at: now)
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM strangers") ?? 0
            for stranger in page.strangers.prefix(max(0, strangersMax - count)) {
                try db.execute(sql: "INSERT OR IGNORE INTO strangers VALUES (?)", arguments: [stranger.text])
            }
            try db.execute(
                sql: """
                    UPDATE audits SET first_cursor = ?, first_done = ?, second_cursor = ?, second_done = ?,
                        read = ?, compared = ?, in_motion = ?, not_ours = ?, new = ?, hidden = ?
                    WHERE number = ?
                    """,
                arguments: [
                    audit.first.cursor?.text, audit.first.isDone,
                    audit.second.cursor?.text, audit.second.isDone, audit.counts.read,
                    audit.counts.compared, audit.counts.inMotion, audit.counts.foreign, audit.counts.new,
                    audit.counts.hidden, audit.number,
                ]
            )
        }
    }

    /// Gives the levels that are to be asked for again by their ids; at most ten thousand are kept.
    package func strangers() async throws -> [LevelID] {
        try await read("read unknown levels") { db in
            try String.fetchAll(db, sql: "SELECT level_id FROM strangers").map { LevelID($0) }
        }
    }

    /// Ends an audit: drift that it did not see is over.
    package func finish(_ audit: AuditProgress, found: [FoundDrift], at now: Timestamp) async throws {
        try await write("finish an audit") { db in
            try db.record(found, extent: .all(since: audit.started), at: now)
            try db.execute(sql: "DELETE FROM strangers")
            try db.execute(
                sql: "UPDATE audits SET finished = ? WHERE number = ?",
                arguments: [now.microseconds, audit.number]
            )
        }
    }
}

/// Levels that are kept to ask for their names; a shop with more of them has a new catalogue.
private let strangersMax = 10_000
