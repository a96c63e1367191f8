import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives all levels of some SKUs with what is published and what is wished, in no particular order.
    ///
    /// Sorted SKUs are read faster, because neighbours share pages. Where they are sorted and nearly all that
    /// there are (`areDense`), the levels from the first to the last are read in a row.
    package func levels(of skus: [SKU], areDense: Bool = false) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var reader = LevelReader(db, capacity: skus.count)
            var areDense = areDense
            for start in stride(from: 0, to: skus.count, by: levelsPerQuery) {
                let chunk = skus[start..<min(start + levelsPerQuery, skus.count)]
                if areDense {
                    let statement = try db.cachedStatement(sql: levelsBetween)
                    let rowsMax = chunk.count * denseRowsPerSKU
                    areDense = try reader.read(between: statement, of: chunk, rowsMax: rowsMax)
                    if areDense { continue }
                }
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(sql: "\(StoredLevel.query) WHERE l.sku IN (\(marks))")
                try reader.read(statement, of: chunk)
            }
            return reader.levels
        }
    }

    /// Gives the levels whose row comes after `row`, at most `limit` of them, in the order of their rows.
    ///
    /// Fewer than `limit` means that there are no more. Each call is its own read, so a long walk neither
    /// blocks the writer nor holds its log back.
    package func levels(after row: LevelRow?, limit: Int) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var reader = LevelReader(db)
            let statement = try db.cachedStatement(
                sql: "\(StoredLevel.query) WHERE l.id > ? ORDER BY l.id LIMIT ?"
            )
            try reader.read(statement, [row?.number ?? 0, limit])
            return reader.levels
        }
    }

    /// Gives the levels of some rows, in the order of these.
    package func levels(in rows: [LevelRow]) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var reader = LevelReader(db)
            let statement = try db.cachedStatement(sql: "\(StoredLevel.query) WHERE l.id = ?")
            for row in rows { try reader.read(statement, [row.number]) }
            return reader.levels
        }
    }

    /// Has the SKUs of the levels that the shop has pass by some unknown names.
    package func names(near unknown: NearNames) async throws -> NearNames {
        guard !unknown.isEmpty else { return unknown }
        return try await read("read the shop's SKUs") { db in
            var names = unknown
            let skus = try String.fetchCursor(
                db,
                sql: "SELECT DISTINCT sku FROM levels WHERE level_id IS NOT NULL"
            )
            while let sku = try skus.next() { names.meet(sku) }
            return names
        }
    }

    /// Gives levels that have a wish but no id at the shop, and have not been found unknown there; by row.
    ///
    /// `row` is where the last call ended, so that those which cannot be settled now are passed over.
    package func unresolved(after row: LevelRow? = nil, limit: Int) async throws -> [StoredLevel] {
        try await read("read levels without an id") { db in
            var reader = LevelReader(db)
            let statement = try db.cachedStatement(
                sql: """
                    \(StoredLevel.query)
                    WHERE l.level_id IS NULL AND l.id > ? AND o.level IS NOT NULL
                        AND o.state <> \(EntryState.unknown.rawValue)
                    ORDER BY l.id LIMIT ?
                    """
            )
            try reader.read(statement, [row?.number ?? 0, limit])
            return reader.levels
        }
    }
}

/// SKUs asked with one statement; its text is the same for all full chunks, so it is prepared once.
private let levelsPerQuery = 500

/// The levels of all SKUs from one to another.
private let levelsBetween = """
    \(StoredLevel.query) WHERE l.sku BETWEEN ? AND ? ORDER BY l.sku, l.unit, l.warehouse
    """

/// Where more levels than this lie between two neighbours on average, passing them costs more than a look-up.
private let denseRowsPerSKU = 6

extension LevelKey {
    /// Reads the columns SKU, unit and warehouse from `column` on.
    init(_ row: Row, at column: Int) {
        let warehouse: String = row[column + 2]
        self.init(
            sku: SKU(row[column]),
            unit: StockUnit(row[column + 1]),
            warehouse: warehouse.isEmpty ? nil : warehouse
        )
    }
}
