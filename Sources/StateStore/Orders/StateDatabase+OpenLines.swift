import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives what counts of web orders for some products, as lines by product.
    ///
    /// - Parameters:
    ///   - products: the products; sorted ones are read faster.
    ///   - namesGroups: whether it matters whose customers have ordered.
    ///   - now: our time, which says whose checkouts may still be running.
    /// - Returns: the lines by product; products without any are missing.
    /// - Throws: `Fault`.
    package func openLines(
        of products: [SKU],
        namesGroups: Bool = true,
        at now: Timestamp
    ) async throws -> [SKU: [OpenLine]] {
        guard !products.isEmpty else { return [:] }
        return try await read("read what was ordered") { db in
            let some = "SELECT EXISTS (SELECT 1 FROM order_lines WHERE open > 0)"
            guard try Bool.fetchOne(db, cached: some) == true else { return [:] }
            var lines: [SKU: [OpenLine]] = [:]
            for start in stride(from: 0, to: products.count, by: productsPerQuery) {
                let chunk = products[start..<min(start + productsPerQuery, products.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(sql: OpenLine.query(of: marks, namesGroups))
                let rows = try Row.fetchCursor(statement, arguments: StatementArguments(chunk.map(\.text)))
                while let row = try rows.next() {
                    let line = OpenLine(row, at: now)
                    lines[line.level.sku, default: []].append(line)
                }
            }
            return lines
        }
    }

    /// Gives how the order ledger stands as a whole.
    package func orderStanding() async throws -> OrderStanding {
        try await read("count web orders") { db in
            let row = try Row.fetchOne(
                db,
                cached: """
                    SELECT count(*), min(placed),
                        count(iif(booked_at IS NULL, 1, NULL)), min(iif(booked_at IS NULL, placed, NULL))
                    FROM web_orders WHERE is_open
                    """
            )
            let lines = try Int.fetchOne(db, cached: "SELECT count(*) FROM order_lines WHERE open > 0")
            var standing = OrderStanding()
            standing.orders = row?[0] ?? 0
            standing.lines = lines ?? 0
            standing.oldest = (row?[1] as Int64?).map(Timestamp.init(microseconds:))
            standing.unacknowledged = row?[2] ?? 0
            standing.oldestUnacknowledged = (row?[3] as Int64?).map(Timestamp.init(microseconds:))
            return standing
        }
    }
}

/// Products asked with one statement; its text is the same for all full chunks, so it is prepared once.
private let productsPerQuery = 500

/// How many web orders the ERP does not know yet, and since when.
package struct OrderStanding: Hashable, Sendable {
    package var orders = 0
    package var lines = 0
    /// When the oldest of them was placed.
    package var oldest: Timestamp?
    /// Those that nobody has acknowledged.
    package var unacknowledged = 0
    package var oldestUnacknowledged: Timestamp?

    package init() {}
}

extension OpenLine {
    /// All of it is in one index; a name of a group costs another look-up.
    fileprivate static func query(of marks: String, _ namesGroups: Bool) -> String {
        let group = namesGroups ? "(SELECT customer_group FROM web_orders WHERE id = l.web_order)" : "NULL"
        return """
            SELECT l.web_order, l.sku, l.unit, l.warehouse, l.open, l.ordered - l.taken, l.young_until,
                l.is_seen, \(group)
            FROM order_lines l INDEXED BY order_lines_open WHERE l.open > 0 AND l.sku IN (\(marks))
            """
    }

    /// By the rules of `LedgerLine.pending`.
    fileprivate init(_ row: Row, at now: Timestamp) {
        let isYoung = now.microseconds < row[6] as Int64
        self.init(
            order: OrderID(row[0]),
            level: LevelKey(row, at: 1),
            customerGroup: row[8],
            open: Quantity(millionths: row[4]),
            pending: isYoung ? Quantity(millionths: max(0, row[5])) : .zero,
            isSeen: row[7]
        )
    }
}
