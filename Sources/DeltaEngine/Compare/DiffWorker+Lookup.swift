import CSeparators
import SnapshotFormats

extension DiffWorker {
    /// Takes rows that mostly do not follow the row before them.
    ///
    /// Hot (benchmark `diff`, shuffled): an unchanged row costs the cache line of its bucket, and no other.
    func takeByLookup(_ batch: RowBatch, _ range: Range<Int>) throws {
        let found = found
        findRows(batch, range)
        guard let seen = seen.baseAddress else { return }
        var inOrder = 0
        for index in range {
            let place = found[index - range.lowerBound]
            let row = Int(place & ~SEPARATORS_UNCHANGED)
            if row == cursor { inOrder += 1 }
            if place & SEPARATORS_UNCHANGED != 0, seen[row >> 6] >> UInt64(row & 63) & 1 == 0,
                !(hasPatches && baseline.overlay.isPatched(row))
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

    /// Finds where rows stand in the baseline, waiting for memory once for all of them.
    private func findRows(_ batch: RowBatch, _ range: Range<Int>) {
        guard let seen = seen.baseAddress else { return }
        let (digests, rests) = (batch.digests + range.lowerBound, batch.rests + range.lowerBound)
        let believes = rule != .reject
        var left = range.count
        if believes {
            if fetchedEnd < range.upperBound {
                image.fetchBuckets(batch, max(fetchedEnd, range.lowerBound)..<range.upperBound)
            }
            let ahead = min(range.count, batch.count - range.upperBound)
            fetchedEnd = range.upperBound + ahead
            left = image.findUnchanged(batch, range, ahead: ahead, seen: seen, found: found, others: others)
        } else {
            for at in 0..<range.count {
                separators_prefetch_far(image.bucket(digests[at]))
                found[at] = 0
                others[at] = UInt16(truncatingIfNeeded: at)
            }
        }
        for place in 0..<left { buckets[place] = image.bucket(digests[Int(others[place])]) }
        var rounds = 0
        while left > 0, rounds < DiffWorker.roundsMax {
            var next = 0
            for place in 0..<left {
                let at = Int(others[place])
                let bucket = look(at, buckets[place], digests[at], rests[at], believes)
                guard let bucket else { continue }
                separators_prefetch(bucket)
                buckets[next] = bucket
                others[next] = others[place]
                next += 1
            }
            left = next
            rounds += 1
        }
    }

    /// Rows that were moved on more often are looked up one at a time.
    private static let roundsMax = 6

    /// Looks for a row in its bucket, and gives the next bucket where that has to be looked at too.
    ///
    /// A changed row that may have the key is fetched.
    @inline(__always)
    private func look(
        _ at: Int,
        _ bucket: BaselineImage.Bucket,
        _ digest: separators_digest,
        _ rest: UInt64,
        _ believes: Bool
    ) -> BaselineImage.Bucket? {
        guard let seen = seen.baseAddress else { return nil }
        if believes, let row = image.unchanged(bucket, digest, rest) {
            found[at] = UInt32(truncatingIfNeeded: row) | SEPARATORS_UNCHANGED
            separators_prefetch(seen + row >> 6)
            return nil
        }
        // 0 means that no tag matched; row 0 can be compared safely, and will not match.
        if found[at] == 0, let row = image.candidate(bucket, digest) {
            found[at] = UInt32(truncatingIfNeeded: row)
            rows.prefetch(row)
            separators_prefetch(seen + row >> 6)
        }
        return image.next(bucket)
    }

    /// Takes a row that has changed, or that only a full comparison can tell.
    private func takeLookedUp(_ batch: RowBatch, _ index: Int, _ candidate: Int) throws {
        let digest = batch.digests[index]
        var row = candidate
        if row >= baseCount || !rows.isKey(row, digest) {
            guard let other = baseline.find(digest) else { return try takeAdded(batch, index) }
            row = other
        }
        try settle(row, batch, index)
        if row < baseCount { cursor = row + 1 }
    }

    @inline(__always)
    func isSame(_ row: RowSignature, _ digest: separators_digest, _ rest: UInt64) -> Bool {
        (row.first ^ digest.first) | (row.rest ^ rest) == 0
    }
}
