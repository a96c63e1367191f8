import CSQLite
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
            var reader = OpenLineReader(db, at: now, products: products.count)
            for start in stride(from: 0, to: products.count, by: productsPerQuery) {
                let chunk = products[start..<min(start + productsPerQuery, products.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                try reader.read(db.cachedStatement(sql: OpenLine.query(of: marks, namesGroups)), of: chunk)
            }
            return reader.lines
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
let productsPerQuery = 500

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
}

/// Reads what `OpenLine.query` gives, through prepared statements.
private struct OpenLineReader {
    private let now: Timestamp
    private let rows: RawRows
    private var unit = LastText()
    private var warehouse = LastText()
    private var group = LastText()
    private(set) var lines: [SKU: [OpenLine]] = [:]

    init(_ db: Database, at now: Timestamp, products: Int) {
        self.now = now
        lines.reserveCapacity(products)
        rows = RawRows(db, columns: 9)
    }

    mutating func read(_ statement: Statement, of products: ArraySlice<SKU>) throws {
        var walk = SKUWalk(products)
        try rows.withBound(walk.texts, walk.ranges[...], to: statement) {
            while try rows.step(statement) {
                let line = line(of: walk.next(rows.columns[1]))
                lines[line.level.sku, default: []].append(line)
            }
        }
    }

    /// The line of the present row, by the rules of `LedgerLine.pending`.
    private mutating func line(of sku: SKU) -> OpenLine {
        let columns = rows.columns
        let isYoung = now.microseconds < columns[6].integer
        return OpenLine(
            order: OrderID(columns[0].integer),
            level: LevelKey(
                sku: sku,
                unit: StockUnit(unit.text(columns[2])),
                warehouse: columns[3].bytes == 0 ? nil : warehouse.text(columns[3])
            ),
            customerGroup: columns[8].is_null == 1 ? nil : group.text(columns[8]),
            open: Quantity(millionths: columns[4].integer),
            pending: isYoung ? Quantity(millionths: max(0, columns[5].integer)) : .zero,
            isSeen: columns[7].integer != 0
        )
    }
}
