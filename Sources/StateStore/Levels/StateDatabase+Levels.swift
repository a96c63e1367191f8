import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives all levels of some SKUs with what is published and what is wished, in no particular order.
    ///
    /// Sorted SKUs are read faster, because neighbours share pages.
    package func levels(of skus: [SKU]) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var levels: [StoredLevel] = []
            levels.reserveCapacity(skus.count)
            for start in stride(from: 0, to: skus.count, by: levelsPerQuery) {
                let chunk = skus[start..<min(start + levelsPerQuery, skus.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(sql: "\(StoredLevel.query) WHERE l.sku IN (\(marks))")
                let arguments = StatementArguments(chunk.map(\.text))
                try StoredLevel.append(from: statement, arguments, to: &levels)
            }
            return levels
        }
    }

    /// Gives the levels whose row comes after `row`, at most `limit` of them, in the order of their rows.
    ///
    /// Fewer than `limit` means that there are no more. Each call is its own read, so a long walk neither
    /// blocks the writer nor holds its log back.
    package func levels(after row: LevelRow?, limit: Int) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var levels: [StoredLevel] = []
            let statement = try db.cachedStatement(
                sql: "\(StoredLevel.query) WHERE l.id > ? ORDER BY l.id LIMIT ?"
            )
            try StoredLevel.append(from: statement, [row?.number ?? 0, limit], to: &levels)
            return levels
        }
    }

    /// Gives the levels of some rows, in the order of these.
    package func levels(in rows: [LevelRow]) async throws -> [StoredLevel] {
        try await read("read levels") { db in
            var levels: [StoredLevel] = []
            let statement = try db.cachedStatement(sql: "\(StoredLevel.query) WHERE l.id = ?")
            for row in rows { try StoredLevel.append(from: statement, [row.number], to: &levels) }
            return levels
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
            var levels: [StoredLevel] = []
            let statement = try db.cachedStatement(
                sql: """
                    \(StoredLevel.query)
                    WHERE l.level_id IS NULL AND l.id > ? AND o.level IS NOT NULL
                        AND o.state <> \(EntryState.unknown.rawValue)
                    ORDER BY l.id LIMIT ?
                    """
            )
            try StoredLevel.append(from: statement, [row?.number ?? 0, limit], to: &levels)
            return levels
        }
    }
}

/// SKUs asked with one statement; its text is the same for all full chunks, so it is prepared once.
private let levelsPerQuery = 500

extension StoredLevel {
    fileprivate static let query = """
        SELECT l.id, l.sku, l.unit, l.warehouse, l.level_id, l.precision, l.is_primary,
            p.quantity, ifnull(o.quantity, c.quantity), o.state, p.at IS NOT NULL, l.rate
        FROM levels l
        LEFT JOIN published p ON p.level = l.id
        LEFT JOIN outbox o ON o.level = l.id
        LEFT JOIN claims c ON c.level = l.id
        """

    fileprivate static func append(
        from statement: Statement,
        _ arguments: StatementArguments,
        to levels: inout [StoredLevel]
    ) throws {
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            let state = (row[9] as Int?).flatMap(EntryState.init(rawValue:))
            let wish = (row[8] as Int64?).map { millionths in
                StoredLevel.PendingWish(Quantity(millionths: millionths), state?.standing ?? .claimed)
            }
            levels.append(
                StoredLevel(
                    row: LevelRow(row[0]),
                    key: LevelKey(row, at: 1),
                    id: (row[4] as String?).map { LevelID($0) },
                    precision: row[5],
                    isPrimaryUnit: row[6],
                    conversionRate: (row[11] as Int64?).map(Quantity.init(millionths:)),
                    published: (row[7] as Int64?).map(Quantity.init(millionths:)),
                    wish: wish,
                    isOurs: wish != nil || row[10]
                )
            )
        }
    }
}

extension EntryState {
    fileprivate var standing: StoredLevel.Standing {
        switch self {
        case .ready, .waits: .waiting
        case .unresolved: .unresolved
        case .unknown: .unknown
        case .refused: .refused
        }
    }
}

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
