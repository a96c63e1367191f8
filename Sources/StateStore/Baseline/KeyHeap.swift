import CSeparators
import Glibc

/// The texts of all keys, each written as what it does not share with the key before it.
///
/// A key is: how many bytes it shares, how many follow (both as variable-length numbers), and those. The keys
/// come in parts, which were written by one thread each. Every sixteenth of a part shares nothing, and an
/// anchor tells where it is, so that any key is found by reading at most sixteen.
struct KeyHeap {
    static let group = 16

    let bytes: UnsafeBufferPointer<UInt8>
    let anchors: UnsafeBufferPointer<UInt64>
    /// The first row of each part.
    let parts: [Int]

    /// How many anchors parts of so many rows have.
    static func anchors(_ rows: Int) -> Int { (rows + group - 1) / group }

    /// Where the anchor of a row's group stands, and how many keys of the group come before the row.
    private func anchor(of row: Int) -> (index: Int, before: Int) {
        var begin = 0
        var anchors = 0
        for next in parts.dropFirst() {
            guard row >= next, next > begin else { break }
            anchors += KeyHeap.anchors(next - begin)
            begin = next
        }
        return (anchors + (row - begin) / KeyHeap.group, (row - begin) % KeyHeap.group)
    }

    /// Reads keys from that of `row` on.
    func cursor(at row: Int) -> Cursor {
        var cursor = Cursor(bytes, offset: bytes.count)
        move(&cursor, to: row)
        return cursor
    }

    /// Has a cursor of this heap read keys from that of `row` on.
    func move(_ cursor: inout Cursor, to row: Int) {
        let (index, before) = anchor(of: row)
        guard index >= 0, index < anchors.count, anchors[index] <= UInt64(bytes.count) else {
            return cursor.move(to: bytes.count)
        }
        cursor.move(to: Int(anchors[index]))
        for _ in 0..<before where !cursor.next() { break }
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

    private static let fetchedLines = 4

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
                var cursor = Cursor(part, offset: 0)
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

    /// Writes the keys of one part, one after another.
    struct Writer {
        private(set) var count = 0
        private(set) var anchors: [UInt64] = []
        private let memory = HugePages()
        private var rows = 0
        private var last = [UInt8](repeating: 0, count: 256)
        private var lastLength = 0

        /// What has been written.
        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory.base, count: count) }

        /// Writes a key and gives how many bytes it shares with the one before, whether or not they are used.
        @inline(__always)
        mutating func append(_ key: UnsafePointer<UInt8>, _ length: Int) -> Int {
            // Two numbers take at most ten bytes.
            if count + length + 10 > memory.bytes { memory.grow(to: count + length + 10) }
            if length > last.count { last += [UInt8](repeating: 0, count: length) }
            let target = memory.base.assumingMemoryBound(to: UInt8.self)
            let shared = last.withUnsafeBufferPointer { last in
                last.baseAddress.map { Writer.shared($0, key, min(lastLength, length)) } ?? 0
            }
            var used = shared
            if rows % KeyHeap.group == 0 {
                anchors.append(UInt64(count))
                used = 0
            }
            append(number: used, target)
            append(number: length - used, target)
            memcpy(target + count, key + used, length - used)
            last.withUnsafeMutableBufferPointer { last in
                guard let last = last.baseAddress else { return }
                memcpy(last + shared, key + shared, length - shared)
            }
            count += length - used
            lastLength = length
            rows += 1
            return shared
        }

        @inline(__always)
        private static func shared(
            _ a: UnsafePointer<UInt8>,
            _ b: UnsafePointer<UInt8>,
            _ limit: Int
        ) -> Int {
            var index = 0
            while index + 8 <= limit {
                let different =
                    UnsafeRawPointer(a + index).loadUnaligned(as: UInt64.self)
                    ^ UnsafeRawPointer(b + index).loadUnaligned(as: UInt64.self)
                if different != 0 { return index + different.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < limit, a[index] == b[index] { index += 1 }
            return index
        }

        @inline(__always)
        private mutating func append(number: Int, _ target: UnsafeMutablePointer<UInt8>) {
            var left = number
            while left >= 0x80 {
                target[count] = UInt8(truncatingIfNeeded: left) | 0x80
                count += 1
                left >>= 7
            }
            target[count] = UInt8(truncatingIfNeeded: left)
            count += 1
        }
    }

    /// Reads keys in order from any one on; damaged bytes end it, and are never read past.
    struct Cursor {
        private let heap: UnsafeBufferPointer<UInt8>
        private var offset: Int
        private(set) var key: [UInt8] = []
        /// How many bytes of the key are those of the one before it.
        private(set) var shared = 0

        /// Most keys have room in it at once.
        private static let roomBytes = 96

        /// Stands before a key that shares nothing.
        init(_ heap: UnsafeBufferPointer<UInt8>, offset: Int) {
            self.heap = heap
            self.offset = offset
            key.reserveCapacity(Cursor.roomBytes)
        }

        /// Stands before another key that shares nothing.
        mutating func move(to offset: Int) {
            self.offset = offset
            key.removeAll(keepingCapacity: true)
        }

        /// Moves on to the next key; false at the end or where the bytes make no sense.
        mutating func next() -> Bool {
            guard let shared = number(), let more = number(), shared <= key.count, more <= heap.count - offset
            else {
                offset = heap.count
                return false
            }
            let rest = UnsafeBufferPointer(rebasing: heap[offset..<(offset + more)])
            if shared + more == key.count {
                // Keys of one article are mostly as long as one another.
                key.withUnsafeMutableBytes { $0[shared...].copyBytes(from: rest) }
            } else {
                key.removeLast(key.count - shared)
                key.append(contentsOf: rest)
            }
            offset += more
            self.shared = shared
            return true
        }

        /// Whether the key begins with these bytes.
        func begins(with prefix: [UInt8]) -> Bool {
            key.count >= prefix.count && memcmp(key, prefix, prefix.count) == 0
        }

        @inline(__always)
        private mutating func number() -> Int? {
            guard offset < heap.count else { return nil }
            let byte = heap[offset]
            if byte >= 0x80 { return longNumber() }
            offset += 1
            return Int(byte)
        }

        private mutating func longNumber() -> Int? {
            var value = 0
            var shift = 0
            while offset < heap.count, shift < 35 {
                let byte = heap[offset]
                offset += 1
                value |= Int(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
    }
}
