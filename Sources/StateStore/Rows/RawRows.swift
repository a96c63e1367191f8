import CSQLite
import GRDB

/// Steps through a prepared statement whose values come straight from SQLite; hot (`PipelineBenchmarks`).
///
/// A `Row` and a value for each column took a quarter of the time in which levels are read.
final class RawRows {
    private let db: Database
    /// The values of the present row; texts last until the next `step`.
    @exclusivity(unchecked) private(set) var columns: [sqlite_value]

    init(_ db: Database, columns count: Int) {
        self.db = db
        columns = Array(repeating: sqlite_value(), count: count)
    }

    /// Gives whether there is another row, whose values `columns` has then.
    ///
    /// - Throws: `DatabaseError`, or `CancellationError`.
    func step(_ statement: Statement) throws -> Bool {
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        let found = sqlite_next_row(raw, &columns, Int32(columns.count))
        guard found >= 0 else {
            // Nothing but the end of the task interrupts a reader.
            throw db.lastErrorCode.primaryResultCode == .SQLITE_INTERRUPT ? CancellationError() : failure
        }
        return found == 1
    }

    func end(_ statement: Statement) {
        sqlite_end_rows(UnsafeMutableRawPointer(statement.sqliteStatement))
    }

    /// Calls the body with texts bound to a statement, which reads them where they are, and ends it.
    func withBound(
        _ texts: [UInt8],
        _ ranges: ArraySlice<Range<Int>>,
        to statement: Statement,
        _ body: () throws -> Void
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
            try body()
        }
    }

    private var failure: any Error {
        DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
    }
}
