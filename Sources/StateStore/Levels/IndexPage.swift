import GRDB
import InventoryCore

/// Stores one answer of the shop about levels inside a transaction, level by level.
///
/// The answer shows all its levels at one time. What it contradicts of earlier answers is not believed on
/// either side: both levels are asked for by their ids, and that answer decides.
struct IndexPage {
    private let db: Database
    private let pass: Int64
    /// What this answer calls each of its levels.
    private let shown: [LevelID: LevelKey]
    private let origin: Origin
    private let figures: IndexFigures
    private let now: Timestamp
    /// Whether there is anything to close; mostly no such exception is open.
    private let someUnknown: Bool
    /// Whether wishes wait for the id or the name of their level, or may since this answer took it from them.
    private var someUnresolved: Bool
    /// Whether anything that was sent may still take effect.
    private let someQuestions: Bool
    /// Products that this answer calls otherwise than earlier ones did, by what they were called then.
    private var renamed: [SKU: SKU] = [:]
    /// What was written into the levels that this answer takes from their names.
    private var written = WrittenFigures()
    /// Whether some ids into which we had written were not shown under a name yet.
    private let someStray: Bool
    private(set) var changes = IndexChanges()

    /// How the shop was asked.
    enum Origin {
        /// For a page of all levels, or for those of some SKUs that are being worked out.
        case page(notesNew: Bool)
        /// For these ids.
        case ids([LevelID])

        fileprivate var notesNew: Bool {
            if case .page(let notesNew) = self { notesNew } else { true }
        }
    }

