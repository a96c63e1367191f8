import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives open exceptions by code and subject; without a code those of all codes.
    package func openExceptions(
        code: InventoryException.Code? = nil,
        limit: Int = 10_000
    ) async throws -> [StoredException] {
        try await read("read the exceptions") { db in
            let rows = try Row.fetchAll(
                db,
                cached: """
                    \(StoredException.query) WHERE e.closed IS NULL AND (?1 IS NULL OR e.code = ?1)
                    ORDER BY \(StoredException.order) LIMIT ?2
                    """,
                arguments: [code?.rawValue, limit]
            )
            return try rows.map { try StoredException($0) }
        }
    }

    /// Gives the open exceptions about some SKUs.
    package func openExceptions(of skus: [SKU]) async throws -> [StoredException] {
        guard !skus.isEmpty else { return [] }
        return try await read("read the exceptions") { db in
            // Mostly none is open, and a look for each SKU would be felt.
            let some = "SELECT EXISTS (SELECT 1 FROM exceptions WHERE closed IS NULL AND sku <> '')"
            guard try Bool.fetchOne(db, cached: some) == true else { return [] }
            let wanted = Set(skus.compactMap { Subject(sku: $0).sku })
            return try db.open(among: wanted).sorted().flatMap { sku in
                try Row.fetchAll(
                    db,
                    cached: """
                        \(StoredException.query) WHERE e.closed IS NULL AND e.sku = ?
                        ORDER BY \(StoredException.order)
                        """,
                    arguments: [sku.text]
                ).map { try StoredException($0) }
            }
        }
    }

    /// Gives SKUs that the shop lacks, or lacks a level of: those first that were met longest ago.
    ///
    /// One with several such exceptions may come again.
    package func lackingSKUs(after last: LackingSKU?, limit: Int) async throws -> [LackingSKU] {
        try await read("read which SKUs the shop lacks") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT seen, sku FROM exceptions
                    WHERE closed IS NULL AND code = ?1 AND sku <> '' AND (seen, sku) > (?2, ?3)
                    ORDER BY seen, sku LIMIT ?4
                    """
            )
            let after = last ?? LackingSKU(seen: Timestamp(microseconds: .min), sku: "")
            var lacking: [LackingSKU] = []
            for code in InventoryException.Code.ofLacks {
                let rows = try Row.fetchAll(
                    statement,
                    arguments: [code.rawValue, after.seen.microseconds, after.sku.text, limit]
                )
                lacking += rows.map { LackingSKU(seen: Timestamp(microseconds: $0[0]), sku: SKU($0[1])) }
            }
            lacking.sort { ($0.seen, $0.sku) < ($1.seen, $1.sku) }
            return Array(lacking.prefix(limit))
        }
    }

    /// Gives how many exceptions of each code are open, those of one cause as one.
    package func openExceptionCounts() async throws -> [InventoryException.Code: Int] {
        try await exceptionCounts().mapValues(\.groups)
    }

    /// Opens and closes exceptions that were found outside an acceptance.
    package func apply(_ changes: ExceptionChanges, at now: Timestamp) async throws {
        try await write("record exceptions") { db in
            try db.apply(changes, run: nil, at: now)
        }
    }
}

/// How long a closed exception is kept.
private let closedSecondsMax: Int64 = 90 * 86400

extension Database {
    /// SKUs that are looked up one by one at most.
    private static let lookedUpMax = 5_000

    /// Of many SKUs those with an open exception.
    fileprivate func open(among skus: Set<SKU>) throws -> Set<SKU> {
        guard skus.count > Database.lookedUpMax else { return skus }
        let told = try String.fetchCursor(
            self,
            sql: "SELECT DISTINCT sku FROM exceptions WHERE closed IS NULL AND sku <> ''"
        )
        var open: Set<SKU> = []
        while let sku = try told.next().map({ SKU($0) }) {
            if skus.contains(sku) { open.insert(sku) }
        }
        return open
    }

    func apply(_ changes: ExceptionChanges, run: Int64?, at now: Timestamp) throws {
        let occurred = Set(changes.occurred.map(\.key))
        var groups = ExceptionGroupNumbers()
        for exception in changes.occurred {
            try open(exception, level: nil, run: run, at: now, in: &groups)
        }
        for key in changes.mended where !occurred.contains(key) {
            let isOfLack = InventoryException.Code.ofLacks.contains(key.code)
            if isOfLack, try isParkedUnnamed(key.subject.sku) { continue }
            try close(key, at: now)
            if isOfLack { try dropParkedZeros(of: key.subject.sku) }
        }
        for code in changes.examined {
            let rows = try Row.fetchAll(
                self,
                cached: "SELECT \(Subject.columns) FROM exceptions WHERE code = ? AND closed IS NULL",
                arguments: [code.rawValue]
            )
            for row in rows {
                let key = ExceptionKey(code: code, subject: Subject(row, at: 0))
                if !occurred.contains(key) { try close(key, at: now) }
            }
        }
    }

    /// Whether a wish is parked for a level of the SKU that is there and shown without a name: it may sell.
    private func isParkedUnnamed(_ sku: SKU?) throws -> Bool {
        guard let sku else { return false }
        return try Bool.fetchOne(
            cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM levels l CROSS JOIN outbox o ON o.level = l.id
                        WHERE l.sku = ? AND l.level_id IS NOT NULL
                            AND o.state = \(EntryState.unknown.rawValue))
                    """
            ),
            arguments: [sku.text]
        ) == true
    }

    /// Forgets zeros for levels that the shop lacks, once nobody is told any more that it does: no source
    /// states the SKU.
    private func dropParkedZeros(of sku: SKU?) throws {
        guard let sku else { return }
        let codes = InventoryException.Code.ofLacks.listInSQL
        try cachedStatement(
            sql: """
                DELETE FROM outbox
                WHERE state = \(EntryState.unknown.rawValue) AND quantity = 0
                    AND level IN (SELECT id FROM levels WHERE sku = ?1)
                    AND NOT EXISTS (SELECT 1 FROM exceptions
                        WHERE closed IS NULL AND sku = ?1 AND code IN (\(codes)))
                """
        ).execute(arguments: [sku.text])
    }

    /// Opens the exception, or notes that it occurred again.
    ///
    /// Whose stock a subject shows, where that is not its own, stays known once it was said.
    func open(
        _ exception: InventoryException,
        level: Int64?,
        run: Int64?,
        at now: Timestamp,
        in groups: inout ExceptionGroupNumbers
    ) throws {
        let group = try groups.number(of: exception.cause, at: now, in: self)
        let statement = try cachedStatement(
            sql: """
                INSERT INTO exceptions
                    (code, \(Subject.columns), stock, message, level, first_run, last_run,
                     opened, seen, closed, group_number)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13, ?13, NULL, ?14)
                ON CONFLICT(code, \(Subject.columns)) DO UPDATE SET
                    stock = ifnull(excluded.stock, stock),
                    message = excluded.message, level = excluded.level,
                    first_run = iif(closed IS NULL, first_run, excluded.first_run),
                    opened = iif(closed IS NULL, opened, excluded.opened),
                    group_number = iif(closed IS NULL, group_number, excluded.group_number),
                    last_run = excluded.last_run, seen = excluded.seen, closed = NULL
                """
        )
        let values: [(any DatabaseValueConvertible)?] =
            [exception.code.rawValue] + exception.subject.values
            + [exception.stock?.text, exception.message, level, run, now.microseconds, group]
        try statement.execute(arguments: StatementArguments(values))
    }

    /// The same of a single one.
    func open(_ exception: InventoryException, level: Int64?, run: Int64?, at now: Timestamp) throws {
        var groups = ExceptionGroupNumbers()
        try open(exception, level: level, run: run, at: now, in: &groups)
    }

    func close(_ key: ExceptionKey, at now: Timestamp) throws {
        let statement = try cachedStatement(
            sql: """
                UPDATE exceptions SET closed = ?
                WHERE code = ? AND (\(Subject.columns)) = (?, ?, ?, ?, ?, ?, ?) AND closed IS NULL
                """
        )
        let values: [any DatabaseValueConvertible] =
            [now.microseconds, key.code.rawValue] + key.subject.values
        try statement.execute(arguments: StatementArguments(values))
    }

    /// Whether an exception of one of these codes is open.
    func hasOpen(_ codes: [InventoryException.Code]) throws -> Bool {
        let some =
            "SELECT EXISTS (SELECT 1 FROM exceptions WHERE closed IS NULL AND code IN (\(codes.listInSQL)))"
        return try Bool.fetchOne(cachedStatement(sql: some)) == true
    }

    /// Closes exceptions of levels, which a query gives by their rows.
    func close(_ codes: [InventoryException.Code], levels query: String, at now: Timestamp) throws {
        let list = codes.listInSQL
        // Mostly there is none; then the levels need not be looked at.
        guard try hasOpen(codes) else { return }
        // Prepared each time: some queries list their levels.
        let statement = try makeStatement(
            sql: """
                UPDATE exceptions SET closed = ?
                WHERE closed IS NULL AND level IS NOT NULL AND level IN (\(query)) AND code IN (\(list))
                """
        )
        try statement.execute(arguments: [now.microseconds])
    }

    func forgetClosedExceptions(at now: Timestamp) throws {
        let past = now.adding(seconds: -closedSecondsMax).microseconds
        try execute(cached: "DELETE FROM exceptions WHERE closed < ?", arguments: [past])
        try execute(cached: "DELETE FROM exception_groups WHERE closed < ?", arguments: [past])
    }
}

