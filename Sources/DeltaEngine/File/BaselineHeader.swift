import CSeparators
import InventoryCore
import SnapshotFormats

/// The first page of a baseline file: what is where, and the checksums of the rest.
///
/// All numbers are little endian, as on every machine this runs on. The page ends in a digest of itself.
struct BaselineHeader {
    static let pageBytes = 4096
    static let version: UInt64 = 4
    /// "TIDEBASE", read as a little-endian number.
    private static let magic: UInt64 = 0x4553_4142_4544_4954
    /// Seeds of the checksums, which guard against damage, not against people.
    static let checkSeeds = KeySeeds(0x7469_6465_6761_7465, 0x6261_7365_6C69_6E65)

    /// A stretch of the file.
    struct Section {
        var offset: UInt64 = 0
        var bytes: UInt64 = 0

        var end: UInt64 { offset + bytes }
    }

    var identity: (UInt64, UInt64) = (0, 0)
    var seeds: (UInt64, UInt64) = (0, 0)
    var generation: UInt64 = 0
    var rows: UInt64 = 0
    var buckets: UInt64 = 1
    /// Bits of an SKU's digest that choose its place in the directory.
    var directoryBits: UInt64 = 0
    /// Identifies the format of the last snapshot whose rows are in the base.
    var format: UInt64 = 0
    var newestAsOf: Int64 = .min
    /// The digest of the key of the row that stated it; zeroes if unknown.
    var newestKey = separators_digest()
    /// Where the base ends and commits begin.
    var baseBytes: UInt64 = 0
    var row = Section()
    var bucket = Section()
    var anchor = Section()
    var key = Section()
    var directory = Section()
    var run = Section()
    var location = Section()
    var mark = Section()
    /// The first row of each part of the keys.
    var part = Section()
    /// The marks of the blocks of the rows.
    var blockMark = Section()
    /// The numbered tails of the keys: where each ends, and their bytes.
    var tailEnd = Section()
    var tail = Section()
    /// Digests of all pages between the header and this section.
    var check = Section()
    var checkDigest: (UInt64, UInt64) = (0, 0)

    /// The header as one page.
    func encoded() -> [UInt8] {
        var words: [UInt64] = [
            BaselineHeader.magic, BaselineHeader.version, identity.0, identity.1, seeds.0, seeds.1,
            generation,
            rows, buckets, directoryBits, format, UInt64(bitPattern: newestAsOf), baseBytes,
            newestKey.first, newestKey.second,
        ]
        for section in sections { words += [section.offset, section.bytes] }
        words += [checkDigest.0, checkDigest.1]
        var page = [UInt8](repeating: 0, count: BaselineHeader.pageBytes)
        for (index, word) in words.enumerated() { BaselineHeader.store(word, in: &page, at: index * 8) }
        let digest = BaselineHeader.digest(page)
        BaselineHeader.store(digest.first, in: &page, at: BaselineHeader.pageBytes - 16)
        BaselineHeader.store(digest.second, in: &page, at: BaselineHeader.pageBytes - 8)
        return page
    }

