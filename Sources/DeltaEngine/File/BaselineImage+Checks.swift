import CSeparators
import InventoryCore
import SnapshotFormats

// For look-ups whose results become figures.
extension BaselineImage {
    /// Gives the row of a key, from blocks whose checksums have been compared.
    ///
    /// - Throws: `Fault` with `damaged`.
    func findChecked(_ digest: separators_digest) throws(Fault) -> Int? {
        var place = bucket(digest)
        for _ in 0..<bucketCount {
            let bytes = MemoryLayout<separators_bucket>.stride
            try mapping.check(Int(header.bucket.offset) + (place - buckets) * bytes, bytes)
            var met = separators_match_tags(place, separators_tag(digest.first))
            while met != 0 {
                let row = Int(separators_bucket_row(place, UInt32(met.trailingZeroBitCount)))
                met &= met - 1
                guard row < rowCount else { continue }
                try checkRow(row)
                if rows.isKey(row, digest) { return row }
            }
            guard let next = next(place) else { return nil }
            place = next
        }
        return nil
    }

    /// Makes sure that a row is as it was written.
    ///
    /// - Throws: `Fault` with `damaged`.
    @inline(__always)
    func checkRow(_ row: Int) throws(Fault) {
        let offset = Int(header.row.offset) + BaselineRows.groupOffset(of: row)
        try mapping.check(offset, BaselineRows.groupBytes)
    }

    /// Makes sure that a row and its key are as they were written, and some that follow; gives the row after
    /// those.
    ///
    /// - Throws: `Fault` with `damaged`.
    func check(from row: Int) throws(Fault) -> Int {
        try checkRow(row)
        let group = keys.group(of: row)
        guard group.anchor >= 0, group.anchor < keys.anchors.count else {
            throw .damaged(path, "the key of row \(row) cannot be read")
        }
        // With the next one, where the keys end.
        let begin = Int(header.anchor.offset) + group.anchor * 8
        try mapping.check(begin, min(16, (keys.anchors.count - group.anchor) * 8))
        guard let bytes = keys.bytes(ofGroup: group.anchor) else {
            throw .damaged(path, "the key of row \(row) cannot be read")
        }
        try mapping.check(Int(header.key.offset) + bytes.lowerBound, bytes.count)
        return min(group.end, row + BaselineRows.left(from: row), rowCount)
    }
}
