import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// The rows of one part of a new baseline file, until they are written, and their keys.
///
/// Rows are written as soon as their place in the file is known; the keys stay in memory if there is room.
final class StagedRows {
    private(set) var count = 0
    private(set) var heap: KeyWriter
    typealias Run = (row: UInt32, leading: UInt32)

    /// The first row of every run of rows with the same SKU, and the leading bits of that SKU's digest.
    private(set) var runs: [Run] = []
    private var totals = TailTotals()
    /// The marks of blocks, as far as there are any.
    private var marks: [BlockMark] = []

    private let output: BaselineOutput
    private let seeds: KeySeeds
    /// Where the first row stands in the file, once that is known.
    private var firstRow: Int?
    private var pending: RowBuffer
    private var pendingCount = 0
    /// How many rows wait at most once their place is known: 14 MiB of the file.
    private static let pendingMax = 1 << 19

    /// Stages rows whose place in the file is known only later, or the first ones of the file.
    init(_ output: BaselineOutput, seeds: KeySeeds, isFirst: Bool = false) {
        self.output = output
        self.seeds = seeds
        heap = KeyWriter(output.tails)
        firstRow = isFirst ? 0 : nil
        pending = output.takeBuffer()
    }

    /// Takes all rows of a batch whose quantities could be read.
    func append(_ batch: RowBatch, lines: inout RowLines) throws(Fault) {
        try makeRoom(batch.count)
        let before = count
        count = StagedRows.append(
            batch,
            pending.rows + pendingCount,
            count,
            &heap,
            &runs,
            &totals,
            &lines,
            seeds
        )
        pendingCount += count - before
    }

    func append(_ row: BaselineRow, key: [UInt8]) throws(Fault) {
        try makeRoom(1)
        key.withUnsafeBufferPointer { key in
            guard let base = key.baseAddress else { preconditionFailure("a key has at least two commas") }
            StagedRows.take(base, key.count, row.net, count, &heap, &runs, &totals, seeds)
        }
        count += 1
        pending.rows[pendingCount] = row
        pendingCount += 1
    }

    // Everything is passed as a parameter, so that the loop reads no stored property.
    private static func append(
        _ batch: RowBatch,
        _ target: UnsafeMutablePointer<BaselineRow>,
        _ count: Int,
        _ heap: inout KeyWriter,
        _ runs: inout [Run],
        _ totals: inout TailTotals,
        _ lines: inout RowLines,
        _ seeds: KeySeeds
    ) -> Int {
        let (digests, nets, rests) = (batch.digests, batch.nets, batch.rests)
        let (keys, keyLengths, batchLines) = (batch.keys, batch.keyLengths, batch.lines)
        let (states, unknownRest) = (batch.states, RowBatch.unknownRest)
        var (count, target) = (count, target)
        for row in 0..<batch.count {
            guard case .read = states[row], let key = keys[row] else { continue }
            take(key, Int(keyLengths[row]), nets[row], count, &heap, &runs, &totals, seeds)
            count += 1
            lines.append(Int(batchLines[row]))
            target.initialize(
                to: BaselineRow(
                    first: digests[row].first,
                    second: digests[row].second,
                    net: nets[row],
                    rest: rests[row] == unknownRest ? 0 : rests[row]
                )
            )
            target += 1
        }
        return count
    }

    @inline(__always)
    private static func take(
        _ key: UnsafePointer<UInt8>,
        _ length: Int,
        _ net: Int64,
        _ number: Int,
        _ heap: inout KeyWriter,
        _ runs: inout [Run],
        _ totals: inout TailTotals,
        _ seeds: KeySeeds
    ) {
        let written = heap.append(key, length)
        if written.isNewSKU {
            let leading = seeds.digest(key, written.prefixBytes).first >> 32
            runs.append((UInt32(truncatingIfNeeded: number), UInt32(leading)))
        }
        totals.count(net, written, UnsafeBufferPointer(start: key, count: length), seeds)
    }

    private func makeRoom(_ rows: Int) throws(Fault) {
        if pendingCount + rows > StagedRows.pendingMax, let firstRow {
            // Whole groups only; the last one is not full yet.
            try write(pendingCount - (firstRow + count) % BaselineRows.groupRows)
        }
        pending.makeRoom(for: pendingCount + rows)
        try heap.makeRoom(output.room)
    }

    /// Sets the mark of a block, counted from 0.
    func mark(_ block: Int, _ mark: BlockMark) {
        while marks.count < block { marks.append(.none) }
        marks.append(mark)
    }

    /// The marks of all blocks.
    var blockMarks: [BlockMark] {
        marks + Array(repeating: .none, count: RowBlocks.count(ofRows: count) - marks.count)
    }

    /// Gives the rows their place, behind those of the parts that have been placed before.
    func place() {
        firstRow = output.place(rows: count)
    }

    /// Writes all placed rows that have not been written.
    func write() throws(Fault) {
        try write(pendingCount)
    }

    /// Writes the first of the placed rows that have not been written.
    private func write(_ rows: Int) throws(Fault) {
        guard let firstRow, rows > 0 else { return }
        try pending.write(rows, of: pendingCount, at: firstRow + count - pendingCount, to: output)
        pendingCount -= rows
    }

    /// Gives the memory of the rows back, and that of the keys if there is no room for it, when all rows are
    /// written and none comes any more.
    func close() throws(Fault) {
        output.giveBack(pending)
        pending = RowBuffer(output.room)
        try heap.close(output.room)
    }

    /// Writes the keys of all rows at the start of a section, and gives what is left of it.
    func writeKeys(
        at section: BaselineHeader.Section,
        of file: BaselineOutput
    ) throws(Fault) -> BaselineHeader.Section {
        var section = section
        try heap.forEachPiece(of: output.room) { bytes throws(Fault) in
            section = try file.write(bytes, at: section)
        }
        return section
    }

    /// Gives the memory of the keys back, when they are written.
    func releaseKeys() {
        heap.release()
    }

    /// Lends the keys of all rows, in order.
    func withKeys(
        _ tails: TailTexts,
        _ body: (inout KeyCursor) throws(Fault) -> Void
    ) throws(Fault) {
        try heap.withBytes(of: output.room) { bytes throws(Fault) in
            var keys = KeyCursor(bytes.bindMemory(to: UInt8.self), tails, offset: 0)
            try body(&keys)
        }
    }

    /// Adds the rows to the totals of their locations.
    func apply(to locations: inout LocationTotals) {
        totals.apply(to: &locations, output.tails, seeds)
    }
}
