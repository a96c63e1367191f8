import GRDB
package import InventoryCore

extension StateDatabase {
    package func indexProgress() async throws -> IndexProgress {
        try await read("read the index's progress") { db in
            // Before version 7 it was not kept when a pass began.
            let open = try db.number(.indexOpen)
            return IndexProgress(
                pass: try db.number(.indexPass) ?? 0,
                cursor: try db.text(.indexCursor),
                completed: try db.number(.indexCompleted).map(Timestamp.init(microseconds:)),
                began: open.map(Timestamp.init(microseconds:))
            )
        }
    }

    /// Begins a new pass over the shop's levels; what it does not show is missing at its end.
    package func beginIndexPass(at now: Timestamp) async throws {
        try await write("begin an index pass") { db in
            try db.set(.indexPass, to: String((try db.number(.indexPass) ?? 0) + 1))
            try db.set(.indexOpen, to: String(now.microseconds))
            try db.set(.indexCursor, to: nil)
        }
    }

    /// Stores levels as the shop shows them: a page of a pass, or those of SKUs that were asked for.
    ///
    /// Wishes that waited for these levels become ready, their exceptions are closed, and wishes that the
    /// shop already shows are dropped. The caller asks for what is `contested` by its ids.
    ///
    /// `cursor` says where the pass goes on; nothing leaves it as it is. `notesNew` has the next run work out
    /// the SKUs of levels that were not known.
    package func replaceIndexPage(
        _ levels: [ShopLevel],
        figures: IndexFigures = .whereUnknown,
        cursor: String? = nil,
        notesNew: Bool = false,
        at now: Timestamp
    ) async throws -> IndexChanges {
        try await write("store levels") { db in
            let page = try IndexPage(db, levels, .page(notesNew: notesNew), figures: figures, at: now)
            if let cursor { try db.set(.indexCursor, to: cursor) }
            return page.changes
        }
    }

    /// Gives the levels that the open pass has not shown, once it has come to its end.
    package func missingOfPass() async throws -> [LevelID] {
        try await read("look for levels that a pass did not show") { db in
            try String.fetchAll(
                db,
                sql: "SELECT level_id FROM levels WHERE level_id IS NOT NULL AND seen < ? ORDER BY id",
                arguments: [try db.number(.indexPass) ?? 0]
            ).map { LevelID($0) }
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
            let count = db.changesCount
            if let began = try db.number(.indexOpen) { try db.forgetStrays(before: began) }
            if count > 0 { try db.keepStrays(levels: "SELECT level FROM temp.shown", at: now) }
            try db.loseIDs(levels: "SELECT level FROM temp.shown", at: now)
            try db.set(.indexOpen, to: nil)
            try db.set(.indexCursor, to: nil)
            try db.set(.figuresRead, to: nil)
            try db.set(.indexCompleted, to: String(now.microseconds))
            return count
        }
    }
}
