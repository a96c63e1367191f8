import CSeparators
import Glibc
import InventoryCore

/// The buckets of an unfinished baseline file, made a part at a time; finds rows that share a key.
struct StagedIndex {
    /// A row whose key another row has, too.
    ///
    /// The other row is the same for all rows of a key, but not always the first of them in the file.
    typealias Repeat = (row: UInt32, other: UInt32)

    let bucketsPerPart: Int
    private let entries: [BucketEntries]

    /// How many buckets of five places there are for how many rows, so that few have to go on to the next.
    private static let share = (buckets: 4, rows: 15)

    init(_ entries: [BucketEntries]) {
        self.entries = entries
        let counts = (0..<BucketEntries.parts).map { part in entries.reduce(0) { $0 + $1.count(of: part) } }
        let share = StagedIndex.share
        let least = (counts.max() ?? 0) * share.buckets / share.rows + 1
        // Rounded up to whole pages where that adds little.
        let perPage = BaselineHeader.pageBytes / MemoryLayout<separators_bucket>.stride
        bucketsPerPart = least < perPage * 16 ? least : (least + perPage - 1) / perPage * perPage
    }

    var bucketCount: Int { bucketsPerPart * BucketEntries.parts }
    var bytesPerPart: Int { bucketsPerPart * MemoryLayout<separators_bucket>.stride }
    var bytes: Int { bytesPerPart * BucketEntries.parts }

    /// The buckets of one part after another; one for each thread.
    final class Filling {
        private let index: StagedIndex
        /// What is known of the keys in the buckets' places.
        private let keys: UnsafeMutablePointer<UInt32>
        private(set) var repeats: [Repeat] = []

        /// How many entries ahead their buckets are fetched.
        private static let ahead = 16

        init(_ index: StagedIndex) {
            self.index = index
            keys = .allocate(capacity: index.bucketsPerPart * Int(SEPARATORS_BUCKET_ROWS))
        }

        deinit {
            keys.deallocate()
        }

        /// Makes the buckets of a part, at the start of the memory.
        func fill(_ memory: GrowingMemory, _ part: Int, _ rows: BaselineRows) throws(Fault) {
            memory.grow(to: index.bytesPerPart)
            memset(memory.base, 0, index.bytesPerPart)
            let buckets = memory.base.assumingMemoryBound(to: separators_bucket.self)
            for entries in index.entries {
                try entries.forEachStretch(of: part) { stretch in
                    for place in 0..<stretch.count {
                        if place + Filling.ahead < stretch.count {
                            separators_prefetch(buckets + bucket(stretch[place + Filling.ahead].key))
                        }
                        insert(stretch[place], buckets, rows)
                    }
                }
            }
        }

        /// Within the part.
        @inline(__always)
        private func bucket(_ key: UInt32) -> Int {
            let bits = UInt64(key >> BucketEntries.partBits)
            let place = (bits &* UInt64(index.bucketsPerPart)) >> UInt64(BucketEntries.choiceBits)
            return Int(truncatingIfNeeded: place)
        }

        @inline(__always)
        private func insert(
            _ entry: BucketEntries.Entry,
            _ buckets: UnsafeMutablePointer<separators_bucket>,
            _ rows: BaselineRows
        ) {
            var place = bucket(entry.key)
            while true {
                let bucket = buckets + place
                let keys = keys + place &* Int(SEPARATORS_BUCKET_ROWS)
                let free = separators_match_tags(bucket, 0)
                let used = free == 0 ? Int(SEPARATORS_BUCKET_ROWS) : free.trailingZeroBitCount
                for other in 0..<used where _slowPath(keys[other] == entry.key) {
                    let other = separators_bucket_row(bucket, UInt32(other))
                    guard rows.isSameKey(Int(other), Int(entry.row)) else { continue }
                    repeats.append((entry.row, other))
                    return
                }
                if free != 0 {
                    let tag = entry.key & ((1 << UInt32(SEPARATORS_TAG_BITS)) - 1)
                    separators_fill_place(bucket, UInt32(used), entry.rest, entry.row, tag)
                    keys[used] = entry.key
                    return
                }
                bucket.pointee.tags |= SEPARATORS_BUCKET_SPILLED
                place = place + 1 == index.bucketsPerPart ? 0 : place + 1
            }
        }
    }
}
