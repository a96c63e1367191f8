import InventoryCore

/// Reads single rows with `RowReader`, the slow twin that defines what they mean.
final class CarefulRows {
    private var reader: RowReader
    private var finder: RowScanner
    let columns: FoundColumns

    struct Outcome {
        /// With lines that count from 1 at the first given byte.
        var accepted: [SourceRow] = []
        var rejected: [RejectedRow] = []
        var rows = 0
        var lines = 0
    }

    init(_ format: SnapshotFormat, columns: FoundColumns) throws(Fault) {
        self.columns = columns
        reader = try RowReader(format: format, columns: columns, line: 1)
        finder = RowScanner(dialect: format.dialect, columnsMax: format.limits.columnsMax)
    }

    /// Gives where the row that begins here ends, its line end included, or nothing if it is not complete.
    ///
    /// A carriage return as the very last byte may be the first half of a line end, so it completes nothing.
    func rowEnd(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        finder.startRow()
        let end = finder.scan(UnsafeBufferPointer(start: bytes, count: count), from: 0)
        finder.startRow()
        guard let end else { return nil }
        guard bytes[end] == 0x0D else { return end + 1 }
        guard end + 1 < count else { return nil }
        return bytes[end + 1] == 0x0A ? end + 2 : end + 1
    }

    /// Reads whole rows.
    func read(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Outcome {
        guard bytes[count - 1] != 0x0D else {
            // The reader would wait for a line feed after it, and take the one of a later empty line.
            var ended = Array(UnsafeBufferPointer(start: bytes, count: count))
            ended[count - 1] = 0x0A
            return try ended.withUnsafeBufferPointer { row in
                guard let base = row.baseAddress else { return Outcome() }
                return try read(base, count)
            }
        }
        var outcome = Outcome()
        let firstLine = reader.line
        let rowsBefore = reader.rowCount
        try reader.read(
            UnsafeRawBufferPointer(start: bytes, count: count),
            rows: { row in outcome.accepted.append(row.moved(toLine: row.line - firstLine + 1)) },
            rejected: { row in outcome.rejected.append(row.moved(toLine: row.line - firstLine + 1)) }
        )
        outcome.rows = reader.rowCount - rowsBefore
        outcome.lines = reader.line - firstLine
        return outcome
    }

    /// Reads the rest of the input, whose last row has no line end.
    ///
    /// - Throws: `Fault` with `ends_inside_row` where
    ///   the input was cut off; its line counts like a row's.
    func finish(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Outcome {
        var outcome = Outcome()
        let firstLine = reader.line
        let rowsBefore = reader.rowCount
        let accept = { (row: SourceRow) in
            outcome.accepted.append(row.moved(toLine: row.line - firstLine + 1))
        }
        let reject = { (row: RejectedRow) in
            outcome.rejected.append(row.moved(toLine: row.line - firstLine + 1))
        }
        do {
            try reader.read(
                UnsafeRawBufferPointer(start: bytes, count: count),
                rows: accept,
                rejected: reject
            )
            try reader.finish(rows: accept, rejected: reject)
        } catch let error as Fault {
            throw error.moved(toLine: (error.line ?? firstLine) - firstLine + 1)
        }
        outcome.rows = reader.rowCount - rowsBefore
        outcome.lines = reader.line - firstLine
        return outcome
    }
}

extension SourceRow {
    /// Gives the same with another line.
    func moved(toLine line: Int) -> SourceRow {
        SourceRow(
            line: line,
            key: key,
            onHand: onHand,
            committed: committed,
            unusable: unusable,
            asOf: asOf,
            writtenKey: writtenKey
        )
    }
}

extension Fault {
    /// Gives the same with another line.
    func moved(toLine line: Int) -> Fault {
        Fault(kind, code: code, place: place, message: message, hint: hint, line: line)
    }
}