extension InventoryException.Code {
    init(stored text: String) throws {
        guard let code = InventoryException.Code(rawValue: text) else {
            throw Fault.damaged("the exception code “\(text)”")
        }
        self = code
    }
}

extension Subject {
    /// The columns of a subject in `exceptions`; '' stands for a field that it does not have.
    static let columns = "sku, unit, warehouse, location, site, source, web_order"

    /// The values of `columns`.
    var values: [any DatabaseValueConvertible] {
        [
            sku?.text ?? "", unit?.text ?? "", warehouse ?? "", location?.text ?? "", site?.text ?? "",
            source?.text ?? "", order ?? "",
        ]
    }

    /// Reads `columns` from `column` on.
    init(_ row: Row, at column: Int) {
        self.init(
            sku: SKU(row[column]),
            unit: StockUnit(row[column + 1]),
            warehouse: row[column + 2],
            location: Location(row[column + 3]),
            site: SiteID(row[column + 4]),
            source: SourceID(row[column + 5]),
            order: row[column + 6]
        )
    }
}

extension StoredException {
    /// The level knows whose stock it shows also where the exception was found at the shop.
    static let query = """
        SELECT e.sku, e.unit, e.warehouse, e.location, e.site, e.source, e.web_order,
            e.code, ifnull(e.stock, l.stock), e.message, e.opened, e.seen, e.closed, first.id, last.id,
            e.group_number
        FROM exceptions e
        LEFT JOIN levels l ON l.id = e.level
        LEFT JOIN runs first ON first.number = e.first_run
        LEFT JOIN runs last ON last.number = e.last_run
        """

    static let order = "e.code, e.sku, e.unit, e.warehouse, e.location, e.site, e.source, e.web_order"

    init(_ row: Row) throws {
        self.init(
            exception: InventoryException(
                code: try InventoryException.Code(stored: row[7]),
                subject: Subject(row, at: 0),
                stock: (row[8] as String?).map { SKU($0) },
                message: row[9]
            ),
            opened: Timestamp(microseconds: row[10]),
            seen: Timestamp(microseconds: row[11]),
            closed: (row[12] as Int64?).map(Timestamp.init(microseconds:)),
            firstRun: (row[13] as String?).map { RunID($0) },
            lastRun: (row[14] as String?).map { RunID($0) },
            group: row[15]
        )
    }
}

extension [InventoryException.Code] {
    /// For `code IN (…)`.
    var listInSQL: String { map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}
