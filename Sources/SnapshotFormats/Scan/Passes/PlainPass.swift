import CSeparators
import Glibc
import InventoryCore

/// A pass over an uncompressed file, which several workers read in ranges of whole pieces.
///
/// Reading begins after the first newline of a range. Should that newline stand inside quotes, then the range
/// before ends elsewhere than this one began, and this one is read again from the right place.
struct PlainPass {
    private let pass: SnapshotPass
    private let file: PlainFile
    /// A thread does not pay for a range of fewer pieces.
    private static let piecesMin = 4

    init(_ pass: SnapshotPass, file: PlainFile) {
        self.pass = pass
        self.file = file
    }

    /// Gives nothing where the format needs the slow reader.
    func run<Sink: RowSink>(
        _ makeSink: @Sendable (Int) throws -> Sink
    ) throws -> (parts: [SnapshotPass.Part<Sink>], summary: SnapshotPass.Summary)? {
        let (head, headEnd) = try readHead()
        guard let plan = ScanPlan(pass, head) else { return nil }
        let pieces = ContentMark.pieces(file.lengthBytes)
        let wanted = pass.options.rangeBytes.map { file.lengthBytes / max(1, $0) } ?? 0
        let count = max(1, min(max(wanted, pass.options.workers), pieces / PlainPass.piecesMin))
        let turns = RangeTurns<Range<Sink>>(count)
        _ = WorkerThreads.run(min(pass.options.workers, count)) { _ in
            let buffer = PieceBuffer()
            while let index = turns.take() {
                let range = pieces * index / count..<pieces * (index + 1) / count
                let result = Result {
                    let scan = try plan.makeScan(makeSink(index))
                    if index == 0 { try scan.take(head) }
                    return try read(range, from: index == 0 ? headEnd : nil, scan, buffer)
                }
                let settled = turns.settle(index, result) { result, before in
                    var range = result
                    if let before, before.end != range.start {
                        let scan = try plan.makeScan(makeSink(index))
                        range = try read(range.pieces, from: before.end, scan, buffer)
                    }
                    try range.sink.settle()
                    return range
                }
                if let settled { turns.finish(index) { try settled.sink.finish() } }
            }
        }
        var (parts, summary): ([SnapshotPass.Part<Sink>], SnapshotPass.Summary) = try summed(
            turns.results(),
            plan
        )
        summary.columns = head.reader.foundColumns
        summary.endsInsideLine = try lastBytes().areInsideLine(pass.format)
        return (parts, summary)
    }

    private func lastBytes() throws -> LastBytes {
        var last = LastBytes()
        var byte: UInt8 = 0
        guard file.lengthBytes > 0 else { return last }
        try PlainPass.read(file, file.lengthBytes - 1, &byte, 1)
        last.append(&byte, 1)
        return last
    }

    /// What has been read of one range.
    private struct Range<Sink: RowSink> {
        let pieces: Swift.Range<Int>
        let sink: Sink
        let tally: RangeTally
        /// Where its first row begins and its last one ends.
        let start: Int
        let end: Int
        let mark: ContentMark
        /// Why the input does not end properly.
        let failure: Fault?
    }

    /// Reads the rows that begin in a range of pieces; at its first newline where no start is given.
    private func read<Sink: RowSink>(
        _ pieces: Swift.Range<Int>,
        from given: Int?,
        _ reader: any PieceScan<Sink>,
        _ buffer: PieceBuffer
    ) throws -> Range<Sink> {
        buffer.carry(buffer.piece, 0)
        var start = given
        var mark = ContentMark()
        var left = 0
        let rangeEnd = min(file.lengthBytes, pieces.upperBound * ContentMark.pieceBytes)
        for piece in pieces {
            let offset = piece * ContentMark.pieceBytes
            let count = min(ContentMark.pieceBytes, file.lengthBytes - offset)
            try PlainPass.read(file, offset, buffer.piece, count)
            if pass.options.marksBytes {
                let digest = pass.seeds.withSeeds { separators_hash_bytes(buffer.piece, count, $0) }
                mark.append(digest, bytes: count)
            }
            if start == nil { start = try firstRow(in: buffer, offset, count) }
            guard let start, start < offset + count else { continue }
            let skipped = max(0, start - offset)
            let first = skipped > 0 ? buffer.piece + skipped : buffer.start
            let available = skipped > 0 ? count - skipped : buffer.carried + count
            left = try reader.scan(first, available)
            buffer.carry(first + available - left, left)
        }
        var end = max(start ?? rangeEnd, rangeEnd)
        var failure: Fault?
        if rangeEnd == file.lengthBytes {
            // If this range began in the wrong place, its broken end means nothing.
            do {
                try reader.finish(buffer.start, left)
            } catch let error as Fault {
                failure = error
            }
        } else if left > 0 || reader.isInsideLongRow {
            end = try readOn(reader, buffer, left, rangeEnd)
        }
        return Range(
            pieces: pieces,
            sink: reader.sink,
            tally: reader.tally,
            start: start ?? rangeEnd,
            end: end,
            mark: mark,
            failure: failure
        )
    }

