import CSeparators
package import InventoryCore
import SnapshotFormats

/// The digest of a key, to look it up by.
struct KeyDigest: Hashable {
    let first: UInt64
    let second: UInt64

    init(_ digest: separators_digest) {
        (first, second) = (digest.first, digest.second)
    }
}

/// The deltas between a baseline and a snapshot, in the order of the snapshot, removals last.
///
/// Kept as numbers and bytes; `Delta` values are made when asked for.
///
/// Unchecked, because one thread at a time fills or rebases it, before it is given on; the texts that its
/// entries point to belong to the workers that it keeps.
package final class SnapshotDiff: @unchecked Sendable {
    struct Entry {
        var kind: Delta.Kind
        /// The row of the baseline, or `AddedKeys.firstRow` and more for a key that it never had.
        var row: UInt32
        var before: Int64
        var after: Int64
        var rest: UInt64
        /// The key's text, which a worker keeps; without a base where only the baseline has it.
        var key: UnsafeBufferPointer<UInt8>

        var isNew: Bool { row >= AddedKeys.firstRow }
    }

    package internal(set) var summary: DiffSummary
    /// What the deltas start from, and their rows' numbers mean.
    var baseline: BaselineView
    let format: UInt64
    var entries: [Entry] = []
    /// Rows whose bytes changed and whose quantities did not.
    var touched: [DiffWorker.Change] = []
    /// Keys of which every row is rejected because of the others: what the snapshot states of them is not
    /// known.
    var rejectedKeys: Set<KeyDigest> = []
    /// The order of the rows, and whether it is far from the baseline's and has come for the second time, if
    /// it is to be taken over at the next fold.
    var order: (runs: [RowOrder.Run], isNew: Bool)?
    /// A sample of rows that follow each other, if the snapshot's order is not the baseline's.
    var orderSample: [RowOrder.Pair] = []
    /// Blocks of rows that were read.
    var seenBlocks: [SeenBlock] = []
    /// The digest of the key of the row that stated the newest instant.
    var newestKey: separators_digest?
    /// Rows recognised by the bytes of their blocks, without being read.
    package var passedRows: Int { workers.reduce(0) { $0 + $1.passedRows } }
    /// Kept because they own the texts of the keys.
    var workers: [DiffWorker] = []

    /// How many threads work on the entries.
    private let threads: Int
    /// Whether the baseline is larger than the memory allowed for it.
    let isLimited: Bool

    init(_ baseline: BaselineView, summary: DiffSummary, format: UInt64, _ options: DiffOptions) {
        threads = max(1, options.scan.workers)
        isLimited = baseline.image.lookupBytes > options.memoryBytesMax
        self.baseline = baseline
        self.summary = summary
        self.format = format
    }

    package var count: Int { entries.count }

    /// Calls the closure with every delta, in order.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package func forEach(_ body: (Delta) throws -> Void) throws {
        try entries.withUnsafeBufferPointer { try forEach(of: $0, body) }
    }

    /// Gives every delta, in order; several threads make them.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func deltas() throws -> [Delta] {
        let parts = try mapParts(of: entries.indices) { entries in
            var deltas: [Delta] = []
            deltas.reserveCapacity(entries.count)
            try forEach(of: entries) { deltas.append($0) }
            return deltas
        }
        return parts.count == 1 ? parts[0] : Array(parts.joined())
    }

    private func forEach(of entries: UnsafeBufferPointer<Entry>, _ body: (Delta) throws -> Void) throws {
        var texts = KeyTexts()
        for entry in entries {
            try withKey(of: entry) { key in try body(try delta(entry, key, &texts)) }
        }
    }

    func delta(
        _ entry: Entry,
        _ key: UnsafeBufferPointer<UInt8>,
        _ texts: inout KeyTexts
    ) throws(Fault) -> Delta {
        guard let comma = key.firstIndex(of: CanonicalKey.comma) else {
            throw .damaged(baseline.path, "a key cannot be read")
        }
        let (location, unit, bin) = texts.rest(of: key, after: comma + 1)
        let sku = SKU(CanonicalKey.text(key[..<comma]))
        let position = PositionKey(sku: sku, location: location, unit: unit, bin: bin)
        let before = Quantity(millionths: entry.before)
        let after = Quantity(millionths: entry.after)
        switch entry.kind {
        case .added: return Delta(key: position, change: .added(after))
        case .changed: return Delta(key: position, change: .changed(from: before, to: after))
        case .removed: return Delta(key: position, change: .removed(before))
        }
    }

    /// Lends the canonical key of an entry.
    @inline(__always)
    func withKey<Result>(of entry: Entry, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws
        -> Result
    {
        if entry.key.baseAddress != nil { return try body(entry.key) }
        let row = Int(entry.row)
        guard row < baseline.image.rowCount else {
            return try baseline.overlay.key(ofExtra: row).withUnsafeBufferPointer(body)
        }
        return try baseline.image.key(of: row, isMapped: !isLimited).withUnsafeBufferPointer(body)
    }

    /// Calls the body for consecutive parts of a window of the
    /// entries, several at once, and gives what it gives, in order.
    func mapParts<Result: Sendable>(
        of window: Range<Int>,
        _ body: @Sendable (UnsafeBufferPointer<Entry>) throws -> Result
    ) throws -> [Result] {
        let parts = window.count < SnapshotDiff.partEntriesMin ? 1 : threads
        return try WorkerThreads.run(parts) { part in
            let begin = window.lowerBound + window.count * part / parts
            let range = begin..<window.lowerBound + window.count * (part + 1) / parts
            return try entries.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
        }
    }

    /// A thread does not pay for fewer.
    private static let partEntriesMin = 8192
}
