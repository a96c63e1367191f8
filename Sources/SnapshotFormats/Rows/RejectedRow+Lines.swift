package import InventoryCore

extension RejectedRow {
    /// A row whose net quantity does not fit; nothing else is wrong with it.
    static func netTooLarge(_ row: SourceRow, _ bytes: UnsafePointer<UInt8>, _ length: Int) -> RejectedRow {
        RejectedRow(
            line: row.line,
            column: nil,
            reason: .tooLarge,
            message: "On hand less committed less unusable is too large.",
            bytes: UnsafeBufferPointer(start: bytes, count: length),
            key: row.key
        )
    }

    /// A row beyond the limit, of which only the start is known.
    static func tooLong(line: Int, lines: Int = 1, _ begin: some Sequence<UInt8>, limit: Int) -> RejectedRow {
        RejectedRow(
            line: line,
            lines: lines,
            column: nil,
            reason: .tooLong,
            message: "The row is longer than \(limit) bytes.",
            bytes: begin
        )
    }

    /// Gives the same with another line.
    package func moved(toLine line: Int) -> RejectedRow {
        var row = self
        row.line = line
        return row
    }
}
