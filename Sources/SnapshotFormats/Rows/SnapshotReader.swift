package import InventoryCore

/// Turns the bytes of a snapshot into rows by the reader of its notation, one row after the other.
///
/// These readers define what every row means. `SnapshotPass` reads the same rows fast.
package struct SnapshotReader {
    // Two optionals rather than an enum, so that their memory is changed in place.
    private var delimited: RowReader?
    private var objects: ObjectReader?
    /// The first bytes, until they cannot be those of another kind of file.
    private var begin: [UInt8]? = []

    package init(format: SnapshotFormat) {
        switch format.notation {
        case .delimited: delimited = RowReader(format: format)
        case .ndjson: objects = ObjectReader(format: format)
        }
    }

    /// The physical line of the row that comes next, counted from 1.
    package var line: Int { delimited?.line ?? objects?.line ?? 1 }
    /// Rows so far, rejected ones included.
    package var rowCount: Int { delimited?.rowCount ?? objects?.rowCount ?? 0 }
    package var rejectedCount: Int { delimited?.rejectedCount ?? objects?.rejectedCount ?? 0 }

    /// Rows that do not count, by the rules for rows.
    package var ignoredCount: Int { delimited?.ignoredCount ?? objects?.ignoredCount ?? 0 }

    /// Where the columns stand, or the members as if they were columns, once that is known.
    package var foundColumns: FoundColumns? { columns ?? lineReader?.objects.columns }

    /// The columns of a table, once its header or first row has been read.
    var columns: FoundColumns? { delimited?.columns }
    /// Whether nothing of a row has been seen that is not whole.
    var isBetweenRows: Bool { delimited?.isBetweenRows ?? objects?.isBetweenRows ?? true }
    /// Reads single lines with objects, once the first has been read.
    var lineReader: ObjectRows? { objects?.lineReader }

    /// Takes the next bytes and gives the rows they complete, in order.
    ///
    /// - Throws: `Fault`, and what the closures throw; the reader is spent then.
    package mutating func read(
        _ chunk: UnsafeRawBufferPointer,
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        if begin != nil { try checkBegin(chunk) }
        try delimited?.read(chunk, rows: rows, rejected: rejected)
        try objects?.read(chunk, rows: rows, rejected: rejected)
    }

    /// Refuses what is no table at all, before a row is made of it.
    private mutating func checkBegin(_ chunk: UnsafeRawBufferPointer) throws(Fault) {
        let known = (begin ?? []) + chunk.prefix(max(ForeignContent.neededBytes, 4096))
        if let content = ForeignContent(beginning: known) { throw content.fault }
        begin = known.count < ForeignContent.neededBytes ? known : nil
    }

    /// Takes the end of the input.
    ///
    /// - Throws: `Fault` with `empty` or `ends_inside_row` among others, and what the closures throw.
    package mutating func finish(
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        try delimited?.finish(rows: rows, rejected: rejected)
        try objects?.finish(rows: rows, rejected: rejected)
    }

    /// Reads a whole source in pieces of `chunkBytes`, and finishes.
    ///
    /// - Throws: what the source, the reader and the closures throw.
    package mutating func readAll(
        from source: any ByteSource,
        chunkBytes: Int = 1 << 18,
        rows: (SourceRow) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            var length = try source.read(into: buffer)
            guard length > 0 else { break }
            // What a file of another program is shows a little later than that it is one.
            while begin != nil, length < ForeignContent.neededBytes {
                let more = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[length...]))
                if more == 0 { break }
                length += more
            }
            try read(UnsafeRawBufferPointer(rebasing: buffer[..<length]), rows: rows, rejected: rejected)
        }
        try finish(rows: rows, rejected: rejected)
    }
}
