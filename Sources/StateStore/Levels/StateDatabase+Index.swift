import GRDB
package import InventoryCore

extension StateDatabase {
    package func indexProgress() async throws -> IndexProgress {
        try await read("read the index's progress") { db in
            IndexProgress(
                pass: try db.number(.indexPass) ?? 0,
                cursor: try db.text(.indexCursor),
                completed: try db.number(.indexCompleted).map(Timestamp.init(microseconds:))
            )
        }
    }

    /// Begins a new pass over the shop's levels; what it does not show is missing at its end.
    package func beginIndexPass() async throws {
        try await write("begin an index pass") { db in
            try db.set(.indexPass, to: String((try db.number(.indexPass) ?? 0) + 1))
            try db.set(.indexOpen, to: "1")
            try db.set(.indexCursor, to: nil)
        }
    }

    /// Stores levels as the shop shows them: a page of a pass, or those that were asked for.
    ///
    /// Wishes that waited for these levels become ready, their exceptions are closed, and wishes that the
    /// shop already shows are dropped.
    ///
    /// `cursor` says where the pass goes on; nothing leaves it as it is.
    package func replaceIndexPage(
        _ levels: [ShopLevel],
        figures: IndexFigures = .whereUnknown,
        cursor: String? = nil,
        at now: Timestamp
    ) async throws -> IndexChanges {
        try await write("store levels") { db in
            var page = try IndexPage(db, figures: figures, at: now)
            for level in levels { try page.store(level) }
            try page.finish()
            if let cursor { try db.set(.indexCursor, to: cursor) }
            return page.changes
        }
    }

    /// Ends the pass: levels that it did not show lose their id and figure; gives how many.
    package func finishIndexPass(at now: Timestamp) async throws -> Int {
        try await write("finish an index pass") { db in
            try db.execute(sql: "DELETE FROM temp.shown")
            try db.execute(
                sql:
                    """
                    INSERT INTO temp.shown
                    SELECT id FROM levels WHERE level_id IS NOT NULL AND seen < ?
                    """,
                arguments: [try db.number(.indexPass) ?? 0]
            )
            let missing = "SELECT level FROM temp.shown"
            let count = db.changesCount
            try db.execute(sql: "UPDATE levels SET level_id = NULL WHERE id IN (\(missing))")
            try db.execute(sql: "DELETE FROM published WHERE level IN (\(missing))")
            try db.set(.indexOpen, to: nil)
            try db.set(.indexCursor, to: nil)
            try db.set(.indexCompleted, to: String(now.microseconds))
            return count
        }
    }
}