    /// Reads a page.
    ///
    /// - Throws: `Fault` with `foreign`, `newer_version` or `damaged`.
    init(_ page: UnsafeRawBufferPointer, path: String) throws(Fault) {
        func word(_ index: Int) -> UInt64 { page.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        guard page.count >= BaselineHeader.pageBytes, word(0) == BaselineHeader.magic else {
            throw Fault(
                .badInput,
                code: .baselineForeign,
                place: path,
                message: "This is not a baseline file.",
                hint: "Give a file that tidegate baseline build made, or a snapshot."
            )
        }
        guard word(1) >= BaselineHeader.version else {
            throw Fault(
                .badInput,
                code: .baselineOlderVersion,
                place: path,
                message: "The baseline has format \(word(1)); this Tidegate reads \(BaselineHeader.version).",
                hint: Fault.newBaseline
            )
        }
        guard word(1) == BaselineHeader.version else {
            throw Fault(
                .badInput,
                code: .baselineNewerVersion,
                place: path,
                message: "The baseline has format \(word(1)); this Tidegate reads "
                    + "\(BaselineHeader.version).",
                hint: "Use the Tidegate that wrote it, or build the baseline anew."
            )
        }
        var copy = Array(page.prefix(BaselineHeader.pageBytes))
        for index in (BaselineHeader.pageBytes - 16)..<BaselineHeader.pageBytes { copy[index] = 0 }
        let digest = BaselineHeader.digest(copy)
        let last = BaselineHeader.pageBytes / 8
        guard word(last - 2) == digest.first,
            word(last - 1) == digest.second
        else { throw .damaged(path, "the checksum of its header is wrong") }
        self.init()
        identity = (word(2), word(3))
        seeds = (word(4), word(5))
        generation = word(6)
        rows = word(7)
        buckets = word(8)
        directoryBits = word(9)
        format = word(10)
        newestAsOf = Int64(bitPattern: word(11))
        baseBytes = word(12)
        newestKey = separators_digest(first: word(13), second: word(14))
        sections = (0..<13).map { Section(offset: word(15 + $0 * 2), bytes: word(16 + $0 * 2)) }
        checkDigest = (word(41), word(42))
    }

    init() {}

    var sections: [Section] {
        get {
            [row, bucket, anchor, key, directory, run, location, mark, part, tailEnd, tail, blockMark, check]
        }
        set {
            guard newValue.count == 13 else { return }
            (row, bucket, anchor) = (newValue[0], newValue[1], newValue[2])
            (key, directory, run) = (newValue[3], newValue[4], newValue[5])
            (location, mark) = (newValue[6], newValue[7])
            (part, tailEnd, tail) = (newValue[8], newValue[9], newValue[10])
            (blockMark, check) = (newValue[11], newValue[12])
        }
    }

    /// Whether the sections fit the counts and a file of `fileBytes`.
    func isSound(fileBytes: UInt64) -> Bool {
        var end = UInt64(BaselineHeader.pageBytes)
        for section in sections {
            guard section.offset == end, section.bytes <= fileBytes else { return false }
            end = BaselineHeader.aligned(section.end)
        }
        return end == baseBytes && baseBytes <= fileBytes && rows < UInt64(AddedKeys.firstRow)
            && generation <= BaselineHeader.generationMax
            && row.bytes == UInt64(BaselineRows.bytes(Int(rows))) && buckets > 0 && buckets <= fileBytes
            && buckets <= UInt64(UInt32.max) && buckets % UInt64(BucketEntries.parts) == 0
            && bucket.bytes == buckets * 64
            && anchor.bytes % 8 == 0 && directoryBits <= 32 && part.bytes % 8 == 0
            && directory.bytes == ((1 << directoryBits) + 1) * 4 && run.bytes % 4 == 0
            && tailEnd.bytes % 4 == 0 && blockMark.bytes % 16 == 0
            && check.bytes == BaselineHeader.checkBytes(upTo: check.offset)
    }

    /// How many bytes the checksums of everything between the header and `offset` take.
    static func checkBytes(upTo offset: UInt64) -> UInt64 {
        (offset - UInt64(pageBytes) + checkedBytes - 1) / checkedBytes * 8
    }

    /// Leaves room for a next one, even as a signed number.
    static let generationMax = UInt64(Int64.max) - 1

    /// How many bytes share a checksum.
    static let checkedBytes: UInt64 = 64 << 10

    static func aligned(_ offset: UInt64) -> UInt64 {
        (offset + UInt64(pageBytes) - 1) / UInt64(pageBytes) * UInt64(pageBytes)
    }

    private static func store(_ word: UInt64, in page: inout [UInt8], at offset: Int) {
        for byte in 0..<8 { page[offset + byte] = UInt8(truncatingIfNeeded: word >> UInt64(byte * 8)) }
    }

    private static func digest(_ bytes: [UInt8]) -> separators_digest {
        bytes.withUnsafeBytes { digest($0) }
    }

    /// The checksum of any bytes of the file.
    static func digest(_ bytes: UnsafeRawBufferPointer) -> separators_digest {
        checkSeeds.withSeeds { seeds in
            var nothing: UInt8 = 0
            guard let base = bytes.baseAddress else { return separators_hash_bytes(&nothing, 0, seeds) }
            return separators_hash_bytes(base.assumingMemoryBound(to: UInt8.self), bytes.count, seeds)
        }
    }
}
