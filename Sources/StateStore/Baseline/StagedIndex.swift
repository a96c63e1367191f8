import CSeparators
import Glibc

/// The buckets of a baseline file under way; finds rows that share a key.
struct StagedIndex {
    let bucketCount: Int
    private let memory: HugePages
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

    /// Puts all rows in, and gives those that are not the first of their keys, each with the first.
    func insert(_ rows: UnsafePointer<BaselineRow>, _ count: Int) -> [BaselineWriter.Repeat] {
        var repeats: [BaselineWriter.Repeat] = []
        for row in 0..<count {
            if row + StagedIndex.ahead < count {
                separators_prefetch(buckets + bucket(rows[row + StagedIndex.ahead]) * StagedIndex.bucketBytes)
            }
            if let first = insert(UInt32(truncatingIfNeeded: row), rows) {
                repeats.append((UInt32(truncatingIfNeeded: row), first))
            }
        }
        return repeats
    }

    /// Puts a row in, and gives nothing, or the row with the same key that is there already.
    @inline(__always)
    private func insert(_ number: UInt32, _ all: UnsafePointer<BaselineRow>) -> UInt32? {
        let row = all[Int(number)]
        let tag = BaselineImage.tag(separators_digest(first: row.first, second: row.second))
        var place = buckets + bucket(row) * StagedIndex.bucketBytes
        while true {
            let tags = place.assumingMemoryBound(to: UInt16.self)
            let rows = (place + 24).assumingMemoryBound(to: UInt32.self)
            var met = separators_match_tags(place, tag)
            while _slowPath(met != 0) {
                let first = rows[met.trailingZeroBitCount]
                let other = all[Int(first)]
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
