import CSeparators
package import InventoryCore

/// Reads rows out of blocks that begin at a row start: separators 64 bytes at a time, ordinary rows in place.
///
/// A row that is out of the ordinary (a doubled quote, a wrong number of columns, bad text) is given to
/// `CarefulRows`, which is the slow reader that defines what every row means. Benchmarks: scan, parse.
final class BlockScanner: QuantitySource {
    let shape: RowShape
    let seeds: KeySeeds
    let batch = RowBatch()
    let careful: CarefulRows
    var newest = NewestInstant()

    /// The line of the next row, counted from 0 at the begin of the range.
    var line = 0
    /// Rows so far, rejected ones included.
    var rows = 0
    var rejected = 0

    private let instructions: Instructions
    private var isWide: Bool { instructions >= .wide }
    /// One place before it belongs to it too.
    private var separators: UnsafeMutablePointer<UInt32>
    private let alignment: UnsafeMutablePointer<separators_alignment>
    private var times: TimeParser
    /// The block whose rows are in the batch.
    private var block = (base: UnsafePointer<UInt8>?.none, flags: UInt32(0))
    /// Rows refused while the sink had the batch.
    private var refused: [RejectedRow] = []
    private var separatorsCapacity: Int

    /// Enough rows to hide the cost of a step, few enough to stay in the innermost caches.
    static let blockBytes = 64 << 10
    /// How many bytes after the given ones must be readable.
    static let slackBytes = 64

