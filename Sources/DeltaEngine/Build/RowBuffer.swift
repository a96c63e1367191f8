import InventoryCore

/// Memory in which rows wait to be written.
///
/// Unchecked, because a buffer has one holder at a time, and is handed on as a whole.
final class RowBuffer: @unchecked Sendable {
    private let memory = GrowingMemory()
    /// What the buckets are to hold of all rows that have been written.
    let entries: BucketEntries

    init(_ room: StagingRoom) {
        entries = BucketEntries(room)
    }

    var rows: UnsafeMutablePointer<BaselineRow> { memory.base.assumingMemoryBound(to: BaselineRow.self) }

    /// Keeps the rows that are there; they may move.
    func makeRoom(for count: Int) {
        memory.grow(to: count * MemoryLayout<BaselineRow>.stride)
    }

    /// Writes the first `count` rows at their places in the file, from that of `row` on, and drops them.
    func write(_ count: Int, of total: Int, at row: Int, to output: BaselineOutput) throws(Fault) {
        try entries.append(rows, count, from: row)
        var done = 0
        while done < count {
            let left = BaselineRows.left(from: row + done)
            let isWhole = left == BaselineRows.groupRows && count - done >= left
            done +=
                isWhole
                ? try writeWhole(RowBuffer.pieceGroups(count - done), from: done, at: row + done, to: output)
                : try writePart(min(left, count - done), from: done, at: row + done, to: output)
        }
        rows.update(from: rows + count, count: total - count)
    }

    /// How many groups are one piece, 4 MB: several pieces are in memory at once.
    private static let pieceGroupsMax = 2400

    /// How many of the whole groups of `rows` are the next piece.
    private static func pieceGroups(_ rows: Int) -> Int {
        min(rows / BaselineRows.groupRows, pieceGroupsMax)
    }

    /// Gives how many rows whole groups have.
    private func writeWhole(
        _ count: Int,
        from begin: Int,
        at row: Int,
        to output: BaselineOutput
    ) throws(Fault) -> Int {
        let bytes = count * BaselineRows.groupBytes
        // Pages of memory must be pages of the file to bypass the cache.
        let offset = BaselineRows.fileOffset(of: row)
        let lead = offset % BaselineHeader.pageBytes
        let groups = output.takeMemory()
        groups.grow(to: lead + bytes)
        for group in 0..<count {
            let target = groups.base + lead + group * BaselineRows.groupBytes
            let source = rows + begin + group * BaselineRows.groupRows
            BaselineRows.fill(target, at: 0, with: source, BaselineRows.groupRows)
        }
        try output.write(OutputQueue.Piece(memory: groups, stretches: [(lead..<lead + bytes, offset)]))
        return count * BaselineRows.groupRows
    }

    /// Writes a part of a group; other threads may write the rest.
    private func writePart(
        _ count: Int,
        from begin: Int,
        at row: Int,
        to output: BaselineOutput
    ) throws(Fault) -> Int {
        let place = BaselineRows.groupRows - BaselineRows.left(from: row)
        let group = output.takeMemory()
        group.grow(to: BaselineRows.groupBytes)
        BaselineRows.fill(group.base, at: place, with: rows + begin, count)
        let offset = BaselineRows.fileOffset(of: row)
        let stretches = BaselineRows.stretches(of: place..<place + count).map { ($0, offset + $0.lowerBound) }
        try output.write(OutputQueue.Piece(memory: group, stretches: stretches))
        return count
    }
}
