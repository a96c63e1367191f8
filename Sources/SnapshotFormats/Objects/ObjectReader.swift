package import InventoryCore

/// Turns the bytes of a snapshot with one JSON object a line (NDJSON) into rows, whatever pieces the bytes
/// come in.
///
/// A line feed ends a row, for JSON never has one inside a string; empty lines are passed over. A missing
/// last line end is no fault unless the object is not closed either.
package struct ObjectReader {
    private let limits: ReaderLimits
    private var preamble = Preamble(.utf8)
    private var rows: ObjectRows?
    private let format: SnapshotFormat
    /// The start of a line that the next chunk goes on with, and how long it is so far.
    private var carried: [UInt8] = []
    private var carriedBytes = 0

    /// The physical line of the row that comes next, counted from 1.
    package private(set) var line = 1
    /// Rows so far, rejected ones included.
    package private(set) var rowCount = 0
    package private(set) var rejectedCount = 0
    /// Rows that do not count, by the rules for rows.
    package private(set) var ignoredCount = 0

    package init(format: SnapshotFormat) {
        self.format = format
        limits = format.limits
    }

    /// Whether nothing of a row has been seen that is not whole.
    var isBetweenRows: Bool { carriedBytes == 0 }

    /// Reads single lines by the same rules, once the first row has been read.
    var lineReader: ObjectRows? { rowCount + ignoredCount > 0 ? rows : nil }

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
    /// - Throws: `Fault` with `empty`, `ends_inside_row` or `missing_column` among others, and what
    ///   the closures throw.
    package mutating func finish(
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        let rest = try preamble.finish()
        try rest.withUnsafeBufferPointer { try consume($0, rows, rejected) }
        if carriedBytes > 0 { try takeCarried(isEnded: false, rows, rejected) }
        guard rowCount + ignoredCount > 0 else {
            throw Fault(
                .badInput,
                code: .empty,
                message: line == 1 ? "The snapshot is empty." : "The snapshot has no row.",
                hint: "Look at the export that made it; an empty file never means that stock is gone."
            )
        }
        try self.rows?.check()
    }

    private mutating func consume(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        var index = 0
        while index < bytes.count {
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else {
                return carry(bytes[index...])
            }
            if carriedBytes == 0 {
                let line = UnsafeBufferPointer(rebasing: bytes[index..<end])
                try take(line, bytesInAll: line.count, isEnded: true, rows, rejected)
            } else {
                carry(bytes[index..<end])
                try takeCarried(isEnded: true, rows, rejected)
            }
            index = end + 1
        }
    }

    private mutating func carry(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        // Of a row beyond the limit only the start is shown, so no more of it is kept.
        let keptBytesMax = max(limits.rowBytesMax, RejectedRow.bytesMax)
        carried.append(contentsOf: bytes.prefix(max(0, keptBytesMax - carried.count)))
        carriedBytes += bytes.count
    }

    private mutating func takeCarried(
        isEnded: Bool,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        // Taken out, so that the line's bytes and the reader are not borrowed from one value.
        var line: [UInt8] = []
        swap(&line, &carried)
        let count = carriedBytes
        carriedBytes = 0
        try line.withUnsafeBufferPointer {
            try take($0, bytesInAll: count, isEnded: isEnded, rows, rejected)
        }
        line.removeAll(keepingCapacity: true)
        swap(&line, &carried)
    }

    private mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>,
        bytesInAll: Int,
        isEnded: Bool,
        _ rows: (SourceRow) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        defer { line += 1 }
        if rowCount + ignoredCount == 0 { try begin(bytes) }
        guard bytesInAll <= limits.rowBytesMax else {
            try reject(.tooLong(line: line, bytes, limit: limits.rowBytesMax), rejected)
            if !isEnded { throw Fault.endsInsideObject(line: line) }
            return
        }
        switch self.rows?.read(bytes, number: line) {
        case nil, .blank: break
        case .ignored: ignoredCount += 1
        case .row(let row):
            rowCount += 1
            try rows(row)
        case .rejected(let row): try reject(row, rejected)
        case .endsEarly(let row):
            guard isEnded else { throw Fault.endsInsideObject(line: line) }
            try reject(row, rejected)
        }
    }

    private mutating func reject(_ row: RejectedRow, _ rejected: (RejectedRow) throws -> Void) throws {
        rowCount += 1
        rejectedCount += 1
        try rejected(row)
    }

    /// Looks at the first line that is not blank: whether this can be NDJSON at all.
    private mutating func begin(_ bytes: UnsafeBufferPointer<UInt8>) throws(Fault) {
        if rows == nil { rows = try ObjectRows(format) }
        guard let first = bytes.first(where: { !ObjectText.isBlank($0) }), first != UInt8(ascii: "{") else {
            return
        }
        throw Fault(
            .badInput,
            code: .wrongFormat,
            message: "The first row does not begin with {, as a JSON object does.",
            hint: first == UInt8(ascii: "[")
                ? "This is one JSON array; write its elements a line each, as `jq -c '.[]'` does."
                : "Check the format that was set: ndjson has one JSON object on every line.",
            line: line
        )
    }
}

extension Fault {
    static func endsInsideObject(line: Int) -> Fault {
        Fault(
            .badInput,
            code: .endsInsideRow,
            message: "The input ends inside an object.",
            hint: "It was probably cut off while it was written or sent; deliver the whole file again.",
            line: line
        )
    }
}
