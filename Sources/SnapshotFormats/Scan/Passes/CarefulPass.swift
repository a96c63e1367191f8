import CSeparators
import InventoryCore

/// A pass in which the slow reader reads every row: for UTF-16, and as the twin that tests compare with.
struct CarefulPass {
    private let pass: SnapshotPass
    private let source: any ByteSource

    init(_ pass: SnapshotPass, source: any ByteSource) {
        self.pass = pass
        self.source = source
    }

    func run<Sink: RowSink>(
        _ sink: Sink
    ) throws -> (parts: [SnapshotPass.Part<Sink>], summary: SnapshotPass.Summary) {
        let scan = CarefulScan(SnapshotReader(format: pass.format), sink: sink, pass: pass)
        let buffer = PieceBuffer()
        var mark = ContentMark()
        var last = LastBytes()
        var count = 0
        repeat {
            count = try PieceRing.fill(buffer, from: source)
            guard count > 0 else { break }
            mark.append(pass.seeds.withSeeds { separators_hash_bytes(buffer.piece, count, $0) }, bytes: count)
            last.append(buffer.piece, count)
            try scan.read(UnsafeRawBufferPointer(start: buffer.piece, count: count))
        } while count == ContentMark.pieceBytes
        try scan.finish()
        var summary = scan.summary
        summary.content = mark
        summary.endsInsideLine = last.areInsideLine(pass.format)
        return ([SnapshotPass.Part(sink: sink, firstLine: 1)], summary)
    }
}

/// Turns the rows of a slow reader into batches.
final class CarefulScan<Sink: RowSink> {
    private var reader: SnapshotReader
    private let sink: Sink
    private let seeds: KeySeeds
    private let batch = RowBatch()
    private var tooLarge = 0
    private var newest: NewestInstant
    private var altered = AlteredKeys()

    init(_ reader: SnapshotReader, sink: Sink, pass: SnapshotPass) {
        self.reader = reader
        self.sink = sink
        seeds = pass.seeds
        newest = NewestInstant(upTo: pass.options.latestInstant)
    }

    var summary: SnapshotPass.Summary {
        var summary = SnapshotPass.Summary()
        summary.rows = reader.rowCount
        summary.rejected = reader.rejectedCount + tooLarge
        summary.ignored = reader.ignoredCount
        summary.newest = newest.stated
        summary.altered = altered
        summary.columns = reader.foundColumns
        summary.laterRows = newest.laterRows
        return summary
    }

    func take(_ head: TableHead) throws {
        for row in head.rejected { try reject(row) }
        for row in head.accepted { try take(row) }
    }

    func read(_ bytes: UnsafeRawBufferPointer) throws {
        try reader.read(bytes, rows: take, rejected: reject)
        try flush()
    }

    func finish() throws {
        try reader.finish(rows: take, rejected: reject)
        try flush()
    }

    func flush() throws {
        if batch.count > 0 { try sink.take(batch) }
        batch.clear()
    }

    private func reject(_ row: RejectedRow) throws {
        try sink.reject(row.moved(toLine: row.line - 1))
    }

    private func take(_ row: SourceRow) throws {
        let key = CanonicalKey.bytes(of: row.key)
        if !batch.hasRoom(keyBytes: key.count) {
            try flush()
            batch.clear(keyBytes: key.count)
        }
        do throws(QuantityError) {
            let net = try row.net().millionths
            batch.append(key: key, net: net, asOf: row.asOf, line: row.line - 1, seeds: seeds)
            altered.note(row, batch.digests[batch.count - 1], seeds)
            if let asOf = row.asOf { newest.meet(asOf, of: batch.digests[batch.count - 1]) }
        } catch {
            tooLarge += 1
            var nothing: UInt8 = 0
            try sink.reject(RejectedRow.netTooLarge(row.moved(toLine: row.line - 1), &nothing, 0))
        }
    }
}
