import CSeparators
import InventoryCore
import SnapshotFormats

/// Compares the rows of one range with the baseline.
///
/// Rows that come in the order of the baseline cost a comparison of their hashes. Others are looked up, and
/// where many in a row have to be, a batch at a time, so that memory is waited for once a batch; as soon as
/// the looked-up rows follow each other again, comparing goes on in order. Benchmarks: diff.
final class DiffWorker: RowSink {
    /// A row that differs from the baseline.
    struct Change {
        /// The row of the baseline, or where the key is new, its place among the worker's added keys.
        var row: UInt32
        var isAdded: Bool
        var place: Int
        var line: Int
        /// What the baseline has; nothing where it has no such position.
        var before: Int64?
        var net: Int64
        var rest: UInt64
        /// Where the key's text stands in `keys`; an added one's is with the added keys.
        var key: Range<Int>
    }

    /// A further row of a key.
    struct Repeat {
        let row: UInt32
        let place: Int
        let line: Int
        let net: Int64
    }

    /// What all workers of a diff start from.
    struct Basis: Sendable {
        let baseline: BaselineView
        let marks: BlockMarks
        /// The block of the row that stated the newest instant: it is always read, so that a newest instant
        /// that is still there is seen.
        let newestBlock: Int?
        /// Blocks that are always read, because keys in them have other rows elsewhere.
        var blocksToRead: Set<Int> = []
        /// Whether blocks of rows are known by their bytes.
        let knowsBlocks: Bool
        /// Whether the order of all rows is kept, however far it is from the baseline's.
        let keepsOrder: Bool
        let rejectedList = RejectedList()
    }

    let baseline: BaselineView
    let rule: DuplicateRule
    let image: BaselineImage
    let rows: BaselineRows
    let baseCount: Int
    let hasPatches: Bool
    let knowsBlocks: Bool
    let marksBytes: Bool
    let marks: BlockMarks
    let newestBlock: Int?
    let blocksToRead: Set<Int>

    /// One bit a row of the baseline.
    let seen: UnsafeMutableBufferPointer<UInt64>
    /// The texts of changed keys.
    let keys = KeyBytes()
    @exclusivity(unchecked) var changes: [Change] = []
    /// Rows that are compared at the end.
    var spilled: SpilledRows?
    /// What may be used for looking rows up.
    let memoryBytesMax: Int
    /// Rows before this one have been given back.
    private var released = 0
    /// Rows whose bytes changed and whose quantities did not.
    @exclusivity(unchecked) var touched: [Change] = []
    @exclusivity(unchecked) var repeats: [Repeat] = []
    var added: AddedKeys
    private(set) var rejected: RejectedRows
    private let rejectedList: RejectedList
    /// Where each row was seen first; only where all rows of a key may have to be named.
    var firstLines: [UInt32]
    // A worker has one thread; the exclusivity check at each row costs a fifth of a shuffled diff.
    @exclusivity(unchecked) var order: RowOrder

    /// How many rows have been taken.
    @exclusivity(unchecked) var place = 0
    @exclusivity(unchecked) var cursor = 0
    @exclusivity(unchecked) var isOrdered = true
    @exclusivity(unchecked) private var strays = 0
    /// What the last lookups found: an unchanged row, a candidate, or 0.
    let found = UnsafeMutablePointer<UInt32>.allocate(capacity: probeRows)
    /// Where the rows of the batch end whose buckets have been fetched.
    @exclusivity(unchecked) var fetchedEnd = 0
    /// Which of them need another look, and in which buckets.
    let others = UnsafeMutablePointer<UInt16>.allocate(capacity: probeRows)
    let buckets = UnsafeMutablePointer<BaselineImage.Bucket>.allocate(capacity: probeRows)
    let touchedMax: Int

    /// Blocks that have been read, with the marks of their bytes.
    @exclusivity(unchecked) var seenBlocks: [SeenBlock] = []
    /// Rows of blocks that did not have to be read.
    @exclusivity(unchecked) var passedRows = 0
    /// Which these are, blocks that follow one another as one.
    @exclusivity(unchecked) var passed: [Range<Int>] = []
    /// The block being read, while its bytes can still be marked.
    @exclusivity(unchecked) var reading: BlockBytes?
    @exclusivity(unchecked) var luck = BlockLuck()
    /// The part of the baseline in which the cursor was last.
    @exclusivity(unchecked) var blockPart = RowBlocks.Part()

    private static let lookAhead = 4
    private static let releasedRows = 1 << 19
    /// How many rows are looked up at once.
    static let probeRows = 256
    /// This many lookups among this many rows end comparing in order.
    private static let straysMax = 24
    private static let strayRows = 128

    init(_ basis: Basis, _ options: DiffOptions) {
        baseline = basis.baseline
        rule = options.duplicates
        rejected = RejectedRows(listedMax: options.rejectedMax)
        rejectedList = basis.rejectedList
        memoryBytesMax = options.memoryBytesMax
        image = baseline.image
        rows = baseline.image.rows
        baseCount = baseline.image.rowCount
        knowsBlocks = basis.knowsBlocks
        marksBytes = options.marksBytes
        marks = basis.marks
        newestBlock = basis.newestBlock
        blocksToRead = basis.blocksToRead
        hasPatches = baseline.overlay.patchCount > 0
        let limit = baseline.overlay.rowLimit
        seen = .allocate(capacity: limit / 64 + 1)
        seen.initialize(repeating: 0)
        firstLines = rule == .reject ? Array(repeating: 0, count: limit) : []
        touchedMax = max(1 << 16, limit / 16)
        order = RowOrder(rows: limit, keepsAll: basis.keepsOrder)
        added = AddedKeys()
    }

