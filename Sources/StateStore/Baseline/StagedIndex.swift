import CSeparators
import Glibc

/// The buckets of a baseline file, filled with staged rows; finds those that share a key.
struct StagedIndex {
    let bucketCount: Int
    let memory: HugePages
    private let buckets: UnsafeMutableRawPointer

    /// Seven of ten places are taken, so that few rows have to go on to the next bucket.
    static func bucketCount(rows: Int) -> Int { rows / 7 + 1 }
    static let bucketBytes = 64
    /// How many rows ahead their buckets are fetched.
    private static let ahead = 16

    init(rows: Int) {
        bucketCount = StagedIndex.bucketCount(rows: rows)
        memory = HugePages(bytes: bucketCount * StagedIndex.bucketBytes)
        buckets = memory.base
    }

    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buckets, count: bucketCount * StagedIndex.bucketBytes)
    }

    @inline(__always)
    private func bucket(_ row: BaselineRow) -> Int {
        Int(truncatingIfNeeded: row.second.multipliedFullWidth(by: UInt64(bucketCount)).high)
    }

    /// Puts all rows in, numbered on through the parts, and
    /// gives those that are not the first of their keys, each with the first.
    func insert(_ parts: [StagedRows]) -> [(row: UInt32, first: UInt32)] {
        var repeats: [(row: UInt32, first: UInt32)] = []
        var number: UInt32 = 0
        for part in parts {
            let (rows, count) = (part.rows, part.count)
            for place in 0..<count {
                if place + StagedIndex.ahead < count {
                    separators_prefetch(
                        buckets + bucket(rows[place + StagedIndex.ahead]) * StagedIndex.bucketBytes
                    )
                }
                if let first = insert(rows[place], number, parts) { repeats.append((number, first)) }
                number += 1
            }
        }
        return repeats
    }

    /// Puts a row in, and gives nothing, or the row with the same key that is there already.
    @inline(__always)
    private func insert(_ row: BaselineRow, _ number: UInt32, _ parts: [StagedRows]) -> UInt32? {
        let tag = BaselineImage.tag(separators_digest(first: row.first, second: row.second))
        var place = buckets + bucket(row) * StagedIndex.bucketBytes
        while true {
            let tags = place.assumingMemoryBound(to: UInt16.self)
            let rows = (place + 24).assumingMemoryBound(to: UInt32.self)
            var met = separators_match_tags(place, tag)
            while _slowPath(met != 0) {
                let first = rows[met.trailingZeroBitCount]
                let other = StagedRows.row(Int(first), in: parts).pointee
                if other.first == row.first, other.second == row.second { return first }
                met &= met - 1
            }
            let free = separators_match_tags(place, 0)
            if free != 0 {
                tags[free.trailingZeroBitCount] = tag
                rows[free.trailingZeroBitCount] = number
                return nil
            }
            tags[Int(SEPARATORS_BUCKET_TAGS)] = 1
            place += StagedIndex.bucketBytes
            if place == buckets + bucketCount * StagedIndex.bucketBytes { place = buckets }
        }
    }
}
