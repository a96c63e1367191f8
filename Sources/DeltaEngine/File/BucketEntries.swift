import CSeparators
import InventoryCore

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

    /// Entries are kept in chunks of so many: every part has one under way, and all of those together, which
    /// each thread has, take an eighth of the memory that there is, unless that is too little or much.
    private let chunkEntries: Int
    private static let chunkEntriesRange = 64...4096
    private static let chunksPerBlock = 32

    private let room: StagingRoom
    private var blocks: [GrowingMemory] = []
    private var chunksLeft = 0
    private var chunks = [[UnsafeMutablePointer<Entry>]](repeating: [], count: parts)
    /// For each part, where its chunks stand that had no room in memory.
    private var spilled = [[Int]](repeating: [], count: parts)
    /// For each part, how much room its last chunk has.
    private let left = UnsafeMutablePointer<Int>.allocate(capacity: parts)
    private let next = UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>.allocate(capacity: parts)

    init(_ room: StagingRoom) {
        self.room = room
        let bytes = BucketEntries.parts * MemoryLayout<Entry>.stride * 8
        let range = BucketEntries.chunkEntriesRange
        chunkEntries = min(max(room.bytesMax / bytes, range.lowerBound), range.upperBound)
        left.initialize(repeating: 0, count: BucketEntries.parts)
        next.initialize(repeating: nil, count: BucketEntries.parts)
    }

    deinit {
        left.deallocate()
        next.deallocate()
    }

    /// Takes rows of which the first has the number `number`.
    func append(
        _ rows: UnsafePointer<BaselineRow>,
        _ count: Int,
        from number: Int
    ) throws(Fault) {
        for index in 0..<count {
            let half = BaselineRows.half(rows[index].second)
            let part = Int(half >> (32 - BucketEntries.partBits))
            if _slowPath(left[part] == 0) { try addChunk(to: part) }
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

    private func addChunk(to part: Int) throws(Fault) {
        if let full = chunks[part].last, !room.takes(chunkBytes) {
            let bytes = UnsafeRawBufferPointer(start: full, count: chunkBytes)
            spilled[part].append(try room.write(bytes))
            next[part] = full
        } else {
            let chunk = newChunk()
            chunks[part].append(chunk)
            next[part] = chunk
        }
        left[part] = chunkEntries
    }

    /// Gives the memory back; no entry is asked for any more.
    func release() {
        blocks = []
        chunks = []
    }

    private var chunkBytes: Int { chunkEntries * MemoryLayout<Entry>.stride }

    private func newChunk() -> UnsafeMutablePointer<Entry> {
        if chunksLeft == 0 {
            let bytes = chunkBytes * BucketEntries.chunksPerBlock
            blocks.append(GrowingMemory(bytes: bytes))
            chunksLeft = BucketEntries.chunksPerBlock
        }
        chunksLeft -= 1
        let base = blocks[blocks.count - 1].base + chunksLeft * chunkBytes
        return base.assumingMemoryBound(to: Entry.self)
    }

    func count(of part: Int) -> Int {
        (chunks[part].count + spilled[part].count) * chunkEntries - left[part]
    }

    /// Calls the body with all entries of a part, a stretch at a time.
    func forEachStretch(of part: Int, _ body: (UnsafeBufferPointer<Entry>) -> Void) throws(Fault) {
        if !spilled[part].isEmpty {
            let chunk = UnsafeMutableBufferPointer<Entry>.allocate(capacity: chunkEntries)
            defer { chunk.deallocate() }
            for offset in spilled[part] {
                try room.read(UnsafeMutableRawBufferPointer(chunk), at: offset)
                body(UnsafeBufferPointer(chunk))
            }
        }
        for (index, chunk) in chunks[part].enumerated() {
            let isLast = index == chunks[part].count - 1
            let count = chunkEntries - (isLast ? left[part] : 0)
            body(UnsafeBufferPointer(start: chunk, count: count))
        }
    }
}
