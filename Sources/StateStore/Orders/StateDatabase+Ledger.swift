import GRDB
package import InventoryCore

// Loading the parts of the order ledger that something is about to change in.
extension StateDatabase {
    /// Gives these orders as they are kept; those that are not in the ledger are missing.
    package func ledgerOrders(_ ids: some Collection<OrderID> & Sendable) async throws -> [LedgerOrder] {
        guard !ids.isEmpty else { return [] }
        return try await read("read web orders") { db in
            try ids.compactMap { try LedgerOrder.fetch(db, $0.number) }
        }
    }

    /// Gives the orders with lines of which a checkout may still take something, or may have taken it since
    /// their levels were last read.
    package func youngOrders() async throws -> [LedgerOrder] {
        try await read("read running checkouts") { db in
            let ids = try Int64.fetchAll(
                db,
                cached: """
                    SELECT DISTINCT web_order FROM order_lines INDEXED BY order_lines_young
                    WHERE young_until > 0
                    """
            )
            return try ids.compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives the products of lines whose checkouts have stopped counting as running between two times.
    package func outgrownProducts(after from: Timestamp, until now: Timestamp) async throws -> Set<SKU> {
        try await read("read checkouts that are over") { db in
            let skus = try String.fetchAll(
                db,
                cached: """
                    SELECT DISTINCT sku FROM order_lines INDEXED BY order_lines_young
                    WHERE young_until > 0 AND young_until > ? AND young_until <= ?
                        AND open > 0 AND taken < ordered
                    """,
                arguments: [from.microseconds, now.microseconds]
            )
            return Set(skus.map { SKU($0) })
        }
    }

    /// Gives the orders that count on some levels; a level of which the shop does not tell the warehouse is
    /// asked for without one.
    package func openOrders(on levels: some Collection<LevelKey> & Sendable) async throws -> [LedgerOrder] {
        guard !levels.isEmpty else { return [] }
        return try await read("read web orders by level") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT DISTINCT web_order FROM order_lines INDEXED BY order_lines_open
                    WHERE sku = ? AND open > 0 AND unit = ? AND warehouse = ?
                    """
            )
            var ids: Set<Int64> = []
            for level in levels {
                let arguments: StatementArguments = [level.sku.text, level.unit.text, level.warehouse ?? ""]
                ids.formUnion(try Int64.fetchAll(statement, arguments: arguments))
            }
            return try ids.sorted().compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives the orders of which something is acknowledged that no figure contains yet.
    package func acknowledgedOrders(limit: Int = .max) async throws -> [LedgerOrder] {
        try await read("read acknowledged orders") { db in
            let sql = """
                SELECT DISTINCT web_order FROM order_lines INDEXED BY order_lines_acknowledged
                WHERE acknowledged <> '' ORDER BY web_order LIMIT ?
                """
            return try Int64.fetchAll(db, cached: sql, arguments: [limit]).compactMap {
                try LedgerOrder.fetch(db, $0)
            }
        }
    }

    /// The same of those with a line of some products.
    package func acknowledgedOrders(of products: some Collection<SKU> & Sendable) async throws
        -> [LedgerOrder]
    {
        guard !products.isEmpty else { return [] }
        return try await read("read acknowledged orders by product") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT DISTINCT web_order FROM order_lines INDEXED BY order_lines_open
                    WHERE sku = ? AND open > 0 AND acknowledged <> ''
                    """
            )
            var ids: Set<Int64> = []
            for product in products {
                ids.formUnion(try Int64.fetchAll(statement, arguments: [product.text]))
            }
            return try ids.sorted().compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives open orders of which the ERP has said something, after an id, at most so many.
    package func statedOrders(after id: OrderID?, limit: Int) async throws -> [LedgerOrder] {
        try await read("read what was said of open orders") { db in
            try Int64.fetchAll(
                db,
                cached: """
                    SELECT id FROM web_orders o WHERE is_open AND id > ? AND EXISTS (
                        SELECT 1 FROM order_lines INDEXED BY order_lines_by_order
                        WHERE web_order = o.id AND (is_booked OR contained > 0 OR acknowledged <> ''))
                    ORDER BY id LIMIT ?
                    """,
                arguments: [id?.number ?? -1, limit]
            ).compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives open orders that nobody has acknowledged and that were placed before `placed`, oldest first.
    package func unacknowledgedOrders(placedBefore placed: Timestamp, limit: Int) async throws
        -> [LedgerOrder]
    {
        try await read("read unacknowledged orders") { db in
            try Int64.fetchAll(
                db,
                cached: """
                    SELECT id FROM web_orders WHERE is_open AND booked_at IS NULL AND placed < ?
                    ORDER BY placed, id LIMIT ?
                    """,
                arguments: [placed.microseconds, limit]
            ).compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives open orders that were placed before a time, oldest first.
    package func openOrders(placedBefore placed: Timestamp, limit: Int) async throws -> [LedgerOrder] {
        try await read("read old orders") { db in
            try Int64.fetchAll(
                db,
                cached: "SELECT id FROM web_orders WHERE is_open AND placed < ? ORDER BY placed, id LIMIT ?",
                arguments: [placed.microseconds, limit]
            ).compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives the open orders that were read longest ago, to ask whether they are still there.
    package func openOrders(readBefore: Timestamp, limit: Int) async throws -> [OrderID] {
        try await read("read which orders are open") { db in
            try Int64.fetchAll(
                db,
                cached: """
                    SELECT id FROM web_orders WHERE is_open AND read_at < ? ORDER BY read_at LIMIT ?
                    """,
                arguments: [readBefore.microseconds, limit]
            ).map { OrderID($0) }
        }
    }

    /// Gives open orders of which it is known that they have to be read again, whatever their times say.
    package func ordersToReadAgain(limit: Int) async throws -> [OrderID] {
        try await openOrders(readBefore: Timestamp(microseconds: 1), limit: limit)
    }

    /// Gives the orders that a name can mean: their identifier, or their id.
    package func orders(named name: String) async throws -> [LedgerOrder] {
        try await read("find an order") { db in
            var ids = try Int64.fetchAll(
                db,
                cached: "SELECT id FROM web_orders WHERE identifier = ? ORDER BY id LIMIT 10",
                arguments: [name]
            )
            if ids.isEmpty, let number = Int64(name) { ids = [number] }
            return try ids.compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }

    /// Gives open orders after an id, at most so many, in the order of their ids.
    package func openOrders(after id: OrderID?, limit: Int) async throws -> [LedgerOrder] {
        try await read("list open orders") { db in
            try Int64.fetchAll(
                db,
                cached: "SELECT id FROM web_orders WHERE is_open AND id > ? ORDER BY id LIMIT ?",
                arguments: [id?.number ?? -1, limit]
            ).compactMap { try LedgerOrder.fetch(db, $0) }
        }
    }
}

extension LedgerOrder {
    static func fetch(_ db: Database, _ id: Int64) throws -> LedgerOrder? {
        let row = try Row.fetchOne(
            db,
            cached: """
                SELECT identifier, placed, updated, status, customer_group, mark, booked_at
                FROM web_orders WHERE id = ?
                """,
            arguments: [id]
        )
        guard let row else { return nil }
        let lines = try Row.fetchAll(
            db,
            cached: """
                SELECT line, part, sku, unit, warehouse, ordered, kits, placed, young_until, taken, contained,
                    is_booked, acknowledged, ending, ended_at, is_seen
                FROM order_lines INDEXED BY order_lines_by_order WHERE web_order = ? ORDER BY line, part
                """,
            arguments: [id]
        ).map { try LedgerLine($0, of: OrderID(id)) }
        return LedgerOrder(
            id: OrderID(id),
            identifier: row[0],
            placed: Timestamp(microseconds: row[1]),
            updated: Timestamp(microseconds: row[2]),
            status: row[3],
            customerGroup: row[4],
            mark: row[5],
            bookedAt: (row[6] as Int64?).map(Timestamp.init(microseconds:)),
            lines: lines
        )
    }
}

extension LedgerLine {
    fileprivate init(_ row: Row, of order: OrderID) throws {
        let warehouse: String = row[4]
        self.init(
            id: ID(line: row[0], part: row[1]),
            order: order,
            sku: SKU(row[2]),
            unit: StockUnit(row[3]),
            warehouse: warehouse.isEmpty ? nil : warehouse,
            ordered: Quantity(millionths: row[5]),
            kits: (row[6] as Int64?).map(Quantity.init(millionths:)),
            placed: Timestamp(microseconds: row[7]),
            youngUntil: Timestamp(microseconds: row[8])
        )
        taken = Quantity(millionths: row[9])
        contained = Quantity(millionths: row[10])
        isBooked = row[11]
        acknowledged = try Acknowledged.parts(stored: row[12])
        if let text: String = row[13] {
            guard let ending = Ending(rawValue: text) else { throw Fault.damaged("the ending “\(text)”") }
            self.ending = ending
        }
        endedAt = (row[14] as Int64?).map(Timestamp.init(microseconds:))
        isSeen = row[15]
    }
}

extension LedgerLine.Acknowledged {
    /// One part a line: quantity, time, and the source, which may be missing.
    static func stored(_ parts: [LedgerLine.Acknowledged]) -> String {
        parts.map { "\($0.quantity.millionths) \($0.at.microseconds) \($0.source?.text ?? "")" }
            .joined(separator: "\n")
    }

    static func parts(stored text: String) throws -> [LedgerLine.Acknowledged] {
        try text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let quantity = Int64(fields[0]), let at = Int64(fields[1]) else {
                throw Fault.damaged("what was acknowledged, “\(line)”")
            }
            return LedgerLine.Acknowledged(
                quantity: Quantity(millionths: quantity),
                at: Timestamp(microseconds: at),
                source: fields[2].isEmpty ? nil : SourceID(String(fields[2]))
            )
        }
    }
}
