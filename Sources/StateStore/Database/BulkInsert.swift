import CSQLite
import GRDB

/// Inserts many rows through one statement.
///
/// Values wait as SQLite takes them: wrapped and unwrapped one by one they took half of the time in which
/// events are received (benchmark `ServiceBenchmarks`, arrays).
struct BulkInsert {
    private let db: Database
    private let sql: String
    private let columns: Int
    private var cells: [sqlite_cell] = []
    /// What the texts and blobs of the rows held back consist of.
    private var bytes: [UInt8] = []
    private(set) var rows = 0

    /// Rows held back until they are inserted together.
    private static let rowsMax = 256

    /// Takes the statement up to `VALUES`, such as `INSERT INTO wished`, and what follows the values; GRDB's
    /// observers miss the rows.
    init(_ db: Database, _ head: String, columns: Int, tail: String = "") {
        self.db = db
        self.columns = columns
        sql = "\(head) VALUES (\(Array(repeating: "?", count: columns).joined(separator: ","))) \(tail)"
    }

    mutating func append(_ value: Int64?) {
        guard let value else { return cells.append(sqlite_cell()) }
        cells.append(sqlite_cell(value: value, bytes: 0, kind: Int32(sqlite_cell_integer)))
    }

    mutating func append(_ value: Int?) { append(value.map(Int64.init)) }

    mutating func append(_ value: Bool) { append(Int64(value ? 1 : 0)) }

    mutating func append(_ text: String?) {
        guard let text else { return cells.append(sqlite_cell()) }
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        append(from: start, sqlite_cell_text)
    }

    mutating func append(_ blob: [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: blob)
        append(from: start, sqlite_cell_blob)
    }

    private mutating func append(from start: Int, _ kind: some BinaryInteger) {
        let count = Int32(clamping: bytes.count - start)
        cells.append(sqlite_cell(value: Int64(start), bytes: count, kind: Int32(kind)))
    }

    mutating func endRow() throws {
        rows += 1
        if cells.count == columns * BulkInsert.rowsMax { try flush() }
    }

    /// Inserts the rows held back; without it they are lost.
    ///
    /// - Throws: `DatabaseError`, as any statement that fails.
    mutating func flush() throws {
        guard !cells.isEmpty else { return }
        let statement = try db.cachedStatement(sql: sql)
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        let count = cells.count / columns
        let done = sqlite_run_rows(raw, cells, bytes, count, Int32(columns))
        cells.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        guard done == count else {
            throw DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
        }
    }
}
