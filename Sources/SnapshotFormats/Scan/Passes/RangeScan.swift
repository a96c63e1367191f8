import CSeparators
import InventoryCore

/// Scans the pieces of one range in order, and keeps what a row that spans pieces needs.
final class RangeScan<Sink: RowSink>: PieceScan {
    let sink: Sink
    let scanner: TableScanner
    private let format: SnapshotFormat
    /// A row beyond the limit, of which only the start is kept until it ends.
    private var longRow: (finder: RowScanner, begin: [UInt8])?
    private var skipsLineFeed = false

    init(_ sink: Sink, scanner: TableScanner, format: SnapshotFormat) {
        self.sink = sink
        self.scanner = scanner
        self.format = format
    }

    var tally: RangeTally {
        RangeTally(
            lines: scanner.line,
            rows: scanner.rows,
            rejected: scanner.rejected,
            newest: scanner.newest,
            altered: scanner.altered
        )
    }

    /// Takes the rows that the head of the table has read.
    func take(_ head: TableHead) throws {
        scanner.rows += head.accepted.count + head.rejected.count
        scanner.rejected += head.rejected.count
        for row in head.rejected { try sink.reject(row.moved(toLine: row.line - 1)) }
        var nothing: UInt8 = 0
        for row in head.accepted {
            try scanner.take(row.moved(toLine: row.line - 1), &nothing, 0, into: sink)
        }
        scanner.line = head.line - 1
    }

    /// Scans bytes that follow what was left the last time, and gives how many are left at their end.
    func scan(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int {
        var begin = 0
        if longRow != nil {
            guard let end = try endLongRow(bytes, count) else { return 0 }
            begin = end
        }
        if skipsLineFeed, begin < count {
            skipsLineFeed = false
            if bytes[begin] == 0x0A { begin += 1 }
        }
        let left = count - begin - (try scanner.scan(bytes + begin, length: count - begin, into: sink))
        guard left > format.limits.rowBytesMax + 1 else { return left }
        return try beginLongRow(bytes + count - left, left)
    }

    var isInsideLongRow: Bool { longRow != nil }

    /// Scans one row only, which begins at `bytes`, and gives
    /// where it ends; nothing while its end is not there.
    func scanOneRow(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int? {
        if longRow != nil { return try endLongRow(bytes, count) }
        if let end = scanner.careful.rowEnd(bytes, count) {
            try scanner.takeCarefully(bytes, end, into: sink)
            try scanner.flush(into: sink)
            return end
        }
        guard count > format.limits.rowBytesMax + 1 else { return nil }
        let begin = Array(UnsafeBufferPointer(start: bytes, count: min(count, RejectedRow.bytesMax)))
        longRow = (RowScanner(dialect: format.dialect, columnsMax: format.limits.columnsMax), begin)
        return try endLongRow(bytes, count)
    }

    private func beginLongRow(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int {
        let begin = Array(UnsafeBufferPointer(start: bytes, count: min(count, RejectedRow.bytesMax)))
        longRow = (RowScanner(dialect: format.dialect, columnsMax: format.limits.columnsMax), begin)
        // Perhaps only the scanner saw no end: a quote that never closes swallows rows for both.
        guard let end = try endLongRow(bytes, count) else { return 0 }
        return try scan(bytes + end, count - end)
    }

    private func endLongRow(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int? {
        guard let (kept, begin) = longRow else { return 0 }
        var finder = kept
        longRow = nil
        guard let end = finder.scan(UnsafeBufferPointer(start: bytes, count: count), from: 0) else {
            longRow = (finder, begin)
            return nil
        }
        try rejectLongRow(begin, lines: 1 + finder.innerLineEnds)
        scanner.line += 1 + finder.innerLineEnds
        skipsLineFeed = bytes[end] == 0x0D
        return end + 1
    }

    private func rejectLongRow(_ begin: [UInt8], lines: Int) throws {
        scanner.rows += 1
        scanner.rejected += 1
        let limit = format.limits.rowBytesMax
        try sink.reject(.tooLong(line: scanner.line, lines: lines, begin, limit: limit))
    }

    /// Takes what is left at the end of the input: a row without a line end.
    ///
    /// - Throws: `Fault` with `ends_inside_row` where the input was visibly cut off.
    func finish(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws {
        if let (kept, begin) = longRow {
            var finder = kept
            let isUnended = finder.isInsideQuotes
            finder.endWithoutLineEnd()
            try rejectLongRow(begin, lines: 1 + finder.innerLineEnds)
            guard isUnended || finder.endsInside(scanner.careful.columns) else { return }
            throw Fault(
                .badInput,
                code: .endsInsideRow,
                message: "The input ends inside a \(isUnended ? "quoted field" : "row").",
                hint: "It was probably cut off while it was written or sent; deliver the whole file again.",
                line: scanner.line
            )
        }
        if count > 0 { try scanner.finish(bytes, count, into: sink) }
        // Also where nothing follows the row that the head has read.
        try scanner.flush(into: sink)
    }
}
