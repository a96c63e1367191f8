package import InventoryCore

/// Turns the bytes of a delimited snapshot into rows, whatever pieces the bytes come in.
///
/// Empty lines are passed over. Every row must have as many columns as the header, or as the first row where
/// there is no header. A missing last line end is no fault unless the input visibly stops inside a row: an
/// unended quote, too few columns, or an empty quantity as the very last field.
package struct RowReader {
    enum Stage {
        case skipping(linesLeft: Int)
        case header
        case firstRow
        case rows
    }

    let format: SnapshotFormat
    private var preamble: Preamble
    var stage: Stage
    /// There once the columns are known; apart from `stage`, so that its memory is changed in place.
    var builder: RowBuilder?
    var scanner: RowScanner
    /// The start of a row that the next chunk goes on with.
    private var carried: [UInt8] = []
    private var skipsLineFeed = false

    /// The physical line of the row that comes next, counted from 1.
    package private(set) var line = 1
    /// Rows of the table so far, rejected ones included.
    package private(set) var rowCount = 0
    package private(set) var rejectedCount = 0
    /// Rows that do not count, by the rules for rows.
    package private(set) var ignoredCount = 0

    package init(format: SnapshotFormat) {
        self.format = format
        preamble = Preamble(format.dialect.encoding)
        scanner = RowScanner(dialect: format.dialect, columnsMax: format.limits.columnsMax)
        stage = .skipping(linesLeft: format.dialect.skippedLines)
        leaveSkipping(linesLeft: format.dialect.skippedLines)
    }

    /// Goes on in the middle of a table: rows of known columns, beginning at `line`, without byte order mark
    /// or header.
    ///
    /// - Throws: `Fault` with code `bad_format`.
    package init(format: SnapshotFormat, columns: FoundColumns, line: Int) throws(Fault) {
        self.init(format: format)
        preamble = Preamble.passed(format.dialect.encoding)
        builder = try RowBuilder(format, columns: columns)
        stage = .rows
        scanner.honoursQuotes = true
        self.line = line
    }

    /// Whether nothing of a row has been seen that is not whole.
    var isBetweenRows: Bool { scanner.isAtRowStart }

    /// The columns, once the header or first row has been read.
    package var columns: FoundColumns? { builder?.columns }

    /// Takes the next bytes and gives the rows they complete, in order.
    ///
    /// - Throws: `Fault`, and what the closures throw; the reader is spent then.
    package mutating func read(
        _ chunk: UnsafeRawBufferPointer,
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        let bytes = UnsafeBufferPointer(
            start: chunk.baseAddress?.assumingMemoryBound(to: UInt8.self),
            count: chunk.count
        )
        switch try preamble.pass(bytes) {
        case .asIs: try consume(bytes, rows, rejected)
        case .instead(let other):
            try other.withUnsafeBufferPointer { try consume($0, rows, rejected) }
        }
    }

    /// Takes the end of the input.
    ///
    /// - Throws: `Fault` with `empty` or `ends_inside_row` among others, and what the closures throw.
    package mutating func finish(
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        let isInsideUnit = preamble.isInsideUnit
        let rest = try preamble.finish()
        try rest.withUnsafeBufferPointer { try consume($0, rows, rejected) }
        if !scanner.isAtRowStart { try finishRow(rows, rejected) }
        if isInsideUnit { throw endsInsideRow("half a UTF-16 character") }
        switch stage {
        case .rows: break
        case .skipping, .header, .firstRow:
            throw Fault(
                .badInput,
                code: .empty,
                message: line == 1 ? "The snapshot is empty." : "The snapshot has no header and no row.",
                hint: "Look at the export that made it; an empty file never means that stock is gone."
            )
        }
    }

    private mutating func consume(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        var index = 0
        while index < bytes.count {
            if skipsLineFeed {
                skipsLineFeed = false
                if bytes[index] == UInt8(ascii: "\n") {
                    index += 1
                    continue
                }
            }
            guard let end = scanner.scan(bytes, from: index) else {
                carry(bytes[index...])
                return
            }
            skipsLineFeed = bytes[end] == UInt8(ascii: "\r")
            if carried.isEmpty {
                try take(UnsafeBufferPointer(rebasing: bytes[index..<end]), rows, rejected)
            } else {
                carry(bytes[index..<end])
                try takeCarried(rows, rejected)
            }
            index = end + 1
        }
    }

    private mutating func carry(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        // Of a row beyond the limit only the start is shown, so no more of it is kept.
        let keptBytesMax = max(format.limits.rowBytesMax, RejectedRow.bytesMax)
        carried.append(contentsOf: bytes.prefix(max(0, keptBytesMax - carried.count)))
    }

    private mutating func takeCarried(
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        // Taken out, so that the row's bytes and the reader are not borrowed from the same value.
        var row: [UInt8] = []
        swap(&row, &carried)
        try row.withUnsafeBufferPointer { try take($0, rows, rejected) }
        row.removeAll(keepingCapacity: true)
        swap(&row, &carried)
    }

    /// Deals with one whole row, whose fields the scanner has.
    private mutating func take(
        _ row: UnsafeBufferPointer<UInt8>,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        switch stage {
        case .skipping(let linesLeft): leaveSkipping(linesLeft: linesLeft - 1)
        case _ where scanner.isBlankLine: break
        case .header: try readHeader(row)
        case .firstRow:
            try checkLength("first row")
            let columns = try FoundColumns(
                format,
                header: nil,
                width: scanner.columnCount,
                line: line
            )
            builder = try RowBuilder(format, columns: columns)
            stage = .rows
            try deliver(row, rows, rejected)
        case .rows: try deliver(row, rows, rejected)
        }
        line += 1 + scanner.innerLineEnds
        scanner.startRow()
    }

    private mutating func leaveSkipping(linesLeft: Int) {
        if linesLeft > 0 {
            stage = .skipping(linesLeft: linesLeft)
            scanner.honoursQuotes = false
        } else {
            stage = format.dialect.hasHeader ? .header : .firstRow
            scanner.honoursQuotes = true
        }
    }

    private mutating func deliver(
        _ row: UnsafeBufferPointer<UInt8>,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        let fault = structuralFault()
        if builder?.isLeftOut(row, scanner.fields, isWhole: fault == nil) ?? false {
            ignoredCount += 1
            return
        }
        rowCount += 1
        if let fault {
            return try reject(fault.reason, fault.message, row, rejected)
        }
        for place in 0..<max(1, builder?.columns.places.count ?? 0) {
            guard let outcome = builder?.build(row, fields: scanner.fields, line: line, place: place) else {
                return
            }
            guard try deliver(outcome, rows, rejected) else { return }
        }
    }

    /// Gives away what a row states of one location; false if it states nothing of the others either.
    private mutating func deliver(
        _ outcome: RowBuilder.Outcome,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws -> Bool {
        switch outcome {
        case .row(let row):
            try rows(row)
            return true
        case .rejected(let row) where row.reason == .repeatedHeader && format.rows.skipsRepeatedHeaders:
            ignore()
            return false
        case .rejected(var row):
            row.lines = 1 + scanner.innerLineEnds
            rejectedCount += 1
            try rejected(row)
            return row.key != nil
        case .ignored:
            ignore()
            return false
        }
    }

    /// Takes back that a row was counted.
    private mutating func ignore() {
        rowCount -= 1
        ignoredCount += 1
    }

    private func structuralFault() -> (reason: RejectedRow.Reason, message: String)? {
        if scanner.lengthBytes > format.limits.rowBytesMax {
            return (.tooLong, "The row is longer than \(format.limits.rowBytesMax) bytes.")
        }
        if scanner.isBadlyQuoted { return (.badQuoting, "Text follows a closing quote.") }
        let count = scanner.columnCount
        let width = builder?.columns.width ?? count
        if count < width { return (.missingColumn, "The row has \(count) of \(width) columns.") }
        if count > width { return (.tooManyColumns, "The row has \(count) columns instead of \(width).") }
        return nil
    }

    private mutating func reject(
        _ reason: RejectedRow.Reason,
        _ message: String,
        _ row: UnsafeBufferPointer<UInt8>,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        rejectedCount += 1
        let lines = 1 + scanner.innerLineEnds
        try rejected(
            RejectedRow(line: line, lines: lines, column: nil, reason: reason, message: message, bytes: row)
        )
    }

    /// Deals with a last row that has no line end.
    private mutating func finishRow(
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        let first = line
        let isUnended = scanner.isInsideQuotes
        scanner.endWithoutLineEnd()
        guard let builder else {
            if isUnended { throw endsInsideRow("a quoted header field", at: first) }
            return try takeCarried(rows, rejected)
        }
        if isUnended {
            let begin = carried
            rowCount += 1
            try begin.withUnsafeBufferPointer {
                try reject(.unendedQuote, "The quote is not closed before the input ends.", $0, rejected)
            }
            throw endsInsideRow("a quoted field", at: first)
        }
        let isCutOff = scanner.endsInside(builder.columns)
        try takeCarried(rows, rejected)
        if isCutOff { throw endsInsideRow("a row", at: first) }
    }

    private func endsInsideRow(_ place: String, at line: Int? = nil) -> Fault {
        Fault(
            .badInput,
            code: .endsInsideRow,
            message: "The input ends inside \(place).",
            hint: "It was probably cut off while it was written or sent; deliver the whole file again.",
            line: line ?? self.line
        )
    }
}
