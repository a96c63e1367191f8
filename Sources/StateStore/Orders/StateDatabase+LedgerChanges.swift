import Foundation
import GRDB
package import InventoryCore

extension StateDatabase {
    /// Makes changes of the ledger durable, in one transaction.
    ///
    /// - Parameters:
    ///   - changes: the changes; what was seen taken is marked in them.
    ///   - now: the time of the change.
    /// - Returns: levels that were written, or are being written, since they were read: then nothing was
    ///   saved, because their marks may be wrong.
    /// - Throws: `Fault`.
    package func save(_ changes: LedgerChanges, at now: Timestamp) async throws -> Set<LevelRow> {
        guard !changes.isEmpty else { return [] }
        return try await write("keep web orders") { db in
            let moved = try db.moved(changes.observed)
            if moved.isEmpty { try db.apply(changes, at: now) }
            return moved
        }
    }

    /// Which of these levels are not as they were when they were read, or about to be written.
    package func moved(_ levels: [ObservedLevel]) async throws -> Set<LevelRow> {
        try await read("compare levels") { db in try db.moved(levels) }
    }

    /// Gives how far the shop's orders have been read; nothing where they never were.
    ///
    /// What the ERP's import has said of itself since is in it.
    package func orderCursor() async throws -> OrderCursor? {
        try await read("read how far orders were read") { db in
            guard let text = try db.text(.orderCursor) else { return nil }
            do {
                var cursor = try JSONDecoder().decode(OrderCursor.self, from: Data(text.utf8))
                if let alive = try db.number(.importAlive) {
                    cursor.aliveThrough = max(cursor.aliveThrough ?? alive, alive)
                }
                return cursor
            } catch is DecodingError {
                throw Fault.damaged("how far orders were read")
            }
        }
    }

    /// Gives as of when each source's last full delivery was true.
    package func orderFigures() async throws -> [SourceID: Timestamp] {
        try await orderFigures(of: [""])[""] ?? [:]
    }

    /// Gives as of when sources have last stated single SKUs, by SKU.
    package func orderFigures(of skus: some Collection<SKU> & Sendable) async throws -> [SKU: [SourceID:
        Timestamp]]
    {
        try await read("read as of when figures are") { db in
            let sources = try String.fetchAll(db, cached: "SELECT DISTINCT source FROM order_figures")
            let statement = try db.cachedStatement(
                sql: "SELECT stated FROM order_figures WHERE source = ? AND sku = ?"
            )
            var figures: [SKU: [SourceID: Timestamp]] = [:]
            for source in sources {
                for sku in skus {
                    let time = try Int64.fetchOne(statement, arguments: [source, sku.text])
                    if let time {
                        figures[sku, default: [:]][SourceID(source)] = Timestamp(microseconds: time)
                    }
                }
            }
            return figures
        }
    }

    /// Gives as of when a source's deliveries are true that are held as a whole.
    package func heldFigures(of source: SourceID) async throws -> HeldFigures {
        try await read("read as of when held deliveries are") { db in
            let rows = try Row.fetchAll(
                db,
                cached: "SELECT sku, stated FROM order_figures_held WHERE source = ?",
                arguments: [source.text]
            )
            var times = Dictionary(
                rows.map { (SKU($0[0]), Timestamp(microseconds: $0[1])) },
                uniquingKeysWith: { $1 }
            )
            return HeldFigures(full: times.removeValue(forKey: ""), stated: times)
        }
    }

    /// Notes whether web orders count from now on; where that is new, what was ordered is worked out anew.
    ///
    /// Where they do not count any more, what was told of orders is over.
    package func countOrders(_ count: Bool, at now: Timestamp) async throws {
        let known = try await read("read whether orders count") { db in try db.text(.ordersCount) != nil }
        guard known != count else { return }
        try await write("note whether orders count") { db in
            try db.set(.ordersCount, to: count ? "1" : nil)
            try db.execute(
                sql: """
                    INSERT INTO moved_skus SELECT DISTINCT sku, ?1 FROM order_lines WHERE open > 0
                    ON CONFLICT(sku) DO UPDATE SET at = max(at, excluded.at)
                    """,
                arguments: [now.microseconds]
            )
            guard !count else { return }
            var changes = ExceptionChanges()
            changes.examined = [
                .ledgerStale, .orderUnacknowledged, .cancelledButBooked, .orderUnitUnknown, .orderUnreadable,
                .acknowledgementUnclear,
            ]
            try db.apply(changes, run: nil, at: now)
        }
    }

