import GRDB
package import InventoryCore

/// A level whose figure has grown, and whose product's status has not been looked at since.
package struct RaisedLevel: Hashable, Sendable {
    package let row: LevelRow
    package let sku: SKU
}

extension StateDatabase {
    /// Gives levels whose figure has grown and is above zero, by their rows, after the row of the last call.
    ///
    /// Fewer than `limit` means that there are no more.
    package func raised(after row: LevelRow?, limit: Int) async throws -> [RaisedLevel] {
        try await read("read which levels grew") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT r.level, l.sku FROM raised r JOIN levels l ON l.id = r.level
                    WHERE r.level > ? ORDER BY r.level LIMIT ?
                    """,
                arguments: [row?.number ?? 0, limit]
            ).map { RaisedLevel(row: LevelRow($0[0]), sku: SKU($0[1])) }
        }
    }

    /// Counts a failed try to look after levels, and tells of it once; those that have failed often enough
    /// are given up, so that not every run tries them again.
    package func failRaised(
        _ levels: [RaisedLevel],
        telling exception: InventoryException,
        at now: Timestamp
    ) async throws {
        try await write("count failed product statuses") { db in
            let count = try db.cachedStatement(
                sql: "UPDATE raised SET attempts = attempts + 1 WHERE level = ?"
            )
            for level in levels { try count.execute(arguments: [level.row.number]) }
            try db.execute(cached: "DELETE FROM raised WHERE attempts >= ?", arguments: [raisedAttemptsMax])
            try db.open(exception, level: nil, run: nil, at: now)
        }
    }

    /// Forgets levels whose products have been looked at; closes what was open about them, and opens an
    /// exception where the shop refused.
    package func endRaised(
        _ levels: [RaisedLevel],
        refused: [InventoryException],
        at now: Timestamp
    ) async throws {
        try await write("record product statuses") { db in
            let delete = try db.cachedStatement(sql: "DELETE FROM raised WHERE level = ?")
            for level in levels {
                try delete.execute(arguments: [level.row.number])
                try db.close(ExceptionKey(code: .writeRefused, subject: Subject(sku: level.sku)), at: now)
            }
            for exception in refused { try db.open(exception, level: nil, run: nil, at: now) }
        }
    }
}

/// Runs that try to restore a product's status.
private let raisedAttemptsMax = 3