    deinit {
        seen.deallocate()
        buckets.deallocate()
        found.deallocate()
        others.deallocate()
    }

    func reject(_ row: RejectedRow) { rejected.append(row) }

    func settle() { rejectedList.settle(&rejected) }

    func take(_ batch: RowBatch) throws {
        fetchedEnd = 0
        var index = 0
        while index < batch.count {
            if isOrdered {
                index = try takeInOrder(batch, from: index)
                if isTooLarge { releasePassed() }
            } else if isTooLarge {
                try spill(batch, from: index)
                break
            } else {
                let end = min(batch.count, index + DiffWorker.probeRows)
                try takeByLookup(batch, index..<end)
                index = end
            }
        }
        place += batch.count
        readBytes(of: batch)
    }

    func finish() throws { try settleSpilled() }

    /// Whether rows and buckets are larger than the memory allowed for them.
    var isTooLarge: Bool { image.lookupBytes > memoryBytesMax }

    /// Gives back the memory of rows that have been compared.
    func releasePassed() {
        guard cursor - released > DiffWorker.releasedRows else { return }
        // Rows far before belong to another worker.
        released = max(released, cursor - 2 * DiffWorker.releasedRows)
        image.releaseRows(released..<cursor)
        released = cursor
    }

    /// After the rows have been settled in another order.
    func sortByPlace() {
        changes.sort { $0.place < $1.place }
    }

    private func takeInOrder(_ batch: RowBatch, from begin: Int) throws -> Int {
        let digests = batch.digests
        let rests = batch.rests
        let count = batch.count
        var index = begin
        while index < count {
            let plain = min(plainRun(from: cursor) - cursor, BaselineRows.left(from: cursor))
            let limit = min(count - index, plain)
            let expected = rows.signatures(from: cursor)
            var run = 0
            while run < limit {
                guard isSame(expected[run], digests[index + run], rests[index + run]) else { break }
                run += 1
            }
            if run > 0 {
                markRun(run, batch, index)
                index += run
                continue
            }
            if try takeOutOfRun(batch, index) { strays += 1 }
            index += 1
            if strays > DiffWorker.straysMax {
                strays = 0
                isOrdered = false
                return index
            }
        }
        strays = max(0, strays - count * DiffWorker.straysMax / DiffWorker.strayRows / 2)
        return index
    }

    /// The end of the rows from `row` on that the log says nothing of.
    @inline(__always)
    private func plainRun(from row: Int) -> Int {
        guard hasPatches else { return baseCount }
        return nextPatch(from: row)
    }

    private func nextPatch(from row: Int) -> Int {
        var word = row >> 6
        guard row < baseCount else { return baseCount }
        var bits = baseline.overlay.bits[word] & (UInt64.max << UInt64(row & 63))
        while bits == 0 {
            word += 1
            // A batch ends long before.
            guard word < baseline.overlay.bits.count, word - row >> 6 <= RowBatch.capacity / 64 else {
                return min(baseCount, word << 6)
            }
            bits = baseline.overlay.bits[word]
        }
        return min(baseCount, word << 6 + bits.trailingZeroBitCount)
    }

    /// Takes a row that is not the expected one, unchanged; gives whether it had to be looked up.
    private func takeOutOfRun(_ batch: RowBatch, _ index: Int) throws -> Bool {
        let digest = batch.digests[index]
        let end = min(baseCount, cursor + DiffWorker.lookAhead)
        var row = cursor
        while row < end {
            if rows.isKey(row, digest) {
                try settle(row, batch, index)
                cursor = row + 1
                return false
            }
            row += 1
        }
        guard let found = baseline.find(digest) else {
            try takeAdded(batch, index)
            return false
        }
        try settle(found, batch, index)
        guard found < baseCount else { return false }
        cursor = found + 1
        return true
    }

    /// Marks unchanged rows.
    @inline(__always)
    private func markRun(_ run: Int, _ batch: RowBatch, _ index: Int) {
        note(cursor, count: run)
        var row = cursor
        let end = cursor + run
        while row < end {
            let bits = min(64 - (row & 63), end - row)
            let mask = (bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1) << UInt64(row & 63)
            if _slowPath(seen[row >> 6] & mask != 0) {
                repeatRows(seen[row >> 6] & mask, row >> 6, batch, index - cursor)
            }
            seen[row >> 6] |= mask
            row += bits
        }
        if _slowPath(rule == .reject) {
            for row in cursor..<end where firstLines[row] == 0 {
                firstLines[row] = UInt32(truncatingIfNeeded: batch.lines[index + row - cursor] + 1)
            }
        }
        cursor = end
    }

    private func repeatRows(_ bits: UInt64, _ word: Int, _ batch: RowBatch, _ shift: Int) {
        var left = bits
        while left != 0 {
            let row = word << 6 + left.trailingZeroBitCount
            left &= left - 1
            let index = row + shift
            repeats.append(
                Repeat(
                    row: UInt32(row),
                    place: place + index,
                    line: Int(batch.lines[index]),
                    net: rows.net(row)
                )
            )
        }
    }

    @inline(__always)
    func note(_ row: Int, count: Int) {
        order.note(row, count: count)
    }

    func closeOrder() {
        order.close()
    }
}
