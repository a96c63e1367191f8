import CSQLite
import GRDB
import InventoryCore

/// Reads levels through prepared statements; hot (`PipelineBenchmarks`).
///
/// Values come straight from SQLite: a `Row` and a value for each column took a quarter of the time. What is
/// the same text as before stays the same `String`.
struct LevelReader {
    private let rows: RawRows
    private var unit = LastText()
    private var warehouse = LastText()
    private(set) var levels: [StoredLevel] = []

    init(_ db: Database, capacity: Int = 0) {
        rows = RawRows(db, columns: 12)
        levels.reserveCapacity(capacity)
    }

    /// Reads what a statement of `StoredLevel.query` gives.
    ///
    /// - Throws: `DatabaseError`, or `CancellationError`.
    mutating func read(_ statement: Statement, _ arguments: StatementArguments) throws {
        try statement.setArguments(arguments)
        defer { rows.end(statement) }
        while try rows.step(statement) { levels.append(level(of: SKU(rows.columns[1].string))) }
    }

    /// The same for a statement that takes as many SKUs as are given.
    mutating func read(_ statement: Statement, of skus: ArraySlice<SKU>) throws {
        var walk = SKUWalk(skus)
        try rows.withBound(walk.texts, walk.ranges[...], to: statement) {
            while try rows.step(statement) {
                let sku = walk.next(rows.columns[1])
                levels.append(level(of: sku))
            }
        }
    }

    /// The same for a statement that takes the first and the last SKU and gives all levels between them in
    /// byte order; `skus` are in that order, too.
    ///
    /// - Returns: false where more than `rowsMax` levels lie between them; then none of them is read.
    mutating func read(
        between statement: Statement,
        of skus: ArraySlice<SKU>,
        rowsMax: Int
    ) throws -> Bool {
        var walk = SKUWalk(skus)
        guard let first = walk.ranges.first, let last = walk.ranges.last else { return true }
        let before = levels.count
        var count = 0
        try rows.withBound(walk.texts, [first, last], to: statement) {
            while count <= rowsMax, try rows.step(statement) {
                count += 1
                guard let sku = walk.sought(rows.columns[1]) else { continue }
                levels.append(level(of: sku))
            }
        }
        guard count > rowsMax else { return true }
        levels.removeLast(levels.count - before)
        return false
    }

    /// The level of the present row; the columns are those of `StoredLevel.query`.
    private mutating func level(of sku: SKU) -> StoredLevel {
        let columns = rows.columns
        let state = columns[9].number.flatMap { EntryState(rawValue: Int($0)) }
        let wish = columns[8].quantity.map { StoredLevel.PendingWish($0, state?.standing ?? .claimed) }
        return StoredLevel(
            row: LevelRow(columns[0].integer),
            key: LevelKey(
                sku: sku,
                unit: StockUnit(unit.text(columns[2])),
                warehouse: columns[3].bytes == 0 ? nil : warehouse.text(columns[3])
            ),
            id: columns[4].is_null == 1 ? nil : LevelID(columns[4].string),
            precision: columns[5].number.map { Int($0) },
            isPrimaryUnit: columns[6].integer != 0,
            conversionRate: columns[11].quantity,
            published: columns[7].quantity,
            wish: wish,
            isOurs: wish != nil || columns[10].integer != 0
        )
    }
}

extension StoredLevel {
    /// What `LevelReader` reads.
    static let query = """
        SELECT l.id, l.sku, l.unit, l.warehouse, l.level_id, l.precision, l.is_primary,
            p.quantity, ifnull(o.quantity, c.quantity), o.state, p.at IS NOT NULL, l.rate
        FROM levels l
        LEFT JOIN published p ON p.level = l.id
        LEFT JOIN outbox o ON o.level = l.id
        LEFT JOIN claims c ON c.level = l.id
        """
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
