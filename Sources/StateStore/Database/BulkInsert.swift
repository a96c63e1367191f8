import GRDB

/// Fills a table with many rows a statement, so that the cost of a statement is shared.
struct BulkInsert {
    private let db: Database
    private let head: String
    private let columns: Int
    private var values: [DatabaseValue] = []
    private(set) var rows = 0

    /// Rows of one statement: beyond it the gain is within the noise, and 64 × 7 is far below SQLite's
    /// 32,766.
    private static let rowsPerStatement = 64

    /// Takes the statement up to `VALUES`, such as `INSERT INTO wished`.
    init(_ db: Database, _ head: String, columns: Int) {
        self.db = db
        self.head = head
        self.columns = columns
        values.reserveCapacity(columns * BulkInsert.rowsPerStatement)
    }

    mutating func append(_ value: some DatabaseValueConvertible) {
        values.append(value.databaseValue)
    }

    mutating func endRow() throws {
        rows += 1
        if values.count == columns * BulkInsert.rowsPerStatement { try flush() }
    }

    /// Sends what is left; the caller does not forget it.
    mutating func flush() throws {
        guard !values.isEmpty else { return }
        let row = "(" + Array(repeating: "?", count: columns).joined(separator: ",") + ")"
        let all = Array(repeating: row, count: values.count / columns).joined(separator: ",")
        let statement = try db.cachedStatement(sql: "\(head) VALUES \(all)")
        try statement.execute(arguments: StatementArguments(values))
        values.removeAll(keepingCapacity: true)
    }
}
