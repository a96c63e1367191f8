import InventoryCore

/// How the rows after the head of a snapshot are scanned.
struct ScanPlan: Sendable {
    private enum Rows: Sendable {
        case table(RowShape, FoundColumns)
        case objects(ObjectShape, ObjectRows)
    }

    private let pass: SnapshotPass
    private let rows: Rows

    /// Gives nothing where the format needs the slow reader.
    init?(_ pass: SnapshotPass, _ head: TableHead) {
        self.pass = pass
        if let columns = head.reader.columns,
            let shape = RowShape(pass.format, columns: columns, seeds: pass.seeds)
        {
            rows = .table(shape, columns)
        } else if let reader = head.reader.lineReader,
            let shape = ObjectShape(pass.format, reader.objects, seeds: pass.seeds)
        {
            rows = .objects(shape, reader)
        } else {
            return nil
        }
    }

    /// Makes what scans a range into `sink`.
    func makeScan<Sink: RowSink>(_ sink: Sink) throws -> any PieceScan<Sink> {
        switch rows {
        case .objects(let shape, let reader):
            return try ObjectScan(sink, shape: shape, reader: reader, pass: pass)
        case .table(let shape, let columns):
            let scanner = try TableScanner(
                shape,
                format: pass.format,
                columns: columns,
                seeds: pass.seeds,
                instructions: pass.options.instructions,
                latestInstant: pass.options.latestInstant
            )
            return RangeScan(sink, scanner: scanner, format: pass.format)
        }
    }

    /// Refuses a snapshot in which no object had a wanted member, given what the ranges have seen.
    ///
    /// - Throws: `Fault` with code `missing_column`.
    func check(seen: UInt64) throws(Fault) {
        if case .objects(_, let reader) = rows { try reader.check(seen: seen) }
    }
}
