import GRDB
package import InventoryCore

/// A drift with its level's row.
package struct FoundDrift: Hashable, Sendable {
    package let row: LevelRow
    package let drift: Drift
    /// What a repair is to write; nothing means what was published.
    package var target: Quantity?

    package init(row: LevelRow, drift: Drift, target: Quantity? = nil) {
        self.row = row
        self.drift = drift
        self.target = target
    }
}

/// Which levels an audit has looked at.
package enum AuditExtent: Sendable {
    case all(since: Timestamp)
    case levels([LevelRow])
}

extension StateDatabase {
    /// Remembers what an audit found, and closes the drift of levels that it found in order.
    package func record(_ found: [FoundDrift], extent: AuditExtent, at now: Timestamp) async throws {
        try await write("record drift") { db in try db.record(found, extent: extent, at: now) }
    }

    /// Wishes the published figures of drifted levels again, or their targets, in one transaction; gives how
    /// many.
    ///
    /// What the shop shows becomes `published` first, or the wish would look needless; a level that is gone
    /// loses its id and is looked up again by SKU and unit. Levels with a wish already are left out.
    package func repair(
        _ found: [FoundDrift],
        priority: PushPriority = PushPriority(),
        at now: Timestamp
    ) async throws -> Int {
        try await write("wish repairs") { db in
            let run = try Int64.fetchOne(
                db,
                sql: """
                    SELECT number FROM runs WHERE state IN ('accepted', 'done', 'held')
                    ORDER BY number DESC LIMIT 1
                    """
            )
            guard let run else { return 0 }
            var wishes: [AcceptedWish] = []
            for one in found where try db.show(one, at: now) {
                let drift = one.drift
                let wish = PlannedWish(
                    key: drift.key,
                    before: drift.shown,
                    after: one.target ?? drift.published
                )
                wishes.append(
                    AcceptedWish(wish, row: one.row, priority: priority.rank(of: wish, at: now))
                )
            }
            return try db.wish(wishes, run: run, at: now).queued
        }
    }
}

extension Database {
    /// Remembers drifts, and closes those of the other levels that were looked at.
    func record(_ found: [FoundDrift], extent: AuditExtent, at now: Timestamp) throws {
        try upsert(found, at: now)
        switch extent {
        case .all(let since):
            try execute(sql: "DELETE FROM drifts WHERE seen < ?", arguments: [since.microseconds])
            try execute(
                sql: """
                    UPDATE exceptions SET closed = ?
                    WHERE code IN (?, ?) AND closed IS NULL AND seen < ?
                    """,
                arguments: [
                    now.microseconds, InventoryException.Code.drift.rawValue,
                    InventoryException.Code.duplicateLevel.rawValue, since.microseconds,
                ]
            )
        case .levels(let rows):
            let drifting = Set(found.map(\.row))
            try execute(sql: "DELETE FROM temp.touched")
            let insert = try cachedStatement(sql: "INSERT OR IGNORE INTO temp.touched VALUES (?)")
            for row in rows where !drifting.contains(row) { try insert.execute(arguments: [row.number]) }
            let touched = "SELECT level FROM temp.touched"
            try execute(sql: "DELETE FROM drifts WHERE level IN (\(touched))")
            try close([.drift], levels: touched, at: now)
        }
    }

    fileprivate func upsert(_ found: [FoundDrift], at now: Timestamp) throws {
        let upsert = try cachedStatement(
            sql: """
                INSERT INTO drifts (level, quantity, since, seen) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT(level) DO UPDATE SET
                    quantity = excluded.quantity, since = excluded.since, seen = excluded.seen
                """
        )
        for one in found {
            let drift = one.drift
            if let shown = drift.shown, !drift.kind.isOfNames {
                try upsert.execute(
                    arguments: [
                        one.row.number, shown.millionths, drift.since.microseconds, now.microseconds,
                    ]
                )
            }
            // What is stranded has been told of since it is, with its former name.
            guard !drift.isTolerated, drift.kind != .stranded else { continue }
            try open(drift.exception, level: one.row.number, run: nil, at: now)
        }
    }

    /// Notes what the shop shows of a level, and gives whether a wish for it makes sense.
    fileprivate func show(_ one: FoundDrift, at now: Timestamp) throws -> Bool {
        let isInMotion = try Bool.fetchOne(
            cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM outbox WHERE level = ?1)
                        OR EXISTS (SELECT 1 FROM claims WHERE level = ?1)
                    """
            ),
            arguments: [one.row.number]
        )
        guard isInMotion == false else { return false }
        // What a level shows under its new id is known already.
        if one.drift.kind == .moved { return true }
        if let shown = one.drift.shown {
            try cachedStatement(
                sql: """
                    UPDATE published SET before = quantity, quantity = ?, at = NULL, run = NULL
                    WHERE level = ? AND quantity = ?
                    """
            ).execute(arguments: [shown.millionths, one.row.number, one.drift.published.millionths])
            guard changesCount > 0 else { return false }
            let before = one.drift.published.millionths
            try noteHistory(of: one.row.number, .drifted, before: before, after: shown.millionths, at: now)
            return true
        }
        let id = try String.fetchOne(
            cachedStatement(sql: "SELECT level_id FROM levels WHERE id = ?"),
            arguments: [one.row.number]
        )
        // It may have been found under another id meanwhile.
        if id == one.drift.level.text { try loseIDs(levels: "SELECT \(one.row.number)", at: now) }
        return true
    }
}
