import GRDB
package import InventoryCore

extension StateDatabase {
    /// Says from when on names are believed; levels whose name is older are not written before it is
    /// confirmed.
    package func believeNames(since: Timestamp) async throws {
        try await write("say which names are stale") { db in
            try db.set(.namesSince, to: String(since.microseconds))
        }
    }

    /// Stores what the shop says of levels that were asked for by their ids; `shown` lacks those that are
    /// gone.
    ///
    /// Ids that are gone or another level's are taken from the levels that had them, and given to those that
    /// carry them now. Two levels of one key in this answer are a duplicate, and only those.
    package func confirmNames(
        of asked: [LevelID],
        shown: [ShopLevel],
        figures: IndexFigures = .whereUnknown,
        at now: Timestamp
    ) async throws -> IndexChanges {
        try await write("confirm the names of levels") { db in
            try IndexPage(db, shown, .ids(asked), figures: figures, at: now).changes
        }
    }

    /// Gives levels whose wishes wait for their names to be confirmed, in the order in which they are sent.
    package func staleWishes(limit: Int) async throws -> [LevelID] {
        try await read("read wishes whose names are stale") { db in
            try String.fetchAll(
                db,
                cached: """
                    SELECT l.level_id FROM outbox o CROSS JOIN levels l ON l.id = o.level
                    WHERE o.state IN (?, ?, ?) AND l.level_id IS NOT NULL AND \(Database.isNameStale)
                    ORDER BY o.wave, o.priority, o.sequence LIMIT ?
                    """,
                arguments: [
                    EntryState.ready.rawValue, EntryState.waits.rawValue, EntryState.unresolved.rawValue,
                    limit,
                ]
            ).map { LevelID($0) }
        }
    }

    /// Doubts the names of some levels: they are not written before the shop was asked for them again.
    package func doubtNames(of levels: [LevelID]) async throws {
        try await write("doubt the names of levels") { db in try db.setNamed(levels, at: nil) }
    }

    /// Gives the products of some levels, as far as the shop has named them.
    package func products(of levels: [LevelID]) async throws -> [LevelID: ProductID] {
        try await read("read the products of levels") { db in
            let statement = try db.cachedStatement(sql: "SELECT product FROM levels WHERE level_id = ?")
            var products: [LevelID: ProductID] = [:]
            for level in levels {
                products[level] = try String.fetchOne(statement, arguments: [level.text]).map {
                    ProductID($0)
                }
            }
            return products
        }
    }

    /// Whether the levels of any SKU have moved since a run worked them out.
    package func hasMovedSKUs() async throws -> Bool {
        try await read("read whether levels have moved") { db in
            try Bool.fetchOne(db, cached: "SELECT EXISTS (SELECT 1 FROM moved_skus)") ?? false
        }
    }

    /// Gives how many SKUs have levels that have moved since a run worked them out.
    package func movedSKUCount() async throws -> Int {
        try await read("count whose levels have moved") { db in
            try Int.fetchOne(db, cached: "SELECT count(*) FROM moved_skus") ?? 0
        }
    }

    /// Gives the SKUs whose levels have moved since a run worked them out, and when the last of them did.
    package func movedSKUs() async throws -> (skus: [SKU], until: Timestamp?) {
        try await read("read whose levels have moved") { db in
            let rows = try Row.fetchAll(db, cached: "SELECT sku, at FROM moved_skus ORDER BY sku")
            let until = rows.map { $0[1] as Int64 }.max()
            return (rows.map { SKU($0[0]) }, until.map(Timestamp.init(microseconds:)))
        }
    }

    /// Notes that the SKUs that had moved by then are worked out, and nothing of them changes.
    ///
    /// `waiting` are those that have to be worked out again, `history` what their stock has come to.
    package func workedOut(
        until: Timestamp,
        waiting: Set<SKU>,
        history: HistoryParts? = nil,
        at now: Timestamp
    ) async throws {
        try await write("note what is worked out") { db in
            if let history, !history.stocks.isEmpty {
                try db.keep(history, of: nil, number: nil, at: now)
            }
            try db.forgetMoved(until: until)
            if !waiting.isEmpty { try db.touch(waiting, at: now) }
        }
    }

    /// Gives how many names are older than `since`.
    package func nameCounts(since: Timestamp) async throws -> NameCounts {
        try await read("count the names") { db in
            let row = try Row.fetchOne(
                db,
                cached: """
                    SELECT count(*), count(iif(ifnull(named_at, 0) < ?, 1, NULL)), min(ifnull(named_at, 0))
                    FROM levels WHERE level_id IS NOT NULL
                    """,
                arguments: [since.microseconds]
            )
            let oldest = row?[2] as Int64?
            return NameCounts(
                levels: row?[0] ?? 0,
                stale: row?[1] ?? 0,
                oldest: oldest.flatMap { $0 > 0 ? Timestamp(microseconds: $0) : nil }
            )
        }
    }
}

extension Database {
    /// Whether the name of `l` is older than is believed, as SQL.
    ///
    /// A name that was never confirmed, or is in doubt, has no time.
    static let isNameStale = """
        ifnull(l.named_at, -1) < ifnull(
            (SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'names_since'), 0)
        """

    /// Notes when the names of some levels were confirmed; nothing says that they are in doubt.
    func setNamed(_ levels: [LevelID], at now: Timestamp?) throws {
        let statement = try cachedStatement(sql: "UPDATE levels SET named_at = ? WHERE level_id = ?")
        for level in levels { try statement.execute(arguments: [now?.microseconds, level.text]) }
    }
}
