import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives the kept rejected rows of a run, in the order of the snapshot.
    package func rejectedRows(of run: RunID, limit: Int = Acceptance.rejectedRowsMax) async throws
        -> [RejectedRow]
    {
        try await read("read the rejected rows") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT line, lines, column_name, reason, message, bytes, sku, location, unit, bin
                    FROM rejected_rows
                    WHERE run = (SELECT number FROM runs WHERE id = ?) ORDER BY place LIMIT ?
                    """,
                arguments: [run.text, limit]
            )
            return try rows.map { try RejectedRow($0) }
        }
    }
}

extension RejectedRow {
    fileprivate init(_ row: Row) throws {
        let reason: String = row[3]
        guard let known = Reason(rawValue: reason) else {
            throw Fault.damaged("the rejection reason “\(reason)”")
        }
        let key = (row[6] as String?).map { sku in
            PositionKey(
                sku: SKU(sku),
                location: Location(row[7]),
                unit: StockUnit(row[8]),
                bin: Bin(row[9])
            )
        }
        self.init(
            line: row[0],
            lines: row[1],
            column: row[2],
            reason: known,
            message: row[4],
            bytes: [UInt8](blob: row[5]),
            key: key
        )
    }
}
