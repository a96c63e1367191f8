import CSeparators
import SnapshotFormats

extension DiffWorker {
    /// Takes rows of which most are expected to be elsewhere than the one before says.
    func takeByLookup(_ batch: RowBatch, _ range: Range<Int>) throws {
        let (rows, found, late, digests, rests) = (rows, found, late, batch.digests, batch.rests)
        guard let seen = seen.baseAddress else { return }
        for index in range {
            let bucket = image.bucket(digests[index])
            separators_prefetch(bucket)
            buckets[index - range.lowerBound] = bucket
        }
        var spilled = 0
        for index in range {
            let at = index - range.lowerBound
            // Row 0 stands in where no tag matched: it is not the one, and always there to be looked at.
            var row: UInt32 = 0
            if let candidate = image.candidate(buckets[at], digests[index]) {
                row = candidate
            } else if let next = image.next(buckets[at]) {
                buckets[at] = next
                separators_prefetch(next)
                late[spilled] = UInt8(truncatingIfNeeded: at)
                spilled += 1
            }
            found[at] = row
            separators_prefetch(rows + Int(row))
            separators_prefetch(seen + Int(row >> 6))
        }
        for place in 0..<spilled {
            let at = Int(late[place])
            let row = image.candidate(buckets[at], digests[range.lowerBound + at]) ?? 0
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
