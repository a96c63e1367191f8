import GRDB
import InventoryCore

/// Stores one page of the shop's levels inside a transaction, level by level.
struct IndexPage {
    private let db: Database
    private let pass: Int64
    private let isPassOpen: Bool
    /// The rows that this page has stored.
    private var stored: Set<Int64> = []
    private let figures: IndexFigures
    private let now: Timestamp
    /// Whether there is anything to close; mostly no such exception is open.
    private let someUnknown: Bool
    private(set) var changes = IndexChanges()

    init(_ db: Database, figures: IndexFigures, at now: Timestamp) throws {
        self.db = db
        pass = try db.number(.indexPass) ?? 0
        isPassOpen = try db.text(.indexOpen) != nil
        self.figures = figures
        self.now = now
        someUnknown =
            try Bool.fetchOne(
                db,
                sql: "SELECT EXISTS (SELECT 1 FROM exceptions WHERE closed IS NULL AND code IN (?, ?))",
                arguments: [
                    InventoryException.Code.unknownSKU.rawValue,
                    InventoryException.Code.unknownLevel.rawValue,
                ]
            ) == true
        try db.execute(sql: "DELETE FROM temp.shown")
    }

    mutating func store(_ level: ShopLevel) throws {
        guard level.key.isStorable, !level.id.text.utf8.contains(0) else {
            changes.unusable += 1
            return
        }
        let known = try find(level.key)
        // Another id in the same pass or page is a second level; otherwise the shop made the level anew.
        if let known, let id = known.id, id != level.id,
            isPassOpen && known.seen == pass || stored.contains(known.row)
        {
            return try report(DuplicateLevel(key: level.key, kept: id, other: level.id), row: known.row)
        }
        let isResolved = known?.id != level.id
        if isResolved {
            changes.resolved += 1
            try takeID(level.id)
        }
        let row = try upsert(level)
        stored.insert(row)
        if isResolved { try resolve(level.key, row: row, before: known?.id) }
        try setFigure(level.quantity, row: row)
    }

    /// Looks again at the wishes of the levels whose figure has changed.
    func finish() throws {
        try db.reconsider(levels: "SELECT level FROM temp.shown", at: now)
    }

    private struct Known {
        let row: Int64
        let id: LevelID?
        let seen: Int64
    }

    private func find(_ key: LevelKey) throws -> Known? {
        let statement = try db.cachedStatement(
            sql: "SELECT id, level_id, seen FROM levels WHERE sku = ? AND unit = ? AND warehouse = ?"
        )
        let arguments: StatementArguments = [key.sku.text, key.unit.text, key.warehouse ?? ""]
        return try Row.fetchOne(statement, arguments: arguments).map { row in
            Known(row: row[0], id: (row[1] as String?).map { LevelID($0) }, seen: row[2])
        }
    }

    /// An id that now stands for this level no longer stands for another (a product's SKU was changed).
    private func takeID(_ id: LevelID) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE levels SET level_id = NULL WHERE level_id = ? RETURNING id"
        )
        guard let other = try Int64.fetchOne(statement, arguments: [id.text]) else { return }
        try db.cachedStatement(sql: "DELETE FROM published WHERE level = ?").execute(arguments: [other])
    }

    private func upsert(_ level: ShopLevel) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO levels
                    (sku, unit, warehouse, level_id, precision, is_primary, rate, seen, named_at, product)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(sku, unit, warehouse) DO UPDATE SET
                    level_id = excluded.level_id, precision = excluded.precision,
                    is_primary = excluded.is_primary, rate = excluded.rate, seen = excluded.seen,
                    named_at = excluded.named_at, product = ifnull(excluded.product, product)
                RETURNING id
                """
        )
        let key = level.key
        let row = try Int64.fetchOne(
            statement,
            arguments: [
                key.sku.text, key.unit.text, key.warehouse ?? "", level.id.text, level.precision,
                level.isPrimaryUnit, level.conversionRate?.millionths, pass, now.microseconds,
                level.product?.text,
            ]
        )
        guard let row else { throw Fault.damaged("no row for the level \(key)") }
        return row
    }

    private func resolve(_ key: LevelKey, row: Int64, before: LevelID?) throws {
        // Another id is another level at the shop, whatever was published to the old one.
        if before != nil {
            try db.cachedStatement(sql: "DELETE FROM published WHERE level = ?").execute(arguments: [row])
        }
        try db.cachedStatement(
            sql: """
                UPDATE outbox SET state = \(EntryState.ready.rawValue) WHERE level = ?
                    AND state IN (\(EntryState.unresolved.rawValue), \(EntryState.unknown.rawValue))
                """
        ).execute(arguments: [row])
        guard someUnknown else { return }
        try db.close(ExceptionKey(code: .unknownSKU, subject: Subject(sku: key.sku)), at: now)
        try db.close(ExceptionKey(code: .unknownLevel, subject: Subject(key)), at: now)
    }

    private func setFigure(_ quantity: Quantity, row: Int64) throws {
        let update =
            switch figures {
            case .whereUnknown: "NOTHING"
            case .always:
                """
                UPDATE SET quantity = excluded.quantity, at = NULL, run = NULL, before = NULL
                WHERE quantity <> excluded.quantity
                """
            }
        try db.cachedStatement(
            sql: """
                INSERT INTO published (level, quantity)
                SELECT ?1, ?2 WHERE ?1 NOT IN (SELECT level FROM claims)
                ON CONFLICT(level) DO \(update)
                """
        ).execute(arguments: [row, quantity.millionths])
        guard db.changesCount > 0 else { return }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO temp.shown VALUES (?)")
            .execute(arguments: [row])
    }

    private mutating func report(_ duplicate: DuplicateLevel, row: Int64) throws {
        changes.duplicates.append(duplicate)
        let exception = InventoryException(
            code: .duplicateLevel,
            subject: Subject(duplicate.key),
            message:
                "OroCommerce has two levels for it: \(duplicate.kept) is written, \(duplicate.other) is not."
        )
        try db.open(exception, level: row, run: nil, at: now)
    }
}
