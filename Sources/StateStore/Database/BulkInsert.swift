import GRDB

/// Inserts many rows with each statement, so that they share its cost.
struct BulkInsert {
    private let db: Database
    private let head: String
    private let columns: Int
    private let tail: String
    private var values: [DatabaseValue] = []
    private(set) var rows = 0

    /// Rows of one statement: more gain nothing that can be measured, and 64 × 7 values are far below
    /// SQLite's limit of 32,766.
    private static let rowsPerStatement = 64

    /// Takes the statement up to `VALUES`, such as `INSERT INTO wished`, and what follows the values.
    init(_ db: Database, _ head: String, columns: Int, tail: String = "") {
        self.db = db
        self.head = head
        self.columns = columns
        self.tail = tail
        values.reserveCapacity(columns * BulkInsert.rowsPerStatement)
    }

    mutating func append(_ value: some DatabaseValueConvertible) {
        values.append(value.databaseValue)
    }

    mutating func endRow() throws {
        rows += 1
        if values.count == columns * BulkInsert.rowsPerStatement { try flush() }
    }

    /// Inserts the rows held back; without it they are lost.
    mutating func flush() throws {
        guard !values.isEmpty else { return }
        let row = "(" + Array(repeating: "?", count: columns).joined(separator: ",") + ")"
        let all = Array(repeating: row, count: values.count / columns).joined(separator: ",")
        let statement = try db.cachedStatement(sql: "\(head) VALUES \(all) \(tail)")
        try statement.execute(arguments: StatementArguments(values))
        values.removeAll(keepingCapacity: true)
    }
}
