import CSeparators

/// Rows that wait for their buckets, divided among parts by the leading bits of what chooses the bucket: the
/// buckets of one part fit in the cache while they are filled, and no others have to be in memory.
final class BucketEntries {
    struct Entry: BitwiseCopyable {
        var rest: UInt64
        /// What is known of the key beside its part: 24 bits that choose the bucket, two of its first word,
        /// and the tag.
        var key: UInt32
        var row: UInt32
    }

    static let partBits: UInt32 = 8
    static let parts = 1 << Int(partBits)
    /// How many bits of a key choose the bucket within its part; they are the topmost of an entry's key.
    static let choiceBits = 32 - partBits

    /// Bits of the first word that are above the tag.
    private static let ownBits: UInt32 = 3 << UInt32(SEPARATORS_TAG_BITS)

    private static let chunkEntries = 1024
    private static let chunksPerBlock = 128

    private var blocks: [GrowingMemory] = []
    private var chunksLeft = 0
    private var chunks = [[UnsafeMutablePointer<Entry>]](repeating: [], count: parts)
    /// For each part, how much room its last chunk has.
    private let left = UnsafeMutablePointer<Int>.allocate(capacity: parts)
    private let next = UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>.allocate(capacity: parts)

    init() {
        left.initialize(repeating: 0, count: BucketEntries.parts)
        next.initialize(repeating: nil, count: BucketEntries.parts)
    }

    deinit {
        left.deallocate()
        next.deallocate()
    }

    /// Takes rows of which the first has the number `number`.
    func append(_ rows: UnsafePointer<BaselineRow>, _ count: Int, from number: Int) {
        for index in 0..<count {
            let half = BaselineRows.half(rows[index].second)
            let part = Int(half >> (32 - BucketEntries.partBits))
            if _slowPath(left[part] == 0) { addChunk(to: part) }
            let first = rows[index].first
            let ownBits = UInt32(truncatingIfNeeded: first) & BucketEntries.ownBits | separators_tag(first)
            let entry = Entry(
                rest: rows[index].rest,
                key: half << BucketEntries.partBits | ownBits,
                row: UInt32(truncatingIfNeeded: number + index)
            )
            left[part] -= 1
            next[part]?.initialize(to: entry)
            next[part]? += 1
        }
    }

    private func addChunk(to part: Int) {
        let bytes = BucketEntries.chunkEntries * MemoryLayout<Entry>.stride
        if chunksLeft == 0 {
            blocks.append(GrowingMemory(bytes: bytes * BucketEntries.chunksPerBlock))
            chunksLeft = BucketEntries.chunksPerBlock
        }
        chunksLeft -= 1
        guard let block = blocks.last else { return }
        let chunk = (block.base + chunksLeft * bytes).assumingMemoryBound(to: Entry.self)
        chunks[part].append(chunk)
        next[part] = chunk
        left[part] = BucketEntries.chunkEntries
    }

    func count(of part: Int) -> Int { chunks[part].count * BucketEntries.chunkEntries - left[part] }

    /// Calls the body with all entries of a part, a stretch at a time.
    func forEachStretch(of part: Int, _ body: (UnsafeBufferPointer<Entry>) -> Void) {
        for (index, chunk) in chunks[part].enumerated() {
            let isLast = index == chunks[part].count - 1
            let count = BucketEntries.chunkEntries - (isLast ? left[part] : 0)
            body(UnsafeBufferPointer(start: chunk, count: count))
        }
    }
}
