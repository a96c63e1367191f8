import GRDB
import InventoryCore

/// What the database has of the history, because no file has it yet.
struct HistoryPending {
    private let db: Database

    init(_ db: Database) {
        self.db = db
    }

    /// How much waits, with the first and last numbers of it.
    struct Extent {
        var levels = 0
        var stocks = 0
        var acts = 0
        var oldest: Timestamp?

        var entries: Int { levels + stocks }
    }

    func extent() throws -> Extent {
        var extent = Extent()
        let levels = "SELECT min(number), max(number), min(at) FROM history_levels"
        if let row = try Row.fetchOne(db, cached: levels), let first = row[0] as Int64? {
            extent.levels = Int((row[1] as Int64) - first) + 1
            extent.oldest = Timestamp(microseconds: row[2])
        }
        extent.stocks = try Int.fetchOne(db, cached: "SELECT total(count) FROM history_stocks") ?? 0
        let acts = "SELECT min(number), max(number), min(at) FROM history_acts"
        if let row = try Row.fetchOne(db, cached: acts), let first = row[0] as Int64? {
            extent.acts = Int((row[1] as Int64) - first) + 1
            let at = Timestamp(microseconds: row[2])
            extent.oldest = min(extent.oldest ?? at, at)
        }
        return extent
    }

    /// What waits of one SKU, stock and levels each in the order in which they came.
    func entries(of sku: SKU) throws -> [HistoryEntry] {
        try merged(stocks(of: sku), levels(of: sku))
    }

    private func stocks(of sku: SKU) throws -> [HistoryEntry] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT s.block, a.at, s.act FROM history_stocks s
                    LEFT JOIN history_acts a ON a.number = s.act
                    WHERE s.first <= ?1 AND s.last >= ?1 ORDER BY s.number
                    """
            ),
            arguments: [sku.text]
        )
        var entries: [HistoryEntry] = []
        while let row = try rows.next() {
            var reader = try HistoryPending.reader(row)
            while let entry = try reader.next(), !(sku < entry.sku) {
                if entry.sku == sku { entries.append(entry) }
            }
        }
        return entries
    }

    private func levels(of sku: SKU) throws -> [HistoryEntry] {
        try levels(
            """
            WHERE h.level IN (
                SELECT id FROM levels WHERE sku = ?1 AND stock IS NULL
                UNION ALL SELECT id FROM levels INDEXED BY levels_by_stock
                    WHERE stock IS NOT NULL AND stock = ?1)
            ORDER BY h.number
            """,
            [sku.text]
        )
    }

    // MARK: all of it, part by part

    /// What waits of the stock of all SKUs, by SKU and in the order in which it came.
    func stocks() throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        try forEachBlock(of: 0...Int64.max) { block in
            var reader = block
            while let entry = try reader.next() { entries.append(entry) }
        }
        return entries.sorted(byBytesOf: \.sku)
    }

    /// The stock of the acts up to a number, in the order of the acts; each block is of one act.
    func forEachBlock(of acts: ClosedRange<Int64>, _ body: (HistoryBlockReader) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT s.block, a.at, s.act FROM history_stocks s
                    LEFT JOIN history_acts a ON a.number = s.act
                    WHERE s.act BETWEEN ? AND ? ORDER BY s.number
                    """
            ),
            arguments: [acts.lowerBound, acts.upperBound]
        )
        while let row = try rows.next() { try body(try HistoryPending.reader(row)) }
    }

    /// The changes of levels up to a number, in their order.
    func levels(through number: Int64) throws -> [HistoryEntry] {
        try levels("WHERE h.number <= ? ORDER BY h.number", [number])
    }

    /// The acts of these numbers, in their order.
    func acts(_ numbers: ClosedRange<Int64>) throws -> [HistoryAct] {
        try Row.fetchAll(
            db,
            cached: "\(HistoryAct.query) WHERE number BETWEEN ? AND ? ORDER BY number",
            arguments: [numbers.lowerBound, numbers.upperBound]
        ).map { try HistoryAct($0) }
    }

    private static func reader(_ row: Row) throws -> HistoryBlockReader {
        let at = Timestamp(microseconds: row[1] as Int64? ?? 0)
        return try HistoryStocks.reader([UInt8](blob: row[0]), at: at, act: row[2])
    }

    private func levels(_ condition: String, _ arguments: StatementArguments) throws -> [HistoryEntry] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT l.sku, l.unit, l.warehouse, l.stock, h.at, h.kind, h.before, h.after, h.refusal,
                        h.act
                    FROM history_levels h CROSS JOIN levels l ON l.id = h.level \(condition)
                    """
            ),
            arguments: arguments
        )
        var entries: [HistoryEntry] = []
        while let row = try rows.next() { entries.append(try HistoryEntry(row)) }
        return entries
    }
}

/// Puts the states of stock and the changes of levels together by time; each of them keeps its order.
func merged(_ stocks: [HistoryEntry], _ levels: [HistoryEntry]) -> [HistoryEntry] {
    guard !levels.isEmpty else { return stocks }
    var entries: [HistoryEntry] = []
    entries.reserveCapacity(stocks.count + levels.count)
    var next = 0
    for stock in stocks {
        while next < levels.count, levels[next].at < stock.at {
            entries.append(levels[next])
            next += 1
        }
        entries.append(stock)
    }
    entries += levels[next...]
    return entries
}

extension HistoryEntry {
    fileprivate init(_ row: Row) throws {
        let key = LevelKey(row, at: 0)
        let (number, refusal): (UInt8, String?) = (row[5], row[8])
        guard let kind = HistoryLevel.Kind(rawValue: number) else {
            throw Fault.damaged("a change of a level of the kind \(number)")
        }
        let level = HistoryLevel(
            key: key,
            kind: kind,
            before: (row[6] as Int64?).map(Quantity.init(millionths:)),
            after: (row[7] as Int64?).map(Quantity.init(millionths:)),
            refusal: refusal.flatMap(Receipt.Refusal.init(rawValue:))
        )
        self.init(
            sku: (row[3] as String?).map { SKU($0) } ?? key.sku,
            at: Timestamp(microseconds: row[4]),
            act: row[9],
            event: .level(level)
        )
    }
}

extension HistoryAct {
    fileprivate static let query = """
        SELECT number, kind, at, run, source, delivery, as_of, rules, plan, reverts, who, reason,
            is_whole, is_first
        FROM history_acts
        """

    fileprivate init(_ row: Row) throws {
        let number: UInt8 = row[1]
        guard let kind = Kind(rawValue: number) else { throw Fault.damaged("an act of the kind \(number)") }
        self.init(number: row[0], kind: kind, at: Timestamp(microseconds: row[2]))
        run = (row[3] as String?).map { RunID($0) }
        source = (row[4] as String?).map { SourceID($0) }
        delivery = row[5]
        asOf = (row[6] as Int64?).map(Timestamp.init(microseconds:))
        rulesVersion = row[7]
        planDigest = row[8]
        reverts = (row[9] as String?).map { RunID($0) }
        who = row[10]
        reason = row[11]
        isWhole = row[12]
        isFirst = row[13]
    }
}
