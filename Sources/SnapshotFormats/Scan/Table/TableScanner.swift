import CSeparators
import InventoryCore

/// Reads rows out of bytes that begin at a row start: separators 64 bytes at a time, ordinary rows in place.
///
/// A row that is out of the ordinary (a doubled quote, a wrong number of columns, bad text) is given to
/// `CarefulRows`, which is the slow reader that defines what every row means. Benchmarks: scan, parse.
final class TableScanner {
    let shape: RowShape
    let seeds: KeySeeds
    let batch = RowBatch()
    let careful: CarefulRows
    // A scanner has one thread; with few rows at a time the exclusivity check costs more than the access.
    @exclusivity(unchecked) var newest: NewestInstant
    @exclusivity(unchecked) var altered = AlteredKeys()

    /// The line of the next row, counted from 0 at the start of the range.
    @exclusivity(unchecked) var line = 0
    /// Rows so far, rejected ones included.
    @exclusivity(unchecked) var rows = 0
    @exclusivity(unchecked) var rejected = 0

    private let instructions: Instructions
    var isWide: Bool { instructions >= .wide }
    /// One place before it belongs to it too.
    @exclusivity(unchecked) var separators: UnsafeMutablePointer<UInt32>
    let alignment: UnsafeMutablePointer<separators_alignment>
    var times: TimeParser
    /// The bytes whose rows are in the batch.
    @exclusivity(unchecked) var indexed = (base: UnsafePointer<UInt8>?.none, flags: UInt32(0))
    /// Rows refused while the sink had the batch.
    @exclusivity(unchecked) var refused: [RejectedRow] = []
    private var separatorsCapacity: Int

    /// Enough rows to hide the cost of a step, few enough to stay in the L1 and L2 caches.
    static let spanBytes = 64 << 10
    /// How many bytes after the given ones must be readable.
    static let slackBytes = 64

    init(
        _ shape: RowShape,
        format: SnapshotFormat,
        columns: FoundColumns,
        seeds: KeySeeds,
        instructions: Instructions = .best,
        latestInstant: Timestamp? = nil
    ) throws(Fault) {
        newest = NewestInstant(upTo: latestInstant)
        self.shape = shape
        self.seeds = seeds
        careful = try CarefulRows(format, columns: columns)
        if let constant = shape.constantAsOf { newest.meet(constant, of: separators_digest()) }
        self.instructions = min(instructions, .best)
        separatorsCapacity = TableScanner.spanBytes + 73
        separators = .allocate(capacity: separatorsCapacity) + 1
        alignment = .allocate(capacity: 1)
        separators_fill_alignment(alignment)
        times = try TimeParser(format.dialect.timeFormat)
        batch.reader = self
        batch.salt = shape.inner.salt
    }

    deinit {
        (separators - 1).deallocate()
        alignment.deallocate()
    }

    /// Reads all complete rows of `base[0..<length]` and gives how many bytes they take.
    ///
    /// The rest begins a row, or is shorter than one. Sinks have seen
    /// every row when this returns, so that the caller may move the bytes.
    func scan(_ base: UnsafePointer<UInt8>, length: Int, into sink: some RowSink) throws -> Int {
        var position = 0
        var doublings = 0
        var met: RowBlock?
        while position < length {
            let block = try passBlocks(from: met, base, &position, length, into: sink)
            met = nil
            let span = (block.map(TableScanner.span) ?? TableScanner.spanBytes) << doublings
            let count = min(span, length - position)
            let result = index(base + position, count)
            if result.flags & UInt32(SEPARATORS_IRREGULAR) != 0 {
                let taken = try scanRowByRow(base + position, count, available: length - position, into: sink)
                position += taken
                if taken > 0 {
                    doublings = 0
                    continue
                }
            } else if result.newlines > 0 {
                let (taken, next) = try takeSpan(base + position, result, block, into: sink)
                position += taken
                met = next
                doublings = 0
                continue
            }
            guard count < length - position else { break }
            doublings += 1
        }
        // A block that ends with these bytes is marked while they stand here.
        _ = try nextBlock(of: sink)
        return position
    }

