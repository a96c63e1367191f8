import InventoryCore

/// Reads the start of a table until its columns are known, or the first object.
struct TableHead {
    private(set) var reader: SnapshotReader
    /// The first row, where there is no header.
    private(set) var accepted: [SourceRow] = []
    private(set) var rejected: [RejectedRow] = []
    private var endedWithReturn = false
    private var hasBegun = false
    /// Whether a carriage return ends a line.
    private let endsAtReturn: Bool

    init(_ format: SnapshotFormat) {
        reader = SnapshotReader(format: format)
        endsAtReturn = format.notation == .delimited
    }

    /// Whether everything is known that the rest needs.
    ///
    /// A first row of less than three bytes is held back until it is clear that it is no byte order mark;
    /// the next reader must not begin inside the row after it.
    var isKnown: Bool { (reader.columns != nil || reader.lineReader != nil) && reader.isBetweenRows }
    /// The line of the row after those read.
    var line: Int { reader.line }

    /// Takes bytes line by line and gives how many it has used; all of them while the columns are not known.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        // The reader looks as well, but is given a line at a time, which may be little.
        if !hasBegun, let content = ForeignContent(beginning: bytes) { throw content.fault }
        hasBegun = true
        var position = 0
        if endedWithReturn, bytes.first == 0x0A { position = 1 }
        endedWithReturn = false
        while position < bytes.count {
            var end = position
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            if end < bytes.count { end += 1 }
            if end < bytes.count, bytes[end - 1] == 0x0D, bytes[end] == 0x0A { end += 1 }
            try reader.read(
                UnsafeRawBufferPointer(rebasing: bytes[position..<end]),
                rows: { accepted.append($0) },
                rejected: { rejected.append($0) }
            )
            position = end
            // The columns are known at the end of their line only, so this stands at a row start.
            if isKnown {
                // A line feed that belongs to this line may be the first byte of the next piece: an empty
                // line to the next reader, which passes over it.
                return position
            }
        }
        endedWithReturn = endsAtReturn && bytes.last == 0x0D
        return position
    }

    /// Takes the end of an input that ended before the columns were known, or directly after.
    mutating func finish() throws {
        try reader.finish(rows: { accepted.append($0) }, rejected: { rejected.append($0) })
    }
}
