import InventoryCore

/// Lines beyond the limit, which are passed over and not kept.
extension ObjectScan {
    /// Begins one if it is known to be too long before its end has been seen.
    func beginLongLine(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count > rowBytesMax else { return false }
        longLine = Array(UnsafeBufferPointer(start: bytes, count: min(count, RejectedRow.bytesMax)))
        return true
    }

    /// Gives where the next line begins: at once, where none goes on; nothing while its end is not there.
    func endLongLine(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int? {
        guard longLine != nil else { return 0 }
        guard let end = LineEnds.next(bytes, count) else { return nil }
        try rejectLongLine()
        return end + 1
    }

    func rejectLongLine() throws {
        counted.rows += 1
        counted.rejected += 1
        try sink.reject(.tooLong(line: counted.lines, longLine ?? [], limit: rowBytesMax))
        longLine = nil
        counted.lines += 1
    }
}
