import CSeparators
import Glibc

/// The texts of all keys, each written as what its SKU does not share with that of the key before it, and the
/// number of its tail.
///
/// A key is: how many bytes its SKU with the comma shares, how many follow, those, and the number of the tail
/// plus one; or 0, the length of the tail, and the tail itself. Numbers are of variable length. The keys come
/// in parts, which were written by one thread each. Every sixteenth of a part shares nothing, and an anchor
/// tells where it is, so that any key is found by reading at most sixteen.
struct KeyHeap {
    static let group = 16

    let bytes: UnsafeBufferPointer<UInt8>
    let anchors: UnsafeBufferPointer<UInt64>
    let tails: TailTexts
    /// The first row of each part, and its first anchor.
    private let parts: [(row: Int, anchor: Int)]

    /// `parts` are the first rows of the parts; where they contradict each other no key is found.
    init(
        bytes: UnsafeBufferPointer<UInt8>,
        anchors: UnsafeBufferPointer<UInt64>,
        parts begins: [Int],
        tails: TailTexts
    ) {
        self.bytes = bytes
        self.anchors = anchors
        self.tails = tails
        var parts: [(row: Int, anchor: Int)] = []
        for begin in begins {
            let last = parts.last ?? (0, 0)
            guard begin >= last.row else {
                parts = []
                break
            }
            // A part of which every row was rejected has none.
            parts.append((begin, last.anchor &+ KeyHeap.anchors(begin - last.row)))
        }
        self.parts = parts
    }

    /// How many anchors parts of so many rows have.
    static func anchors(_ rows: Int) -> Int { rows / group + (rows % group > 0 ? 1 : 0) }

    /// Where the anchor of a row's group stands, and how many keys of the group come before the row.
    private func anchor(of row: Int) -> (index: Int, before: Int) {
        let part = part(of: row)
        guard part < parts.count, parts[part].row <= row else { return (-1, 0) }
        let place = row - parts[part].row
        return (parts[part].anchor &+ place / KeyHeap.group, place % KeyHeap.group)
    }

    /// The last part that begins with this row or before it.
    private func part(of row: Int) -> Int {
        var (low, high) = (0, parts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].row <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// The number of the anchor of a row's group, less than 0 where there is none, and the row after the
    /// group, as far as parts tell: the last part may end before it.
    func group(of row: Int) -> (anchor: Int, end: Int) {
        let part = part(of: row)
        guard part < parts.count, parts[part].row <= row else { return (-1, row) }
        let group = (row - parts[part].row) / KeyHeap.group
        let end = parts[part].row + (group + 1) * KeyHeap.group
        let anchor = parts[part].anchor &+ group
        return (anchor, part + 1 < parts.count ? min(end, parts[part + 1].row) : end)
    }

    /// Where the keys of a group stand, given the number of its anchor; nil if the bytes make no sense.
    func bytes(ofGroup anchor: Int) -> Range<Int>? {
        let end = anchor + 1 < anchors.count ? anchors[anchor + 1] : UInt64(bytes.count)
        guard anchors[anchor] <= end, end <= UInt64(bytes.count) else { return nil }
        return Int(anchors[anchor])..<Int(end)
    }

    /// Reads keys from that of `row` on.
    func cursor(at row: Int) -> KeyCursor {
        var cursor = KeyCursor(bytes, tails, offset: bytes.count)
        move(&cursor, to: row)
        return cursor
    }

    /// Has a cursor of this heap read keys from that of `row` on.
    func move(_ cursor: inout KeyCursor, to row: Int) {
        let (index, before) = anchor(of: row)
        guard index >= 0, index < anchors.count, anchors[index] <= UInt64(bytes.count) else {
            return cursor.move(to: bytes.count)
        }
        cursor.move(to: Int(anchors[index]))
        for _ in 0..<before where !cursor.nextNumbered() { break }
    }

    /// Brings into the cache where the group of a row begins.
    func fetchAnchor(of row: Int) {
        let (index, _) = anchor(of: row)
        guard index >= 0, index < anchors.count, let base = anchors.baseAddress else { return }
        separators_prefetch(base + index)
    }

    /// Brings the group of a row into the cache, as far as short keys go.
    func fetch(_ row: Int) {
        let (index, _) = anchor(of: row)
        guard index >= 0, index < anchors.count, let base = bytes.baseAddress else { return }
        for line in 0..<KeyHeap.fetchedLines {
            let offset = anchors[index] &+ UInt64(line * 64)
            guard offset < UInt64(bytes.count) else { return }
            separators_prefetch(base + Int(offset))
        }
    }

    private static let fetchedLines = 2

    /// Reads the key of one row without touching the mapped heap; nothing where the bytes make no sense.
    ///
    /// What is needed of the heap is fetched instead.
    func key(of row: Int, _ fetch: (_ offset: Int, _ count: Int) -> [UInt8]?) -> [UInt8]? {
        let (index, before) = anchor(of: row)
        guard index >= 0, index < anchors.count, anchors[index] <= UInt64(bytes.count) else { return nil }
        let begin = Int(anchors[index])
        var count = KeyHeap.fetchedBytes
        while true {
            let wanted = min(count, bytes.count - begin)
            guard let part = fetch(begin, wanted), part.count == wanted else { return nil }
            let key = part.withUnsafeBufferPointer { part -> [UInt8]? in
                var cursor = KeyCursor(part, tails, offset: 0)
                for _ in 0...before where !cursor.next() { return nil }
                return cursor.key
            }
            if let key { return key }
            // The keys of a group may be long.
            guard wanted == count, count < KeyHeap.groupBytesMax else { return nil }
            count *= 8
        }
    }

    private static let fetchedBytes = 4096
    /// Sixteen rows of the longest kind.
    private static let groupBytesMax = 32 << 20
}
