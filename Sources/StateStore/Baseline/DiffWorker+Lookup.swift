import CSeparators
import SnapshotFormats

extension DiffWorker {
    /// Takes rows of which most are expected to be elsewhere than the one before says.
    func takeByLookup(_ batch: RowBatch, _ range: Range<Int>) throws {
        let (rows, found, digests, rests) = (rows, found, batch.digests, batch.rests)
        for index in range {
            let bucket = image.bucket(digests[index])
            separators_prefetch(bucket)
            buckets[index - range.lowerBound] = bucket
        }
        for index in range {
            let at = index - range.lowerBound
            // Row 0 stands in where no tag matched: it is not the one, and always there to be looked at.
            let row = image.candidate(buckets[at], digests[index]) ?? 0
            found[at] = row
            separators_prefetch(rows + Int(row))
        }
        var inOrder = 0
        let isPlain = knowsRests && !hasPatches && rule != .reject && baseCount > 0
        for index in range {
            let row = Int(found[index - range.lowerBound])
            if row == cursor { inOrder += 1 }
            if isPlain, isSame(rows + row, digests[index], rests[index]),
                seen[row >> 6] >> UInt64(row & 63) & 1 == 0
            {
                seen[row >> 6] |= 1 << UInt64(row & 63)
                note(row, count: 1)
                cursor = row + 1
                continue
            }
            try takeLookedUp(batch, index, row)
        }
        if inOrder > range.count - range.count / 4 { isOrdered = true }
    }

    /// Takes a row that is not as it was, or of which only a full look can tell.
    private func takeLookedUp(_ batch: RowBatch, _ index: Int, _ candidate: Int) throws {
        let digest = batch.digests[index]
        var row = candidate
        if row >= baseCount || rows[row].first != digest.first || rows[row].second != digest.second {
            guard let other = baseline.find(digest) else { return try takeAdded(batch, index) }
            row = other
        }
        try settle(row, batch, index)
        if row < baseCount { cursor = row + 1 }
    }

    @inline(__always)
    func isSame(
        _ row: UnsafePointer<BaselineRow>,
        _ digest: separators_digest,
        _ rest: UInt64
    ) -> Bool {
        (row.pointee.first ^ digest.first) | (row.pointee.second ^ digest.second) | (row.pointee.rest ^ rest)
            == 0
    }
}