    init(
        _ db: Database,
        _ levels: [ShopLevel],
        _ origin: Origin,
        figures: IndexFigures,
        at now: Timestamp
    ) throws {
        self.db = db
        self.origin = origin
        self.figures = figures
        self.now = now
        pass = try db.number(.indexPass) ?? 0
        shown = Dictionary(levels.map { ($0.id, $0.key) }, uniquingKeysWith: { first, _ in first })
        someUnknown = try db.hasOpen([.unknownSKU, .unknownLevel])
        someUnresolved =
            try Bool.fetchOne(
                db,
                sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN (?, ?))",
                arguments: [EntryState.unresolved.rawValue, EntryState.unknown.rawValue]
            ) == true
        someQuestions = try db.hasQuestions()
        someStray = try db.hasStrayFigures()
        try db.execute(sql: "DELETE FROM temp.shown")
        if case .ids(let asked) = origin {
            for id in asked { try check(id) }
        }
        for level in levels { try store(level) }
        try written.keepRest(in: db, at: now)
        try db.renameOrdered(renamed, at: now)
        try db.reconsider(levels: "SELECT level FROM temp.shown", at: now)
    }

    /// Lets go of an id that was asked for and is gone, or another level's now.
    private mutating func check(_ id: LevelID) throws {
        guard let row = try row(of: id), try key(of: row) != shown[id] else { return }
        // Another id may have the name still: first both are asked for together.
        if let key = shown[id], let other = try find(key)?.id, !origin.asks(for: other) {
            return try doubtName(of: row)
        }
        try lose(row, to: shown[id])
        changes.lost.insert(id)
    }

    private mutating func store(_ level: ShopLevel) throws {
        guard level.key.isStorable, !level.id.text.utf8.contains(0) else {
            changes.unusable += 1
            return
        }
        let known = try find(level.key)
        if let known, let id = known.id, id != level.id {
            return try contest(level, with: id, row: known.row)
        }
        let isNew = known?.id == nil
        var wasAnothers = false
        if isNew {
            changes.resolved += 1
            if let other = try row(of: level.id) {
                wasAnothers = true
                try lose(other, to: level.key)
                changes.lost.insert(level.id)
            }
        }
        let row = try upsert(level)
        // Asked only where something was written: of a first reading every level is new.
        let figure = isNew ? try written.take(of: level.id) ?? stray(of: level.id) : nil
        let isKnownName = try figure != nil && (written.wereIn(row) || db.isWanted(level.key, row: row))
        if isNew { try resolve(level.key, row: row) }
        if isNew, someQuestions { try takeQuestions(of: level.id, row: row) }
        if someUnresolved { try wake(row, of: level.key) }
        if let figure { try carry(figure, to: level, row: row, isKnownName: isKnownName) }
        // Something may have been written to it for the other since this page was read.
        if wasAnothers, !origin.isByID {
            changes.contested.insert(level.id)
        } else {
            try setFigure(level, row: row, isNew: isNew)
        }
    }

    private func stray(of id: LevelID) throws -> WrittenFigures.Figure? {
        someStray ? try db.takeStray(of: id) : nil
    }

    /// Another id is known for the same level: either both are there, or one has been renamed or is gone.
    private mutating func contest(_ level: ShopLevel, with known: LevelID, row: Int64) throws {
        if let other = try self.row(of: level.id) { try doubtName(of: other) }
        guard shown[known] != level.key else {
            if origin.isByID { return try report(level.key, kept: known, other: level.id, row: row) }
            changes.contested.formUnion([known, level.id])
            return
        }
        try doubtName(of: row)
        changes.contested.formUnion([known, level.id])
    }

    /// Keeps a level from being written until the shop was asked for it again.
    private func doubtName(of row: Int64) throws {
        try db.cachedStatement(sql: "UPDATE levels SET named_at = NULL WHERE id = ?").execute(arguments: [row]
        )
    }

    private struct Known {
        let row: Int64
        let id: LevelID?
    }

    private func find(_ key: LevelKey) throws -> Known? {
        let statement = try db.cachedStatement(
            sql: "SELECT id, level_id FROM levels WHERE sku = ? AND unit = ? AND warehouse = ?"
        )
        let arguments: StatementArguments = [key.sku.text, key.unit.text, key.warehouse ?? ""]
        return try Row.fetchOne(statement, arguments: arguments).map { row in
            Known(row: row[0], id: (row[1] as String?).map { LevelID($0) })
        }
    }

    private func row(of id: LevelID) throws -> Int64? {
        let statement = try db.cachedStatement(sql: "SELECT id FROM levels WHERE level_id = ?")
        return try Int64.fetchOne(statement, arguments: [id.text])
    }

    private func key(of row: Int64) throws -> LevelKey? {
        let statement = try db.cachedStatement(sql: "SELECT sku, unit, warehouse FROM levels WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [row]).map { LevelKey($0, at: 0) }
    }

    /// Takes the id from a level: it no longer stands for it, and what it showed neither.
    ///
    /// `key` is what carries the id now; nothing where it is gone.
    private mutating func lose(_ row: Int64, to key: LevelKey?) throws {
        if let key, let former = try self.key(of: row)?.sku, former != key.sku { renamed[former] = key.sku }
        try written.note(row, in: db)
        someUnresolved = true
        try db.loseIDs(levels: "SELECT \(row)", at: now)
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

    private func resolve(_ key: LevelKey, row: Int64) throws {
        if origin.notesNew { try db.noteMoved(levels: "SELECT \(row)", at: now) }
        guard someUnknown else { return }
        try db.close(ExceptionKey(code: .unknownSKU, subject: Subject(sku: key.sku)), at: now)
        try db.close(ExceptionKey(code: .unknownLevel, subject: Subject(sku: key.sku)), at: now)
        try db.close(ExceptionKey(code: .unknownLevel, subject: Subject(key)), at: now)
    }

    /// Keeps what was written into an id under another name as ours, and says so at once where nobody is
    /// known to follow the name that it has now; of the others the next run or audit finds out who does.
    ///
    /// A page shows what was before later receipts; an answer by ids shows what is, less what was sold.
    private func carry(
        _ figure: WrittenFigures.Figure,
        to level: ShopLevel,
        row: Int64,
        isKnownName: Bool
    ) throws {
        var stands = figure.sent
        if let confirmed = figure.confirmed {
            let shown = origin.isByID ? level.quantity : confirmed.quantity
            let written = WrittenFigure(confirmed.quantity, hasMoved: true)
            if FigureOwner(of: written, shows: shown, under: .unstated) == .nobody {
                stands = max(stands, shown)
                try publish(shown, of: figure, confirmed, in: level.id, row: row)
            }
        }
        guard !isKnownName, figure.key.sku != level.key.sku, stands > .zero else { return }
        let exception = InventoryException(stranded: stands, in: level.id, of: figure.key, now: level.key)
        try db.open(exception, level: row, run: figure.confirmed?.run, at: now)
    }

    /// Not where something may be on its way there.
    private func publish(
        _ shown: Quantity,
        of figure: WrittenFigures.Figure,
        _ confirmed: WrittenFigures.Confirmed,
        in id: LevelID,
        row: Int64
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO published (level, quantity, at, run, written_as)
                SELECT ?1, ?2, ?3, ?4, ?6 WHERE NOT EXISTS (SELECT 1 FROM claims WHERE level_id = ?5)
                    AND ?1 NOT IN (SELECT level FROM claims)
                ON CONFLICT(level) DO NOTHING
                """
        ).execute(
            arguments: [row, shown.millionths, confirmed.at, confirmed.run, id.text, figure.writer]
        )
        guard db.changesCount > 0 else { return }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO temp.shown VALUES (?)").execute(arguments: [row])
    }

    /// What was sent to the id while it was another level's may still arrive: it is this one's question now.
    private func takeQuestions(of id: LevelID, row: Int64) throws {
        try db.cachedStatement(sql: "UPDATE questions SET level = ?1 WHERE level_id = ?2 AND level <> ?1")
            .execute(arguments: [row, id.text])
    }

    /// Lets a wish go that waited for the level's id or name.
    private func wake(_ row: Int64, of key: LevelKey) throws {
        try db.cachedStatement(
            sql: """
                UPDATE outbox SET state = \(EntryState.ready.rawValue) WHERE level = ?
                    AND state IN (\(EntryState.unresolved.rawValue), \(EntryState.unknown.rawValue))
                """
        ).execute(arguments: [row])
        guard db.changesCount > 0, someUnknown else { return }
        try db.close(ExceptionKey(code: .unknownLevel, subject: Subject(key)), at: now)
    }

    private func setFigure(_ level: ShopLevel, row: Int64, isNew: Bool) throws {
        let update =
            switch figures {
            case .whereUnknown: "NOTHING"
            case .always:
                """
                UPDATE SET quantity = excluded.quantity, at = NULL, run = NULL, before = NULL,
                    written_as = NULL
                WHERE quantity <> excluded.quantity
                """
            }
        let before = figures == .always ? try db.shown(by: row) : nil
        // What was sent to the id while it was another level's may still arrive.
        let isFree =
            isNew ? "AND NOT EXISTS (SELECT 1 FROM claims WHERE level_id = ?3)" : "AND ?3 IS NOT NULL"
        try db.cachedStatement(
            sql: """
                INSERT INTO published (level, quantity)
                SELECT ?1, ?2 WHERE ?1 NOT IN (SELECT level FROM claims) \(isFree)
                ON CONFLICT(level) DO \(update)
                """
        ).execute(arguments: [row, level.quantity.millionths, level.id.text])
        guard db.changesCount > 0 else { return }
        if let before {
            try db.noteHistory(of: row, .read, before: before, after: level.quantity.millionths, at: now)
        }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO temp.shown VALUES (?)")
            .execute(arguments: [row])
    }

    private mutating func report(_ key: LevelKey, kept: LevelID, other: LevelID, row: Int64) throws {
        changes.duplicates.append(DuplicateLevel(key: key, kept: kept, other: other))
        let exception = InventoryException(
            code: .duplicateLevel,
            subject: Subject(key),
            message:
                "OroCommerce has two levels for it, asked for together: \(kept) is written, \(other) is not."
        )
        try db.open(exception, level: row, run: nil, at: now)
    }
}

extension IndexPage.Origin {
    var isByID: Bool {
        if case .ids = self { true } else { false }
    }

    /// Whether this answer says whether the id is there, and what it is called.
    fileprivate func asks(for id: LevelID) -> Bool {
        if case .ids(let asked) = self { asked.contains(id) } else { false }
    }
}
