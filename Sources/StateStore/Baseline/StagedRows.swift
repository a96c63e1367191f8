import CSeparators
import Glibc

/// Rows on their way into a new baseline file: what the file holds of them, and their keys one after another.
final class StagedRows {
    private(set) var count = 0
    private(set) var rows: UnsafeMutablePointer<BaselineRow>
    private(set) var keyLengths: UnsafeMutablePointer<UInt32>
    private(set) var keys: UnsafeMutablePointer<UInt8>
    private(set) var keyBytes = 0
    private var capacity = 1 << 14
    private var keyCapacity = 1 << 18

    init() {
        rows = .allocate(capacity: 0)
        keyLengths = .allocate(capacity: 0)
        keys = .allocate(capacity: 0)
        grow()
        growKeys(by: 0)
    }

    deinit {
        free(rows)
        free(keyLengths)
        free(keys)
    }

    @inline(__always)
    func append(_ row: BaselineRow, key: UnsafePointer<UInt8>, length: Int) {
        if count == capacity {
            capacity *= 2
            grow()
        }
        if keyBytes + length > keyCapacity { growKeys(by: length) }
        rows[count] = row
        keyLengths[count] = UInt32(length)
        memcpy(keys + keyBytes, key, length)
        keyBytes += length
        count += 1
    }

    // realloc moves large blocks by their pages, not by their bytes.
    private func grow() {
        rows = StagedRows.resized(rows, capacity)
        keyLengths = StagedRows.resized(keyLengths, capacity)
    }

    private func growKeys(by length: Int) {
        while keyBytes + length > keyCapacity { keyCapacity *= 2 }
        keys = StagedRows.resized(keys, keyCapacity)
    }

    private static func resized<Element>(
        _ memory: UnsafeMutablePointer<Element>,
        _ capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        guard let moved = realloc(memory, capacity * MemoryLayout<Element>.stride) else {
            preconditionFailure("out of memory for \(capacity) rows")
        }
        return moved.assumingMemoryBound(to: Element.self)
    }
}

/// Finds the rows that share a key among staged ones, and remembers where every row stands.
struct StagedIndex {
    let bucketCount: Int
    private let buckets: UnsafeMutableRawPointer

    /// Seven of ten places are taken, so that few rows have to go on to the next bucket.
    static func bucketCount(rows: Int) -> Int { rows / 7 + 1 }

    /// Takes zeroed memory for `bucketCount` buckets.
    init(_ buckets: UnsafeMutableRawPointer, bucketCount: Int) {
        self.buckets = buckets
        self.bucketCount = bucketCount
    }

    @inline(__always)
    func bucket(_ row: BaselineRow) -> Int {
        Int(truncatingIfNeeded: row.second.multipliedFullWidth(by: UInt64(bucketCount)).high)
    }

    func prefetch(_ row: BaselineRow) {
        separators_prefetch(buckets + bucket(row) * 64)
    }

    /// Puts a row in, and gives nothing, or the row with the same key that is there already.
    @inline(__always)
    func insert(_ row: BaselineRow, number: UInt32, rowAt: (UInt32) -> BaselineRow) -> UInt32? {
        let tag = UInt16(truncatingIfNeeded: row.first) | 1
        var place = buckets + bucket(row) * 64
        while true {
            let tags = place.assumingMemoryBound(to: UInt16.self)
            let rows = (place + 24).assumingMemoryBound(to: UInt32.self)
            for index in 0..<Int(SEPARATORS_BUCKET_TAGS) {
                if tags[index] == 0 {
                    tags[index] = tag
                    rows[index] = number
                    return nil
                }
                guard tags[index] == tag else { continue }
                let other = rowAt(rows[index])
                if other.first == row.first, other.second == row.second { return rows[index] }
            }
            tags[10] = 1
            place += 64
            if place == buckets + bucketCount * 64 { place = buckets }
        }
    }
}

/// Buckets that were filled while the rows were looked through.
final class StagedBuckets {
    let memory: UnsafeMutableRawPointer
    let bytes: Int
    var isUsable = true

    init(memory: UnsafeMutableRawPointer, bytes: Int) {
        self.memory = memory
        self.bytes = bytes
    }

    deinit {
        munmap(memory, bytes)
    }
}
