import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// Rows on their way into a new baseline file, with all that the file keeps of their keys.
final class StagedRows {
    private(set) var count = 0
    private(set) var rows: UnsafeMutablePointer<BaselineRow>
    let heap = KeyHeap.Writer()
    /// The first row of every run of rows with the same SKU, and the digest of that SKU.
    private(set) var runs: [(row: UInt32, digest: separators_digest)] = []
    let locations = LocationChanges()

    private let seeds: KeySeeds
    private let memory = HugePages()
    private var capacity: Int
    /// How many bytes of the last key are its SKU's, the comma included.
    private var prefixBytes = 0

    init(seeds: KeySeeds) {
        self.seeds = seeds
        rows = memory.base.assumingMemoryBound(to: BaselineRow.self)
        capacity = memory.bytes / MemoryLayout<BaselineRow>.stride
    }

    @inline(__always)
    func append(_ row: BaselineRow, key: UnsafePointer<UInt8>, length: Int) {
        if count == capacity { grow() }
        rows[count] = row
        let shared = heap.append(key, length)
        if count == 0 || shared < prefixBytes { beginRun(key, length) }
        locations.count(
            positions: 1,
            net: Int128(row.net),
            UnsafeBufferPointer(start: key, count: length),
            after: prefixBytes,
            seeds
        )
        count += 1
    }

    func append(_ row: BaselineRow, key: [UInt8]) {
        key.withUnsafeBufferPointer { key in
            guard let base = key.baseAddress else { preconditionFailure("a key has at least two commas") }
            append(row, key: base, length: key.count)
        }
    }

    /// Reads the keys of all rows, in order.
    var keys: KeyHeap.Cursor {
        KeyHeap.Cursor(heap.bytes.bindMemory(to: UInt8.self), offset: 0)
    }

    private func grow() {
        memory.grow(to: memory.bytes * 2)
        rows = memory.base.assumingMemoryBound(to: BaselineRow.self)
        capacity = memory.bytes / MemoryLayout<BaselineRow>.stride
    }

    private func beginRun(_ key: UnsafePointer<UInt8>, _ length: Int) {
        var end = 0
        while end < length, key[end] != CanonicalKey.comma { end += 1 }
        prefixBytes = min(end + 1, length)
        runs.append((UInt32(truncatingIfNeeded: count), seeds.digest(key, prefixBytes)))
    }

    /// Gives the row's number among those of all parts, and its net quantity, to be changed.
    static func row(
        _ number: Int,
        in parts: [StagedRows]
    ) -> UnsafeMutablePointer<BaselineRow> {
        var left = number
        for part in parts {
            if left < part.count { return part.rows + left }
            left -= part.count
        }
        preconditionFailure("there is no staged row \(number)")
    }
}
