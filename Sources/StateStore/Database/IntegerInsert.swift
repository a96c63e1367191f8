import CSQLite
import GRDB

/// Fills a table of integers, a third faster than `BulkInsert`, whose values are wrapped and unwrapped one by
/// one (benchmark `PipelineBenchmarks`, wishes into the outbox).
struct IntegerInsert {
    private let db: Database
    private let statement: Statement
    private let columns: Int
    private var values: [Int64] = []

    /// Rows held back until they are inserted together: 64 kB of them with eight columns.
    private static let rowsMax = 1024

    /// Takes the statement up to `VALUES`, such as `INSERT INTO wished`; GRDB's observers miss the rows.
    init(_ db: Database, _ head: String, columns: Int) throws {
        self.db = db
        self.columns = columns
        let marks = Array(repeating: "?", count: columns).joined(separator: ",")
        statement = try db.cachedStatement(sql: "\(head) VALUES (\(marks))")
        values.reserveCapacity(columns * IntegerInsert.rowsMax)
    }

    mutating func append(_ value: Int64) {
        values.append(value)
    }

    mutating func endRow() throws {
        if values.count == columns * IntegerInsert.rowsMax { try flush() }
    }

    /// Inserts the rows held back; without it they are lost.
    ///
    /// - Throws: `DatabaseError`, as any statement that fails.
    mutating func flush() throws {
        let count = values.count / columns
        let done = sqlite_run_integer_rows(
            UnsafeMutableRawPointer(statement.sqliteStatement),
            values,
            count,
            Int32(columns)
        )
        values.removeAll(keepingCapacity: true)
        guard done == count else {
            throw DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
        }
    }
}

extension Database {
    /// Looks up an integer for each key by a statement that takes one; nothing where it finds no row.
    ///
    /// - Throws: `DatabaseError`, as any statement that fails.
    func integers(_ statement: Statement, of keys: [Int64]) throws -> [Int64?] {
        var found = [Int64](repeating: 0, count: keys.count)
        var isFound = [UInt8](repeating: 0, count: keys.count)
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        guard sqlite_look_up_integers(raw, keys, keys.count, &found, &isFound) == keys.count else {
            throw DatabaseError(resultCode: lastErrorCode, message: lastErrorMessage)
        }
        return zip(found, isFound).map { $1 == 1 ? $0 : nil }
    }

    /// Looks up an integer for each blob by a statement that takes an integer and a blob; nothing where it
    /// finds no row.
    ///
    /// - Throws: `DatabaseError`, as any statement that fails.
    func integers(
        _ statement: Statement,
        of first: Int64,
        _ blobs: some Sequence<[UInt8]>
    ) throws -> [Int64?] {
        var (keys, ends): ([UInt8], [Int64]) = ([], [])
        for blob in blobs {
            keys.append(contentsOf: blob)
            ends.append(Int64(keys.count))
        }
        var found = [Int64](repeating: 0, count: ends.count)
        var isFound = [UInt8](repeating: 0, count: ends.count)
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        let done = sqlite_look_up_blobs(raw, first, keys, ends, ends.count, &found, &isFound)
        guard done == ends.count else {
            throw DatabaseError(resultCode: lastErrorCode, message: lastErrorMessage)
        }
        return zip(found, isFound).map { $1 == 1 ? $0 : nil }
    }
}