    private func index(_ base: UnsafePointer<UInt8>, _ count: Int) -> separators_result {
        if count + 73 > separatorsCapacity {
            (separators - 1).deallocate()
            separatorsCapacity = count + 73
            separators = .allocate(capacity: separatorsCapacity) + 1
        }
        let (delimiter, quote) = (shape.inner.delimiter, shape.inner.quote)
        switch instructions {
        case .words: return separators_index_words(base, count, delimiter, quote, separators)
        case .wide: return separators_index_wide(base, count, delimiter, quote, separators)
        case .widest: return separators_index_widest(base, count, delimiter, quote, separators)
        }
    }

    /// Reads the rows whose ends are in the index, up to where a block begins that may be known by its bytes.
    ///
    /// Gives how many bytes they take, and that block if there is one.
    private func takeSpan(
        _ base: UnsafePointer<UInt8>,
        _ result: separators_result,
        _ block: RowBlock?,
        into sink: some RowSink
    ) throws -> (bytes: Int, next: RowBlock?) {
        var rowsLeft = block?.rowsLeft ?? .max
        var used = result.count
        while base[Int(separators[used - 1])] != UInt8(ascii: "\n") { used -= 1 }
        let width = Int(shape.inner.width)
        // Then every row has the same number of columns.
        let isEven =
            used == result.newlines * width && separators_are_even(base, separators, used, width) != 0
        let isOneByOne = !isEven || result.flags & UInt32(SEPARATORS_INNER) != 0
        separators[-1] = UInt32.max
        indexed = (base, result.flags)
        var start = 0
        var next = 0
        while next < used {
            var count = isEven && rowsLeft < (used - next) / width ? rowsLeft * width : used - next
            var end = next
            if isOneByOne {
                while base[Int(separators[end])] != UInt8(ascii: "\n") { end += 1 }
                count = end + 1 - next
            }
            let (before, rowsBefore) = (start, rows)
            // All that a row states goes into one batch.
            if batch.count + max(1, shape.sites.count) > RowBatch.capacity { try flush(into: sink) }
            let taken =
                count < width || isOneByOne && count > width
                ? 0 : takeRows(base, next, count, result.flags)
            next += taken
            if taken > 0 { start = Int(separators[next - 1]) + 1 }
            if isOneByOne, taken > 0 { line += LineEnds.inside(base + before, start - before - 1) }
            if taken == 0 {
                // Unusual, or the arena had no room for its key.
                end = next
                while base[Int(separators[end])] != UInt8(ascii: "\n") { end += 1 }
                let length = Int(separators[end]) + 1 - start
                try takeCarefully(base + start, length, into: sink)
                start += length
                next = end + 1
            }
            rowsLeft -= rows - rowsBefore
            guard rowsLeft <= 0 else { continue }
            let block = try nextBlock(of: sink)
            if let block, block.isBegin, block.mark.lengthBytes > 0 { return (start, block) }
            rowsLeft = block?.rowsLeft ?? .max
        }
        // The rows' places are valid only while the index is that of their bytes.
        try flush(into: sink)
        return (start, nil)
    }

    /// Takes ordinary rows into the batch, and gives how many separators they have.
    private func takeRows(
        _ base: UnsafePointer<UInt8>,
        _ next: Int,
        _ count: Int,
        _ flags: UInt32
    ) -> Int {
        let (before, arenaBefore) = (batch.count, batch.arenaCount)
        let first = UnsafePointer(separators)
        let take =
            shape.sites.isEmpty
            ? isWide ? separators_take_rows_wide : separators_take_rows_words
            : isWide ? separators_take_sites_wide : separators_take_sites_words
        let taken = batch.fill(newest: newest.words, newestMicroseconds: newest.microseconds) { filled in
            seeds.withSeeds { seeds in
                take(base, first, next, count, flags, Int64(line), shape.innerPlace, seeds, &filled)
            }
        }
        let rowsTaken = shape.sites.isEmpty ? batch.count - before : taken / Int(shape.inner.width)
        rows += rowsTaken
        line += rowsTaken
        // A key that stands in the input is as it was written.
        if batch.arenaCount > arenaBefore { noteAltered(before..<batch.count) }
        return taken
    }

