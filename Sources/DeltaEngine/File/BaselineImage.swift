import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// The immutable part of a baseline file, mapped into memory.
///
/// It keeps reading the file it was made from, even after another file has taken that name.
///
/// Unchecked, because nothing of it changes once it is made: its pointers are into the mapping that it holds,
/// which is read-only.
final class BaselineImage: @unchecked Sendable {
    let path: String
    let header: BaselineHeader
    let seeds: KeySeeds
    let rowCount: Int
    let rows: BaselineRows
    let blocks: RowBlocks
    let blockMarks: UnsafeBufferPointer<BlockMark>
    let buckets: UnsafePointer<separators_bucket>
    let bucketCount: Int
    private let bucketsPerPart: Int
    private let isWide = Instructions.best >= .wide
    let keys: KeyHeap
    private let directory: UnsafeBufferPointer<UInt32>
    private let runs: UnsafeBufferPointer<UInt32>
    let mapping: CheckedMapping
    /// The file, for what is read without being mapped.
    private let file: Int32

    /// Maps the base of an open file.
    ///
    /// - Throws: `Fault` with `foreign`, `newer_version`, `damaged` or `cannot_read`.
    init(descriptor: Int32, path: String, fileBytes: Int) throws(Fault) {
        self.path = path
        var page = [UInt8](repeating: 0, count: BaselineHeader.pageBytes)
        var length = 0
        while length < page.count {
            let count = page.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + length }, $0.count - length, off_t(length))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(path, errno) }
            if count == 0 { break }
            length += count
        }
        let read = length
        header = try page.withUnsafeBufferPointer { bytes throws(Fault) in
            try BaselineHeader(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<read]),
                path: path
            )
        }
        guard header.isSound(fileBytes: UInt64(fileBytes)) else {
            throw .damaged(path, "it is shorter than its header says")
        }
        mapping = try CheckedMapping(descriptor: descriptor, header: header, path: path)
        // Read right away, or small: checked at once.
        for section in [header.location, header.mark, header.part, header.tailEnd, header.tail] {
            try mapping.check(section)
        }
        let memory = mapping.memory
        seeds = KeySeeds(header.seeds.0, header.seeds.1)
        rowCount = Int(header.rows)
        bucketCount = Int(header.buckets)
        bucketsPerPart = bucketCount / BucketEntries.parts
        rows = BaselineRows(base: memory + Int(header.row.offset))
        let parts: UnsafeBufferPointer<UInt64> = BaselineImage.section(memory, header.part)
        blockMarks = BaselineImage.section(memory, header.blockMark)
        guard let blocks = RowBlocks(begins: parts, rowCount: rowCount), blocks.count == blockMarks.count
        else {
            throw .damaged(path, "its parts contradict its rows")
        }
        self.blocks = blocks
        file = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        buckets = Bucket((memory + Int(header.bucket.offset)).assumingMemoryBound(to: separators_bucket.self))
        keys = KeyHeap(
            bytes: BaselineImage.section(memory, header.key),
            anchors: BaselineImage.section(memory, header.anchor),
            parts: parts.map { Int(truncatingIfNeeded: $0) },
            tails: TailTexts(
                ends: BaselineImage.section(memory, header.tailEnd),
                bytes: BaselineImage.section(memory, header.tail)
            )
        )
        directory = BaselineImage.section(memory, header.directory)
        runs = BaselineImage.section(memory, header.run)
    }

    deinit {
        if file >= 0 { close(file) }
    }

    private static func section<Element>(
        _ memory: UnsafeMutableRawPointer,
        _ section: BaselineHeader.Section
    ) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(
            start: (memory + Int(section.offset)).assumingMemoryBound(to: Element.self),
            count: Int(section.bytes) / MemoryLayout<Element>.stride
        )
    }

    /// The bytes of a small section.
    func bytes(of section: BaselineHeader.Section) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: mapping.memory + Int(section.offset), count: Int(section.bytes))
    }

    /// Compares every checksum; reads the whole base.
    ///
    /// - Throws: `Fault` with `damaged`.
    func verify(workers: Int) throws(Fault) {
        try mapping.verify(workers: workers)
    }

    typealias Bucket = UnsafePointer<separators_bucket>

    /// The bucket of a digest.
    @inline(__always)
    func bucket(_ digest: separators_digest) -> Bucket {
        buckets + separators_choice(digest.second, bucketCount)
    }

    /// Prefetches the buckets of these rows.
    func fetchBuckets(_ batch: RowBatch, _ range: Range<Int>) {
        separators_fetch_buckets(buckets, bucketCount, batch.digests + range.lowerBound, range.count)
    }

    /// Finds unchanged rows; the places of all others go to `others`, and their number is returned.
    ///
    /// Their buckets have been fetched; those of `ahead` rows behind them, at most as many, are fetched now.
    @inline(__always)
    func findUnchanged(
        _ batch: RowBatch,
        _ range: Range<Int>,
        ahead: Int,
        seen: UnsafePointer<UInt64>,
        found: UnsafeMutablePointer<UInt32>,
        others: UnsafeMutablePointer<UInt16>
    ) -> Int {
        let (digests, rests) = (batch.digests + range.lowerBound, batch.rests + range.lowerBound)
        let find = isWide ? separators_find_wide : separators_find_words
        return find(buckets, bucketCount, rowCount, seen, digests, rests, range.count, ahead, found, others)
    }

    /// The unchanged row of this bucket with the key; nil where there is none, or only a full comparison can
    /// tell.
    ///
    /// The rest is bound to the key, so it tells the key as well: with the tag and the choice of the bucket
    /// some 90 bits have to be the same.
    @inline(__always)
    func unchanged(_ bucket: Bucket, _ digest: separators_digest, _ rest: UInt64) -> Int? {
        let place = separators_find_rest(bucket, rest, separators_tag(digest.first))
        guard place < SEPARATORS_BUCKET_ROWS else { return nil }
        let row = Int(separators_bucket_row(bucket, place))
        return row < rowCount ? row : nil
    }

    /// The first row that may have the key: its tag is the digest's.
    @inline(__always)
    func candidate(_ bucket: Bucket, _ digest: separators_digest) -> Int? {
        let met = separators_match_tags(bucket, separators_tag(digest.first))
        guard met != 0 else { return nil }
        let row = Int(separators_bucket_row(bucket, UInt32(met.trailingZeroBitCount)))
        return row < rowCount ? row : nil
    }

    /// The bucket that took the rows for which this one had no room; nil if there were none.
    @inline(__always)
    func next(_ bucket: Bucket) -> Bucket? {
        guard bucket.pointee.tags & SEPARATORS_BUCKET_SPILLED != 0 else { return nil }
        // The last bucket of a part goes on to the part's first.
        let next = bucket + 1
        return (next - buckets) % bucketsPerPart == 0 ? next - bucketsPerPart : next
    }

    /// Calls the body with every row whose tag is the digest's.
    @inline(__always)
    func forEachCandidate(_ digest: separators_digest, _ body: (UInt32) -> Void) {
        var place: Bucket? = bucket(digest)
        // Bounded: a damaged file must not make this endless.
        for _ in 0..<bucketCount {
            guard let here = place else { return }
            var met = separators_match_tags(here, separators_tag(digest.first))
            while met != 0 {
                let row = separators_bucket_row(here, UInt32(met.trailingZeroBitCount))
                if Int(row) < rowCount { body(row) }
                met &= met - 1
            }
            place = next(here)
        }
    }

    /// How much the rows and their buckets take.
    var lookupBytes: Int { BaselineRows.bytes(rowCount) + bucketBytes }
    var bucketBytes: Int { bucketCount * MemoryLayout<separators_bucket>.stride }

    /// Gives back the memory in which these rows lie; they are read again when they are wanted.
    func releaseRows(_ range: Range<Int>) {
        let begin = BaselineRows.groupOffset(of: range.lowerBound)
        mapping.release(
            Int(header.row.offset) + begin,
            BaselineRows.groupOffset(of: range.upperBound) - begin
        )
    }

    /// The same for one of equal parts of the buckets.
    func releaseBuckets(_ part: Int, of parts: Int) {
        let begin = bucketBytes / parts * part
        mapping.release(Int(header.bucket.offset) + begin, bucketBytes / parts)
    }

    /// Gives the row of a key.
    func find(_ digest: separators_digest) -> Int? {
        var place = bucket(digest)
        // Bounded: a damaged file must not make this endless.
        for _ in 0..<bucketCount {
            var met = separators_match_tags(place, separators_tag(digest.first))
            while met != 0 {
                let row = Int(separators_bucket_row(place, UInt32(met.trailingZeroBitCount)))
                if row < rowCount, rows.isKey(row, digest) { return row }
                met &= met - 1
            }
            guard let next = next(place) else { return nil }
            place = next
        }
        return nil
    }

    /// Reads keys from that of `row` on.
    func keys(from row: Int) -> KeyCursor { keys.cursor(at: row) }

    /// Gives the key of a row.
    ///
    /// - Throws: `Fault` with `damaged`.
    func key(of row: Int, isMapped: Bool = true) throws(Fault) -> [UInt8] {
        guard isMapped else {
            guard let key = keys.key(of: row, readKeys) else {
                throw .damaged(path, "the key of row \(row) cannot be read")
            }
            return key
        }
        var cursor = keys(from: row)
        guard cursor.next() else { throw .damaged(path, "the key of row \(row) cannot be read") }
        return cursor.key
    }

    private func readKeys(_ offset: Int, _ count: Int) -> [UInt8]? {
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, used in
            while done < count, let base = target.baseAddress {
                let place = Int(header.key.offset) + offset + done
                let length = pread(file, base + done, count - done, off_t(place))
                if length < 0, errno == EINTR { continue }
                guard length > 0 else { break }
                done += length
            }
            used = done
        }
        return done == count ? bytes : nil
    }

    /// Gives the first rows of the runs that may be of an SKU, given the digest of what its keys begin with;
    /// their checksums have been compared.
    ///
    /// - Throws: `Fault` with `damaged`.
    func runs(ofSKU digest: separators_digest) throws(Fault) -> Slice<UnsafeBufferPointer<UInt32>> {
        guard rowCount > 0 else { return runs[0..<0] }
        let slot = BaselineImage.slot(digest, bits: header.directoryBits)
        try mapping.check(Int(header.directory.offset) + slot * 4, 8)
        let (begin, end) = (Int(directory[slot]), Int(directory[slot + 1]))
        guard begin <= end, end <= runs.count else { return runs[0..<0] }
        try mapping.check(Int(header.run.offset) + begin * 4, (end - begin) * 4)
        return runs[begin..<end]
    }

    /// How many tails of keys have a number.
    var tailCount: Int { keys.tails.ends.count }

    /// The text of a tail by its number; nothing where damaged bytes contradict each other.
    func tail(_ number: Int) -> UnsafeBufferPointer<UInt8>? { keys.tails[number] }

    /// Has a cursor read the keys from that of `row` on.
    func move(_ cursor: inout KeyCursor, to row: Int) {
        keys.move(&cursor, to: row)
    }

    /// Brings the runs, rows and keys of SKUs into the cache, step by step for all of them: one after the
    /// other would wait for memory five times each.
    func fetch(_ digests: [separators_digest]) {
        guard rowCount > 0, let directory = directory.baseAddress, let runs = runs.baseAddress else { return }
        let slots = digests.map { BaselineImage.slot($0, bits: header.directoryBits) }
        for slot in slots { separators_prefetch(directory + slot) }
        let first = slots.map { min(Int(directory[$0]), self.runs.count - 1) }
        for run in first { separators_prefetch(runs + run) }
        let found = first.map { min(Int(runs[$0]), rowCount - 1) }
        for row in found {
            rows.prefetch(row)
            keys.fetchAnchor(of: row)
        }
        for row in found { keys.fetch(row) }
    }

    static func slot(_ digest: separators_digest, bits: UInt64) -> Int {
        slot(leading: UInt32(digest.first >> 32), bits: bits)
    }

    /// The same for a digest of which these are the leading bits; no directory has more.
    static func slot(leading: UInt32, bits: UInt64) -> Int {
        bits == 0 ? 0 : Int(leading >> UInt32(32 - min(bits, 32)))
    }
}