    /// Has some SKUs worked out again, by the next `OrderRun` or delivery.
    package func touch(_ skus: Set<SKU>, at now: Timestamp) async throws {
        guard !skus.isEmpty else { return }
        try await write("have SKUs worked out again") { db in try db.touch(skus, at: now) }
    }

    /// Gives the products of which something counts.
    package func openProducts() async throws -> Set<SKU> {
        try await read("read which products were ordered") { db in
            let sql = "SELECT DISTINCT sku FROM order_lines INDEXED BY order_lines_open WHERE open > 0"
            return Set(try String.fetchAll(db, cached: sql).map { SKU($0) })
        }
    }

    /// Gives those of some products of which something counts.
    package func openProducts(among products: Set<SKU>) async throws -> Set<SKU> {
        guard !products.isEmpty else { return [] }
        return try await read("read which of these products were ordered") { db in
            let sorted = products.sorted()
            let rows = RawRows(db, columns: 1)
            var open: Set<SKU> = []
            for start in stride(from: 0, to: sorted.count, by: productsPerQuery) {
                let chunk = sorted[start..<min(start + productsPerQuery, sorted.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT sku FROM order_lines INDEXED BY order_lines_open
                        WHERE open > 0 AND sku IN (\(marks))
                        """
                )
                var walk = SKUWalk(chunk)
                try rows.withBound(walk.texts, walk.ranges[...], to: statement) {
                    while try rows.step(statement) { open.insert(walk.next(rows.columns[0])) }
                }
            }
            return open
        }
    }
}

extension Database {
    func apply(_ changes: LedgerChanges, at now: Timestamp) throws {
        for order in changes.orders { try upsert(order, at: now) }
        try confirm(changes.confirmed, at: now)
        try touch(changes.touched, at: now)
        try observe(changes.observed, at: now)
        for (number, order) in changes.acknowledged {
            try execute(
                cached: "UPDATE order_acknowledgements SET web_order = ? WHERE number = ?",
                arguments: [order.number, number]
            )
        }
        try keep(changes.parts)
        for (source, figures) in changes.held { try hold(figures, of: source) }
        for (source, time) in changes.figures { try noteFigures(of: ["": time], source) }
        for (source, skus) in changes.stated { try noteFigures(of: skus, source) }
        for (order, release) in changes.released {
            try execute(
                cached: "INSERT OR REPLACE INTO order_releases VALUES (?, ?, ?, ?)",
                arguments: [order.number, release.at.microseconds, release.who, release.reason]
            )
        }
        try apply(changes.exceptions, run: nil, at: now)
        if let cursor = changes.cursor {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            try set(.orderCursor, to: String(decoding: encoder.encode(cursor), as: UTF8.self))
        }
    }

    private func hold(_ figures: HeldFigures, of source: SourceID) throws {
        guard figures != .empty else {
            return try execute(
                cached: "DELETE FROM order_figures_held WHERE source = ?",
                arguments: [source.text]
            )
        }
        var times = figures.stated
        times[""] = figures.full
        try noteFigures(of: times, source, in: "order_figures_held")
    }

    /// Notes as of when a source has stated what was ordered of some SKUs; of the empty one, all of it.
    func noteFigures(
        of times: [SKU: Timestamp],
        _ source: SourceID,
        in table: String = "order_figures"
    ) throws {
        let newest = """
            ON CONFLICT(source, sku) DO UPDATE SET stated = excluded.stated WHERE excluded.stated > stated
            """
        var insert = BulkInsert(self, "INSERT INTO \(table)", columns: 3, tail: newest)
        // In the order of the table: after each other they are found in the same pages.
        for (sku, time) in times.sorted(byBytesOf: \.key) {
            insert.append(source.text)
            insert.append(sku.text)
            insert.append(time.microseconds)
            try insert.endRow()
        }
        try insert.flush()
    }

    private func upsert(_ order: LedgerOrder, at now: Timestamp) throws {
        try execute(
            cached: """
                INSERT INTO web_orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET
                    identifier = excluded.identifier, placed = excluded.placed, updated = excluded.updated,
                    status = excluded.status, customer_group = excluded.customer_group,
                    mark = excluded.mark, booked_at = excluded.booked_at, is_open = excluded.is_open
                """,
            arguments: [
                order.id.number, order.identifier, order.placed.microseconds, order.updated.microseconds,
                order.status, order.customerGroup, order.mark, order.bookedAt?.microseconds, order.isOpen,
                now.microseconds,
            ]
        )
        let insert = try cachedStatement(
            sql: """
                INSERT OR REPLACE INTO order_lines
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for line in order.lines {
            let values: [(any DatabaseValueConvertible)?] = [
                line.id.line, line.id.part, order.id.number, line.sku.text, line.unit.text,
                line.warehouse ?? "", line.ordered.millionths, line.kits?.millionths,
                line.placed.microseconds, line.youngUntil.microseconds, line.isSeen, line.taken.millionths,
                line.contained.millionths, line.isBooked, LedgerLine.Acknowledged.stored(line.acknowledged),
                line.ending?.rawValue, line.endedAt?.microseconds, line.open.millionths,
            ]
            try insert.execute(arguments: StatementArguments(values))
        }
    }

    private func confirm(_ orders: Set<OrderID>, at now: Timestamp) throws {
        let statement = try cachedStatement(sql: "UPDATE web_orders SET read_at = ? WHERE id = ?")
        for order in orders { try statement.execute(arguments: [now.microseconds, order.number]) }
    }

    /// Has the next run work out the stock that these products show.
    func touch(_ products: Set<SKU>, at now: Timestamp) throws {
        let statement = try cachedStatement(
            sql: """
                INSERT INTO moved_skus VALUES (?, ?)
                ON CONFLICT(sku) DO UPDATE SET at = max(at, excluded.at)
                """
        )
        for product in products.sorted() {
            try statement.execute(arguments: [product.text, now.microseconds])
        }
    }

    /// Levels with a write in flight or in question, or of which the shop has confirmed another value since.
    fileprivate func moved(_ levels: [ObservedLevel]) throws -> Set<LevelRow> {
        let statement = try cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM published WHERE level = ?1 AND quantity = ?2)
                    AND NOT EXISTS (SELECT 1 FROM claims WHERE level = ?1)
                    AND NOT EXISTS (SELECT 1 FROM questions WHERE level = ?1)
                """
        )
        var moved: Set<LevelRow> = []
        for level in levels {
            let arguments: StatementArguments = [level.row.number, level.last.millionths]
            let isStill = try Bool.fetchOne(statement, arguments: arguments) ?? false
            if !isStill { moved.insert(level.row) }
        }
        return moved
    }

    /// Takes what levels show as what the shop has confirmed.
    private func observe(_ levels: [ObservedLevel], at now: Timestamp) throws {
        guard !levels.isEmpty else { return }
        let statement = try cachedStatement(
            sql: """
                UPDATE published SET quantity = ?1, at = ?2
                WHERE level = ?3 AND quantity = ?4 AND quantity <> ?1
                """
        )
        var rows: [LevelRow] = []
        for level in levels {
            try statement.execute(
                arguments: [
                    level.shown.millionths, now.microseconds, level.row.number, level.last.millionths,
                ]
            )
            guard changesCount > 0 else { continue }
            rows.append(level.row)
            let (before, after) = (level.last.millionths, level.shown.millionths)
            try noteHistory(of: level.row.number, .observed, before: before, after: after, at: now)
        }
        try reconsider(rows, at: now)
    }
}