    /// Gives where the first row begins at or after the range's start.
    private func firstRow(in buffer: PieceBuffer, _ offset: Int, _ count: Int) throws -> Int? {
        var before: UInt8 = 0
        try PlainPass.read(file, offset - 1, &before, 1)
        if before == 0x0A { return offset }
        return LineEnds.next(buffer.piece, count).map { offset + $0 + 1 }
    }

    /// Reads the rest of the last row from the range after, and gives where it ends.
    private func readOn<Sink: RowSink>(
        _ reader: any PieceScan<Sink>,
        _ buffer: PieceBuffer,
        _ unfinished: Int,
        _ rangeEnd: Int
    ) throws -> Int {
        var left = unfinished
        var offset = rangeEnd
        while offset < file.lengthBytes {
            let count = min(PlainPass.rowEndBytes, file.lengthBytes - offset)
            try PlainPass.read(file, offset, buffer.piece, count)
            if let end = try reader.scanOneRow(buffer.start, left + count) { return offset + end - left }
            left = reader.isInsideLongRow ? 0 : left + count
            buffer.carry(buffer.piece + count - left, left)
            offset += count
        }
        try reader.finish(buffer.start, left)
        return file.lengthBytes
    }

    private static let rowEndBytes = 4096

    private func summed<Sink: RowSink>(
        _ ranges: [Range<Sink>],
        _ plan: ScanPlan
    ) throws -> ([SnapshotPass.Part<Sink>], SnapshotPass.Summary) {
        var parts: [SnapshotPass.Part<Sink>] = []
        var summary = SnapshotPass.Summary()
        var newest = NewestInstant()
        var line = 1
        var seen: UInt64 = 0
        for range in ranges {
            let tally = range.tally
            parts.append(SnapshotPass.Part(sink: range.sink, firstLine: line))
            if let failure = range.failure { throw failure.moved(toLine: line + (failure.line ?? 0)) }
            line += tally.lines
            summary.rows += tally.rows
            summary.rejected += tally.rejected
            newest.meet(tally.newest)
            summary.altered.append(tally.altered)
            seen |= tally.seen
            summary.content.append(range.mark)
        }
        try plan.check(seen: seen)
        summary.newest = newest.stated
        summary.laterRows = newest.laterRows
        return (parts, summary)
    }

    private func readHead() throws -> (TableHead, end: Int) {
        var head = TableHead(pass.format)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PlainPass.headBytes, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while !head.isKnown, offset < file.lengthBytes {
            let count = min(buffer.count, file.lengthBytes - offset)
            guard let base = buffer.baseAddress else { break }
            try PlainPass.read(file, offset, base, count)
            offset += try head.read(UnsafeRawBufferPointer(start: base, count: count))
        }
        if offset == file.lengthBytes { try head.finish() }
        return (head, offset)
    }

    private static let headBytes = 64 << 10

    /// Reads exactly `count` bytes.
    ///
    /// - Throws: `Fault` with `ends_inside_row` if the file has become shorter.
    static func read(
        _ file: PlainFile,
        _ offset: Int,
        _ target: UnsafeMutableRawPointer,
        _ count: Int
    ) throws {
        var done = 0
        while done < count {
            let length = pread(file.descriptor, target + done, count - done, off_t(offset + done))
            if length > 0 {
                done += length
                continue
            }
            if length < 0, errno == EINTR { continue }
            let reason = length == 0 ? "it has become shorter" : String(cString: strerror(errno))
            throw Fault(
                .badInput,
                code: .endsInsideRow,
                message: "The file could not be read at byte \(offset + done): \(reason).",
                hint: "Deliver snapshots under another name and rename them when they are complete."
            )
        }
    }
}