    init(
        _ shape: RowShape,
        format: SnapshotFormat,
        columns: FoundColumns,
        seeds: KeySeeds,
        instructions: Instructions = .best
    ) throws(SnapshotError) {
        self.shape = shape
        self.seeds = seeds
        careful = try CarefulRows(format, columns: columns)
        if let constant = shape.constantAsOf { newest.meet(constant) }
        self.instructions = min(instructions, .best)
        separatorsCapacity = BlockScanner.blockBytes + 73
        separators = .allocate(capacity: separatorsCapacity) + 1
        alignment = .allocate(capacity: 1)
        separators_fill_alignment(alignment)
        times = try TimeParser(format.dialect.timeFormat)
        batch.reader = self
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
        var span = BlockScanner.blockBytes
        while position < length {
            let count = min(span, length - position)
            let result = index(base + position, count)
            if result.flags & UInt32(SEPARATORS_IRREGULAR) != 0 {
                let taken = try scanRowByRow(base + position, count, available: length - position, into: sink)
                position += taken
                if taken > 0 { continue }
            } else if result.newlines > 0 {
                position += try takeBlock(base + position, result, into: sink)
                span = BlockScanner.blockBytes
                continue
            }
            guard count < length - position else { break }
            span *= 2
        }
        try flush(into: sink)
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

    /// Reads the rows whose ends are in the index, and gives how many bytes they take.
    private func takeBlock(
        _ base: UnsafePointer<UInt8>,
        _ result: separators_result,
        into sink: some RowSink
    ) throws -> Int {
        var used = result.count
        while base[Int(separators[used - 1])] != UInt8(ascii: "\n") { used -= 1 }
        let width = Int(shape.inner.width)
        // If there are as many separators as columns and each row's last
        // one ends a line, then no row can have another number of columns.
        let isEven = used == result.newlines * width
        let isOneByOne = !isEven || result.flags & UInt32(SEPARATORS_INNER) != 0
        separators[-1] = UInt32.max
        block = (base, result.flags)
        var start = 0
        var next = 0
        while next < used {
            var count = used - next
            var end = next
            if isOneByOne {
                while base[Int(separators[end])] != UInt8(ascii: "\n") { end += 1 }
                count = end + 1 - next
            }
            let before = start
            let taken =
                count < width || isOneByOne && count > width
                ? 0 : takeRows(base, next, count, result.flags)
            next += taken
            if taken > 0 { start = Int(separators[next - 1]) + 1 }
            if isOneByOne, taken > 0 { line += LineEnds.inside(base + before, start - before - 1) }
            if batch.count == RowBatch.capacity { try flush(into: sink) }
            guard taken == 0 else { continue }
            // Odd, or a key for which the arena had no room left.
            end = next
            while base[Int(separators[end])] != UInt8(ascii: "\n") { end += 1 }
            let length = Int(separators[end]) + 1 - start
            try takeCarefully(base + start, length, into: sink)
            start += length
            next = end + 1
        }
        // The rows' places mean something only while the index is that of their block.
        try flush(into: sink)
        return start
    }

    /// Takes ordinary rows into the batch, and gives how many separators they have.
    private func takeRows(
        _ base: UnsafePointer<UInt8>,
        _ next: Int,
        _ count: Int,
        _ flags: UInt32
    ) -> Int {
        let before = batch.count
        let first = UnsafePointer(separators)
        let taken = batch.fill(newest: newest.words, newestMicroseconds: newest.microseconds) { filled in
            seeds.withSeeds { seeds in
                isWide
                    ? separators_take_rows_wide(
                        base,
                        first,
                        next,
                        count,
                        flags,
                        Int64(line),
                        shape.innerPlace,
                        seeds,
                        &filled
                    )
                    : separators_take_rows_words(
                        base,
                        first,
                        next,
                        count,
                        flags,
                        Int64(line),
                        shape.innerPlace,
                        seeds,
                        &filled
                    )
            }
        }
        rows += batch.count - before
        line += batch.count - before
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
                _ = try takeBlock(rest, result, into: sink)
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
        } catch let error as SnapshotError {
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
            batch.append(key: key, net: net, line: source.line, seeds: seeds)
            if let asOf = source.asOf { newest.meet(asOf) }
        } catch {
            rejected += 1
            try sink.reject(RejectedRow.netTooLarge(line: source.line, row, length))
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

    /// Reads the quantities of all rows in the batch.
    func readAllQuantities() throws {
        guard let base = block.base else { return }
        let (flags, shape, alignment) = (block.flags, shape.innerPlace, alignment)
        let (states, places, nets) = (batch.states, batch.places, batch.nets)
        for row in 0..<batch.count where states[row] == .unread {
            let first = UnsafePointer(separators + Int(places[row]))
            let isGood =
                isWide
                ? separators_net_wide(base, first, flags, shape, alignment, nets + row)
                : separators_net_words(base, first, flags, shape, alignment, nets + row)
            let isKept = try isGood != 0 || readCarefully(row, base, first)
            states[row] = isKept ? .read : .refused
        }
    }

    /// Reads the quantities of a row in the batch; false if the row has been rejected.
    func readQuantities(of row: Int) throws -> Bool {
        guard let base = block.base else { return false }
        let place = Int(batch.places[row])
        let first = UnsafePointer(separators + place)
        let isGood =
            isWide
            ? separators_net_wide(base, first, block.flags, shape.innerPlace, alignment, batch.nets + row)
            : separators_net_words(base, first, block.flags, shape.innerPlace, alignment, batch.nets + row)
        if isGood != 0 { return true }
        return try readCarefully(row, base, first)
    }

    @inline(never)
    private func readCarefully(
        _ row: Int,
        _ base: UnsafePointer<UInt8>,
        _ first: UnsafePointer<UInt32>
    ) throws -> Bool {
        let start = Int(first[-1] &+ 1)
        let length = Int(first[Int(shape.inner.width) - 1]) + 1 - start
        let line = Int(batch.lines[row])
        let outcome = try careful.read(base + start, length)
        if let source = outcome.accepted.first {
            if let net = try? source.net() {
                batch.nets[row] = net.millionths
                if let asOf = source.asOf { newest.meet(asOf) }
                return true
            }
            refused.append(RejectedRow.netTooLarge(line: line, base + start, length))
        }
        refused += outcome.rejected.map { $0.moved(toLine: line + $0.line - 1) }
        rejected += 1
        return false
    }

    /// Takes note of a row's instant, which is known to be sound: the sink has taken the row.
    private func meetInstant(of row: Int) {
        guard let base = block.base, batch.states[row] != .refused, shape.inner.as_of >= 0 else { return }
        let first = separators + Int(batch.places[row])
        let column = Int(shape.inner.as_of)
        var start = Int(first[column - 1] &+ 1)
        var end = Int(first[column])
        if column == Int(shape.inner.width) - 1, end > start, base[end - 1] == 0x0D { end -= 1 }
        if shape.inner.quote != 0, end - start >= 2, base[start] == shape.inner.quote {
            start += 1
            end -= 1
        }
        if shape.inner.has_rfc3339_times != 0, end - start == 20 {
            newest.meet(separators_read_instant(base + start))
        } else if let instant = times.parse(UnsafeBufferPointer(start: base + start, count: end - start)) {
            newest.meet(instant)
        }
    }
}

extension RejectedRow {
    static func netTooLarge(line: Int, _ row: UnsafePointer<UInt8>, _ length: Int) -> RejectedRow {
        RejectedRow(
            line: line,
            column: nil,
            reason: .tooLarge,
            message: "On hand less committed less unusable is too large.",
            bytes: UnsafeBufferPointer(start: row, count: length)
        )
    }

    /// Gives the same with another line.
    package func moved(toLine line: Int) -> RejectedRow {
        RejectedRow(line: line, column: column, reason: reason, message: message, bytes: bytes)
    }
}
