import CSQLite
import GRDB
import Glibc
import InventoryCore

/// Reads levels through prepared statements; hot (`PipelineBenchmarks`).
///
/// Values come straight from SQLite: a `Row` and a value for each column took a quarter of the time. What is
/// the same text as before stays the same `String`.
struct LevelReader {
    private let db: Database
    private var columns = [sqlite_value](repeating: sqlite_value(), count: LevelReader.columnCount)
    private var unit = LastText()
    private var warehouse = LastText()
    private(set) var levels: [StoredLevel] = []

    private static let columnCount = 12

    init(_ db: Database, capacity: Int = 0) {
        self.db = db
        levels.reserveCapacity(capacity)
    }

    /// Reads what a statement of `StoredLevel.query` gives.
    ///
    /// - Throws: `DatabaseError`, or `CancellationError`.
    mutating func read(_ statement: Statement, _ arguments: StatementArguments) throws {
        try statement.setArguments(arguments)
        defer { end(statement) }
        while try step(statement) { levels.append(level(of: SKU(columns[1].string))) }
    }

    /// The same for a statement that takes as many SKUs as are given.
    mutating func read(_ statement: Statement, of skus: ArraySlice<SKU>) throws {
        var walk = SKUWalk(skus)
        try withBound(walk.texts, walk.ranges[...], to: statement) { reader in
            while try reader.step(statement) {
                let sku = walk.next(reader.columns[1])
                reader.levels.append(reader.level(of: sku))
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
        var rows = 0
        try withBound(walk.texts, [first, last], to: statement) { reader in
            while rows <= rowsMax, try reader.step(statement) {
                rows += 1
                guard let sku = walk.sought(reader.columns[1]) else { continue }
                reader.levels.append(reader.level(of: sku))
            }
        }
        guard rows > rowsMax else { return true }
        levels.removeLast(levels.count - before)
        return false
    }

    /// Calls the body with texts bound to a statement, which reads them where they are.
    private mutating func withBound(
        _ texts: [UInt8],
        _ ranges: ArraySlice<Range<Int>>,
        to statement: Statement,
        _ body: (inout LevelReader) throws -> Void
    ) throws {
        try texts.withUnsafeBufferPointer { texts in
            defer { end(statement) }
            let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
            for (place, range) in ranges.enumerated() {
                let text = texts.baseAddress.map { $0 + range.lowerBound }
                guard sqlite_bind_lasting_text(raw, Int32(place + 1), text, range.count) == 1 else {
                    throw failure
                }
            }
            try body(&self)
        }
    }

    /// Gives whether there is another row, whose values `columns` has then.
    private mutating func step(_ statement: Statement) throws -> Bool {
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        let found = sqlite_next_row(raw, &columns, Int32(LevelReader.columnCount))
        guard found >= 0 else {
            // Nothing but the end of the task interrupts a reader.
            throw db.lastErrorCode.primaryResultCode == .SQLITE_INTERRUPT ? CancellationError() : failure
        }
        return found == 1
    }

    private func end(_ statement: Statement) {
        sqlite_end_rows(UnsafeMutableRawPointer(statement.sqliteStatement))
    }

    private var failure: any Error {
        DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
    }

    /// The level of the present row; the columns are those of `StoredLevel.query`.
    private mutating func level(of sku: SKU) -> StoredLevel {
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

/// Names rows by the SKUs that were asked for, as long as they come in the same order.
private struct SKUWalk {
    private let skus: ArraySlice<SKU>
    /// The bytes of all SKUs, one behind the other, and which of them are whose.
    private(set) var texts: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []
    private var place = 0

    init(_ skus: ArraySlice<SKU>) {
        self.skus = skus
        ranges.reserveCapacity(skus.count)
        for sku in skus {
            let start = texts.count
            texts.append(contentsOf: sku.text.utf8)
            ranges.append(start..<texts.count)
        }
    }

    /// Gives the SKU of the next row; of one that comes out of turn a new one.
    mutating func next(_ value: sqlite_value) -> SKU {
        while place < ranges.count {
            if order(against: value) == 0 { return skus[skus.startIndex + place] }
            place += 1
        }
        return SKU(value.string)
    }

    /// Gives the SKU of the next row where it was asked for; SKUs and rows are both in byte order.
    mutating func sought(_ value: sqlite_value) -> SKU? {
        while place < ranges.count {
            let order = order(against: value)
            if order == 0 { return skus[skus.startIndex + place] }
            if order > 0 { return nil }
            place += 1
        }
        return nil
    }

    /// Less than 0 where the present SKU sorts before a text, more than 0 where it sorts after it.
    private func order(against value: sqlite_value) -> Int {
        texts.withUnsafeBufferPointer { value.order(of: UnsafeBufferPointer(rebasing: $0[ranges[place]])) }
    }
}

/// A text that mostly is the one before.
private struct LastText {
    private var last = ""

    mutating func text(_ value: sqlite_value) -> String {
        if last.withUTF8({ value.order(of: $0) }) == 0 { return last }
        last = value.string
        return last
    }
}

extension sqlite_value {
    fileprivate var number: Int64? { is_null == 1 ? nil : integer }

    fileprivate var quantity: Quantity? { number.map(Quantity.init(millionths:)) }

    fileprivate var string: String {
        String(decoding: UnsafeBufferPointer(start: text, count: Int(bytes)), as: UTF8.self)
    }

    /// How another text sorts against this one: less than 0 where it comes first.
    fileprivate func order(of other: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(other.count, Int(bytes))
        if shared > 0, let text, let base = other.baseAddress {
            let order = memcmp(base, text, shared)
            if order != 0 { return Int(order) }
        }
        return other.count - Int(bytes)
    }
}
