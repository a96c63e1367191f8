import GRDB
package import InventoryCore

extension StateDatabase {
    /// Whether the figures that were read last are older than `before` and no run has used them: every SKU is
    /// still to be worked out.
    package func unusedFigures(before: Timestamp) async throws -> Bool {
        try await read("look when figures were read") { db in
            let isUsed = try Bool.fetchOne(db, cached: "SELECT EXISTS (SELECT 1 FROM figures)") == true
            guard try !isUsed || db.text(.everythingNext) != nil else { return false }
            guard let read = try db.number(.figuresRead) ?? db.number(.indexCompleted) else { return false }
            return read < before.microseconds
        }
    }

    package func noteFiguresRead(at now: Timestamp) async throws {
        try await write("remember when figures were read") { db in
            try db.set(.figuresRead, to: String(now.microseconds))
        }
    }

    /// Stores what levels show now, where we never wrote them and nothing is on its way to them.
    package func setReadFigures(_ figures: [(LevelID, Quantity)], at now: Timestamp) async throws {
        try await write("store what levels show") { db in
            try db.execute(cached: "DELETE FROM temp.shown")
            let set = try db.cachedStatement(
                sql: """
                    INSERT INTO published (level, quantity)
                    SELECT id, ?2 FROM levels WHERE level_id = ?1 AND id NOT IN (SELECT level FROM claims)
                    ON CONFLICT(level) DO UPDATE SET quantity = excluded.quantity
                    WHERE at IS NULL AND before IS NULL AND quantity <> excluded.quantity
                    RETURNING level
                    """
            )
            let note = try db.cachedStatement(sql: "INSERT OR IGNORE INTO temp.shown VALUES (?)")
            let level = try db.cachedStatement(
                sql: """
                    SELECT p.level, p.quantity FROM levels l CROSS JOIN published p ON p.level = l.id
                    WHERE l.level_id = ?
                    """
            )
            for (id, quantity) in figures {
                let known = try Row.fetchOne(level, arguments: [id.text])
                let row = try Int64.fetchOne(set, arguments: [id.text, quantity.millionths])
                guard let row else { continue }
                try note.execute(arguments: [row])
                guard let before = known?[1] as Int64? else { continue }
                try db.noteHistory(of: row, .read, before: before, after: quantity.millionths, at: now)
            }
            try db.reconsider(levels: "SELECT level FROM temp.shown", at: now)
        }
    }
}
