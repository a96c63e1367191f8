import CSeparators
import Glibc
import SnapshotFormats

/// Rows out of order when the baseline is larger than the memory that may be used: looked up one at a time,
/// each would wait for the disk. So they are divided among parts of the baseline, and each part is compared
/// in the order in which its rows stand there: what is read is read in order, however little memory there is.
extension DiffWorker {
    /// How many rows of the baseline lie in memory while it is walked through.
    private static let walkRows = 1 << 20

    /// Keeps the rows of a batch from `begin` on for later.
    ///
    /// Once begun, this is done with all rows that follow: of two
    /// rows with one key the earlier one must be settled first.
    func spill(_ batch: RowBatch, from begin: Int) throws {
        let spilled = try spilled ?? SpilledRows(parts: spillParts, beside: baseline.path)
        self.spilled = spilled
        try batch.readAll()
        for index in begin..<batch.count {
            guard batch.isRead(index), let key = batch.keys[index] else { continue }
            let rest = batch.rests[index]
            let record = SpilledRows.Record(
                first: batch.digests[index].first,
                second: batch.digests[index].second,
                rest: rest == RowBatch.unknownRest ? 0 : rest,
                net: batch.nets[index],
                line: batch.lines[index],
                place: UInt32(truncatingIfNeeded: place + index),
                keyLength: batch.keyLengths[index]
            )
            try spilled.append(record, key: key)
        }
    }

    /// As many parts as let one, with its rows and its share of the buckets, take a quarter of the memory.
    private var spillParts: Int {
        let bytes = baseCount * (MemoryLayout<SpilledRows.Record>.stride + 32) + image.bucketBytes
        return min(1024, max(2, bytes * 4 / max(1, memoryBytesMax)))
    }

    /// Compares all rows that have been kept.
    func settleSpilled() throws {
        guard let spilled else { return }
        order.giveUp()
        let rowsTaken = place
        for part in 0..<spilled.partCount {
            let memory = try spilled.read(part)
            try settle(UnsafeRawBufferPointer(start: memory.base, count: spilled.bytes(of: part)))
            image.releaseBuckets(part, of: spilled.partCount)
        }
        place = rowsTaken
        self.spilled = nil
        sortByPlace()
    }

    private func settle(_ bytes: UnsafeRawBufferPointer) throws {
        var offsets: [Int] = []
        /// The row of the baseline, above the number of the record.
        var candidates: [UInt64] = []
        var offset = 0
        while offset < bytes.count {
            let record = bytes.load(fromByteOffset: offset, as: SpilledRows.Record.self)
            image.forEachCandidate(record.digest) { row in
                candidates.append(UInt64(row) << 32 | UInt64(offsets.count))
            }
            offsets.append(offset)
            offset += record.bytes
        }
        candidates.sort()
        var isFound = [Bool](repeating: false, count: offsets.count)
        let batch = RowBatch()
        var released = 0
        for candidate in candidates {
            let row = Int(candidate >> 32)
            let number = Int(candidate & 0xFFFF_FFFF)
            if row - released > DiffWorker.walkRows {
                image.releaseRows(released..<row)
                released = row
            }
            let record = bytes.load(fromByteOffset: offsets[number], as: SpilledRows.Record.self)
            guard rows.isKey(row, record.digest) else { continue }
            isFound[number] = true
            take(record, bytes, offsets[number], as: batch)
            try settle(row, batch, 0)
        }
        image.releaseRows(released..<baseCount)
        for number in offsets.indices where !isFound[number] {
            let record = bytes.load(fromByteOffset: offsets[number], as: SpilledRows.Record.self)
            take(record, bytes, offsets[number], as: batch)
            if let extra = baseline.overlay.findExtra(record.digest) {
                try settle(extra, batch, 0)
            } else {
                try takeAdded(batch, 0)
            }
        }
    }

    /// Makes a record the only row of a batch.
    private func take(
        _ record: SpilledRows.Record,
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        as batch: RowBatch
    ) {
        guard let base = bytes.baseAddress else { return }
        let key = base + offset + MemoryLayout<SpilledRows.Record>.stride
        place = Int(record.place)
        batch.replace(
            digest: record.digest,
            rest: record.rest == 0 ? RowBatch.unknownRest : record.rest,
            net: record.net,
            key: UnsafeBufferPointer(
                start: key.assumingMemoryBound(to: UInt8.self),
                count: Int(record.keyLength)
            ),
            line: Int(record.line)
        )
    }
}
