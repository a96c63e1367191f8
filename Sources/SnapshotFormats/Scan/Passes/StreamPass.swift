import InventoryCore

/// A pass over a source that can only be read in order: one thread unpacks it while this one scans.
struct StreamPass {
    private let pass: SnapshotPass
    private let source: any ByteSource

    init(_ pass: SnapshotPass, source: any ByteSource) {
        self.pass = pass
        self.source = source
    }

    func run<Sink: RowSink>(
        _ sink: Sink
    ) throws -> (parts: [SnapshotPass.Part<Sink>], summary: SnapshotPass.Summary) {
        let ring = PieceRing(source)
        let result = try WorkerThreads.overlap({ ring.fill() }) {
            defer { ring.giveUp() }
            return try StreamScan(pass, sink).run {
                try ring.next()
            } release: {
                ring.release()
            }
        }
        if let result { return result.body }
        // Without a second thread the two take turns.
        let buffers = [PieceBuffer(), PieceBuffer()]
        var turn = 0
        return try StreamScan(pass, sink).run {
            turn = 1 - turn
            return (buffers[turn], try PieceRing.fill(buffers[turn], from: source))
        } release: {
        }
    }
}

/// The scanning side of a stream.
private final class StreamScan<Sink: RowSink> {
    private let pass: SnapshotPass
    private let sink: Sink
    private var head: TableHead
    private var plan: ScanPlan?
    private var scan: (any PieceScan<Sink>)?
    /// Set for a format that needs the slow reader after its head.
    private var careful: CarefulScan<Sink>?
    private var mark = ContentMark()
    private var last = LastBytes()

    init(_ pass: SnapshotPass, _ sink: Sink) {
        self.pass = pass
        self.sink = sink
        head = TableHead(pass.format)
    }

    func run(
        next: () throws -> (buffer: PieceBuffer, count: Int),
        release: () -> Void
    ) throws -> (parts: [SnapshotPass.Part<Sink>], summary: SnapshotPass.Summary) {
        var last: PieceBuffer?
        var left = 0
        while true {
            let (buffer, count) = try next()
            mark.append(buffer.piece, count, pass.seeds)
            self.last.append(buffer.piece, count)
            if let last {
                buffer.carry(last.piece + last.bytes - left, left)
                release()
            }
            left = try take(buffer, count)
            if count < buffer.bytes {
                return try finish(buffer.piece + count - left, left)
            }
            last = buffer
        }
    }

    /// Scans what was carried and the piece, and gives how many bytes are left.
    private func take(_ buffer: PieceBuffer, _ count: Int) throws -> Int {
        if let careful {
            try careful.read(UnsafeRawBufferPointer(start: buffer.piece, count: count))
            return 0
        }
        if let scan { return try scan.scan(buffer.start, buffer.carried + count) }
        let used = try head.read(UnsafeRawBufferPointer(start: buffer.piece, count: count))
        guard head.isKnown else { return 0 }
        let rest = UnsafeRawBufferPointer(start: buffer.piece + used, count: count - used)
        plan = ScanPlan(pass, head)
        guard let plan else {
            let careful = CarefulScan(head.reader, sink: sink, pass: pass)
            self.careful = careful
            try careful.take(head)
            try careful.read(rest)
            return 0
        }
        let scan = try plan.makeScan(sink)
        self.scan = scan
        try scan.take(head)
        return try scan.scan(buffer.piece + used, count - used)
    }

    private func finish(
        _ bytes: UnsafePointer<UInt8>,
        _ left: Int
    ) throws -> (parts: [SnapshotPass.Part<Sink>], summary: SnapshotPass.Summary) {
        var summary = SnapshotPass.Summary()
        if let careful {
            try careful.finish()
            summary = careful.summary
        } else if let scan {
            do {
                try scan.finish(bytes, left)
            } catch let error as Fault {
                throw error.moved(toLine: 1 + (error.line ?? 0))
            }
            let tally = scan.tally
            try plan?.check(seen: tally.seen)
            summary.rows = tally.rows
            summary.rejected = tally.rejected
            summary.newest = tally.newest.stated
            summary.altered = tally.altered
            summary.columns = head.reader.foundColumns
            summary.laterRows = tally.newest.laterRows
        } else {
            try head.finish()
            let careful = CarefulScan(head.reader, sink: sink, pass: pass)
            try careful.take(head)
            try careful.flush()
            summary = careful.summary
        }
        summary.content = mark
        summary.endsInsideLine = last.areInsideLine(pass.format)
        return ([SnapshotPass.Part(sink: sink, firstLine: 1)], summary)
    }
}
