import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// One accepted set of deltas, as it is written to the log behind the base.
///
/// A commit is a header of 160 bytes and a body, at the start of a page. Its digest covers both, under the
/// file's own seeds, and its header names the file, the generation and its own offset: leftovers of an
/// older log, or of a write that was cut off, are never taken for a commit.
struct BaselineCommit {
    /// An existing row, numbered through the base and all added ones, with what it now holds.
    struct Change {
        var row: UInt32
        var isRemoved: Bool
        var net: Int64
        var rest: UInt64
    }

    var generation: UInt64 = 0
    /// What the baseline holds as a whole from then on.
    var standing = Standing()
    var changes: [Change] = []
    var added: [BaselineRow] = []
    var addedKeyLengths: [UInt32] = []
    var addedKeys: [UInt8] = []
    /// Rows that followed each other in the snapshot, where that was not the order of the file.
    var orderSample: [RowOrder.Pair] = []
    /// The marks of the blocks whose rows were read.
    var marks: [BlockMarks.New] = []

    static let headerBytes = 160
    /// "TIDECOMM", read as a little-endian number.
    private static let magic: UInt64 = 0x4D4D_4F43_4544_4954
    static let digestPlace = 18

    /// The commit as bytes that fill whole pages.
    func encoded(identity: (UInt64, UInt64), seeds: KeySeeds, offset: Int) -> [UInt8] {
        let (locations, mark) = (standing.locations.encoded(), standing.mark)
        var body: [UInt8] = []
        body.reserveCapacity(
            changes.count * 24 + added.count * 36 + addedKeys.count + mark.words.count * 8 + marks.count * 20
                + 4096
        )
        for change in changes {
            BaselineCommit.append(UInt64(change.row) | (change.isRemoved ? 1 << 63 : 0), to: &body)
            BaselineCommit.append(UInt64(bitPattern: change.net), to: &body)
            BaselineCommit.append(change.rest, to: &body)
        }
        added.withUnsafeBytes { body.append(contentsOf: $0) }
        addedKeyLengths.withUnsafeBytes { body.append(contentsOf: $0) }
        mark.words.withUnsafeBytes { body.append(contentsOf: $0) }
        body += locations
        for pair in orderSample {
            BaselineCommit.append(UInt64(pair.first) << 32 | UInt64(pair.second), to: &body)
        }
        for new in marks { withUnsafeBytes(of: new.mark) { body.append(contentsOf: $0) } }
        for new in marks { withUnsafeBytes(of: new.number) { body.append(contentsOf: $0) } }
        body += addedKeys
        let head: [UInt64] = [
            BaselineCommit.magic, identity.0, identity.1, UInt64(offset), generation, UInt64(body.count),
            UInt64(changes.count), UInt64(added.count), UInt64(mark.lengthBytes), UInt64(mark.words.count),
            UInt64(locations.count), standing.format, UInt64(bitPattern: standing.newestAsOf),
            UInt64(orderSample.count), UInt64(marks.count), standing.newestKey.first,
            standing.newestKey.second, 0, 0, 0,
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(BaselineCommit.headerBytes + body.count + BaselineHeader.pageBytes)
        for word in head { BaselineCommit.append(word, to: &bytes) }
        bytes += body
        let digest = BaselineCommit.digest(bytes, seeds)
        var sealed: [UInt8] = []
        BaselineCommit.append(digest.first, to: &sealed)
        BaselineCommit.append(digest.second, to: &sealed)
        bytes.replaceSubrange(BaselineCommit.digestPlace * 8..<BaselineCommit.headerBytes, with: sealed)
        let padding = Int(BaselineHeader.aligned(UInt64(bytes.count))) - bytes.count
        bytes += [UInt8](repeating: 0, count: padding)
        return bytes
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
    }

    private static func digest(_ bytes: [UInt8], _ seeds: KeySeeds) -> separators_digest {
        bytes.withUnsafeBufferPointer { buffer in
            seeds.withSeeds { seeds in
                guard let base = buffer.baseAddress else { return separators_digest() }
                return separators_hash_bytes(base, buffer.count, seeds)
            }
        }
    }

    /// Reads the commit at `offset`, and gives how many bytes it takes with its padding; nothing if no whole
    /// and sound commit of this file stands there.
    ///
    /// The file ends at `end`; `fetch` gives bytes of it, or nothing where it has become shorter.
    static func read(
        at offset: Int,
        end: Int,
        identity: (UInt64, UInt64),
        seeds: KeySeeds,
        _ fetch: (_ offset: Int, _ count: Int) throws(Fault) -> [UInt8]?
    ) throws(Fault) -> (commit: BaselineCommit, bytes: Int)? {
        guard end - offset >= headerBytes, let head = try fetch(offset, headerBytes) else { return nil }
        func word(_ index: Int) -> UInt64 {
            head.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        }
        guard word(0) == magic, word(1) == identity.0, word(2) == identity.1, word(3) == UInt64(offset),
            word(4) <= BaselineHeader.generationMax, word(5) <= UInt64(end - offset - headerBytes)
        else { return nil }
        let total = headerBytes + Int(word(5))
        guard var copy = try fetch(offset, total), copy[..<headerBytes].elementsEqual(head) else {
            return nil
        }
        for index in digestPlace * 8..<headerBytes { copy[index] = 0 }
        let digest = digest(copy, seeds)
        guard digest.first == word(digestPlace), digest.second == word(digestPlace + 1) else { return nil }
        guard let commit = BaselineCommit(copy, word) else { return nil }
        return (commit, Int(BaselineHeader.aligned(UInt64(total))))
    }

    init() {}

    /// Reads the body of a commit whose digest is right; nothing if its counts contradict each other.
    private init?(_ bytes: [UInt8], _ word: (Int) -> UInt64) {
        let bodyBytes = word(5)
        let parts = [
            word(6) &* 24, word(7) &* 32, word(7) &* 4, word(9) &* 8, word(10), word(13) &* 8, word(14) &* 20,
        ]
        guard [word(6), word(7), word(9), word(10), word(13), word(14)].allSatisfy({ $0 <= bodyBytes }),
            let markBytes = Int(exactly: word(8))
        else { return nil }
        let fixed = parts.reduce(0, +)
        guard fixed <= bodyBytes else { return nil }
        generation = word(4)
        standing.format = word(11)
        standing.newestAsOf = Int64(bitPattern: word(12))
        standing.newestKey = separators_digest(first: word(15), second: word(16))
        var offset = BaselineCommit.headerBytes
        func take<Element: BitwiseCopyable>(_ count: UInt64, _ type: Element.Type) -> [Element] {
            defer { offset += Int(count) * MemoryLayout<Element>.stride }
            return [Element](unsafeUninitializedCapacity: Int(count)) { target, used in
                bytes.withUnsafeBytes { source in
                    let part = source[offset..<offset + Int(count) * MemoryLayout<Element>.stride]
                    UnsafeMutableRawBufferPointer(target).copyBytes(from: part)
                }
                used = Int(count)
            }
        }
        let words = take(word(6) * 3, UInt64.self)
        changes = (0..<Int(word(6))).map { index in
            Change(
                row: UInt32(truncatingIfNeeded: words[index * 3]),
                isRemoved: words[index * 3] >> 63 != 0,
                net: Int64(bitPattern: words[index * 3 + 1]),
                rest: words[index * 3 + 2]
            )
        }
        added = take(word(7), BaselineRow.self)
        addedKeyLengths = take(word(7), UInt32.self)
        standing.mark = ContentMark(lengthBytes: markBytes, words: take(word(9), UInt64.self))
        let totals = take(word(10), UInt8.self)
        guard let locations = totals.withUnsafeBytes({ LocationTotals($0) }) else { return nil }
        standing.locations = locations
        orderSample = take(word(13), UInt64.self).map { pair in
            RowOrder.Pair(first: UInt32(pair >> 32), second: UInt32(truncatingIfNeeded: pair))
        }
        let blockMarks = take(word(14), BlockMark.self)
        marks = zip(take(word(14), UInt32.self), blockMarks).map { BlockMarks.New(number: $0, mark: $1) }
        addedKeys = take(bodyBytes - fixed, UInt8.self)
        guard addedKeyLengths.reduce(0, { $0 + Int($1) }) == addedKeys.count else { return nil }
    }
}