    /// Reads rows one at a time where quotes or line ends
    /// are not regular; gives 0 if not even one is complete.
    private func scanRowByRow(
        _ base: UnsafePointer<UInt8>,
        _ count: Int,
        available: Int,
        into sink: some RowSink
    ) throws -> Int {
        var position = 0
        while position < count {
            let rest = base + position
            let end = LineEnds.next(rest, count - position)
            if let end, !LineEnds.isIrregular(rest, end, quote: shape.inner.quote) {
                let result = index(rest, end + 1)
                _ = try takeSpan(rest, result, nil, into: sink)
                position += end + 1
                continue
            }
            guard let end = careful.rowEnd(rest, available - position) else { break }
            if !batch.hasRoom(keyBytes: 2 * end) { try flush(into: sink, keyBytes: 2 * end) }
            try takeCarefully(rest, end, into: sink)
            position += end
        }
        return position
    }

    /// Gives one whole row, its line end included, to the slow reader.
    func takeCarefully(_ row: UnsafePointer<UInt8>, _ length: Int, into sink: some RowSink) throws {
        try take(try careful.read(row, length), row, length, into: sink)
    }

    /// Gives the last row, which has no line end, to the slow reader.
    func finish(_ row: UnsafePointer<UInt8>, _ length: Int, into sink: some RowSink) throws {
        do {
            try take(try careful.finish(row, length), row, length, into: sink)
        } catch let error as Fault {
            throw error.moved(toLine: line + (error.line ?? 1) - 1)
        }
    }

    private func take(
        _ outcome: CarefulRows.Outcome,
        _ row: UnsafePointer<UInt8>,
        _ length: Int,
        into sink: some RowSink
    ) throws {
        rows += outcome.rows
        for bad in outcome.rejected {
            rejected += 1
            try sink.reject(bad.moved(toLine: line + bad.line - 1))
        }
        for source in outcome.accepted {
            try take(source.moved(toLine: line + source.line - 1), row, length, into: sink)
        }
        line += outcome.lines
    }

    /// Takes a row that the slow reader has read; its line counts like the scanner's.
    func take(
        _ source: SourceRow,
        _ row: UnsafePointer<UInt8>,
        _ length: Int,
        into sink: some RowSink
    ) throws {
        let key = CanonicalKey.bytes(of: source.key)
        if !batch.hasRoom(keyBytes: key.count) { try flush(into: sink, keyBytes: key.count) }
        do throws(QuantityError) {
            let net = try source.net().millionths
            batch.append(key: key, net: net, asOf: source.asOf, line: source.line, seeds: seeds)
            altered.note(source, batch.digests[batch.count - 1], seeds)
            if let asOf = source.asOf { newest.meet(asOf, of: batch.digests[batch.count - 1]) }
        } catch {
            rejected += 1
            try sink.reject(RejectedRow.netTooLarge(source, row, length))
        }
    }

    /// Gives what is in the batch to the sink, and makes room for a key of `keyBytes`.
    func flush(into sink: some RowSink, keyBytes: Int = 0) throws {
        if batch.count > 0 {
            try sink.take(batch)
            for row in 0..<batch.newerCount { meetInstant(of: Int(batch.newer[row])) }
            for row in refused { try sink.reject(row) }
            refused.removeAll(keepingCapacity: true)
        }
        batch.clear(keyBytes: keyBytes)
    }
}
