import CSeparators
import Glibc

/// The buckets of a baseline file under way; finds rows that share a key.
struct StagedIndex {
    let bucketCount: Int
    private let memory: HugePages
    private let buckets: UnsafeMutablePointer<separators_bucket>

    /// How many buckets of five places there are for so many rows: few rows have to go on to the next then.
    private static let bucketsForRows = (buckets: 4, rows: 15)
    /// How many rows ahead their buckets are fetched.
    private static let ahead = 16

    init(rows: Int) {
        let share = StagedIndex.bucketsForRows
        bucketCount = rows / share.rows * share.buckets + share.buckets
        memory = HugePages(bytes: bucketCount * MemoryLayout<separators_bucket>.stride)
        buckets = memory.base.assumingMemoryBound(to: separators_bucket.self)
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buckets, count: bucketCount * MemoryLayout<separators_bucket>.stride)
    }

    @inline(__always)
    private func bucket(_ half: UInt32) -> Int { separators_choice(UInt64(half) << 32, bucketCount) }

    /// Puts all rows in, and gives those that are not the first of their keys, each with the first.
    func insert(_ rows: BaselineRows, _ count: Int) -> [BaselineWriter.Repeat] {
        var repeats: [BaselineWriter.Repeat] = []
        for row in 0..<count {
            if row + StagedIndex.ahead < count {
                separators_prefetch(buckets + bucket(rows.half(row + StagedIndex.ahead)))
            }
            if let first = insert(row, rows) { repeats.append((UInt32(truncatingIfNeeded: row), first)) }
        }
        return repeats
    }

    /// Puts a row in, and gives nothing, or the row with the same key that is there already.
    @inline(__always)
    private func insert(_ number: Int, _ all: BaselineRows) -> UInt32? {
        let row = all[number]
        let digest = separators_digest(first: row.first, second: row.second)
        let tag = separators_tag(row.first)
        var place = bucket(all.half(number))
        while true {
            let bucket = buckets + place
            var met = separators_match_tags(bucket, tag)
            while _slowPath(met != 0) {
                let first = separators_bucket_row(bucket, UInt32(met.trailingZeroBitCount))
                if all.isKey(Int(first), digest) { return first }
                met &= met - 1
            }
            let free = separators_match_tags(bucket, 0)
            if free != 0 {
                separators_fill_place(
                    bucket,
                    UInt32(free.trailingZeroBitCount),
                    row.rest,
                    UInt32(truncatingIfNeeded: number),
                    tag
                )
                return nil
            }
            bucket.pointee.tags |= SEPARATORS_BUCKET_SPILLED
            place = place + 1 == bucketCount ? 0 : place + 1
        }
    }
}
