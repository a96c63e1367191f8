import Glibc

/// The texts of all keys, each written as what it does not share with the key before it.
///
/// A key is: how many bytes it shares, how many follow (both as variable-length
/// numbers), and those. Every sixteenth shares nothing, and an anchor tells
/// where it is, so that any key is found by reading at most sixteen.
struct KeyHeap {
    static let group = 16

    /// Writes keys one after another.
    struct Writer {
        private(set) var bytes: [UInt8] = []
        private(set) var anchors: [UInt64] = []
        private var last: [UInt8] = []
        private var count = 0

        init(rows: Int, keyBytes: Int) {
            anchors.reserveCapacity(rows / KeyHeap.group + 1)
            bytes.reserveCapacity(keyBytes / 2 + rows * 2)
        }

        mutating func append(_ key: UnsafeBufferPointer<UInt8>) {
            var shared = 0
            if count % KeyHeap.group == 0 {
                anchors.append(UInt64(bytes.count))
            } else {
                let limit = min(last.count, key.count)
                while shared < limit, last[shared] == key[shared] { shared += 1 }
            }
            append(number: shared)
            append(number: key.count - shared)
            bytes.append(contentsOf: key[shared...])
            last.removeSubrange(shared...)
            last.append(contentsOf: key[shared...])
            count += 1
        }

        private mutating func append(number: Int) {
            var left = number
            while left >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
                left >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: left))
        }
    }

    /// Reads keys in order from any one on; damaged bytes end it, and are never read past.
    struct Cursor {
        private let heap: UnsafeBufferPointer<UInt8>
        private var offset: Int
        private(set) var key: [UInt8] = []

        /// Stands before the key of `row`.
        init(_ heap: UnsafeBufferPointer<UInt8>, anchors: UnsafeBufferPointer<UInt64>, row: Int) {
            self.heap = heap
            let anchor = anchors[row / KeyHeap.group]
            offset = anchor <= UInt64(heap.count) ? Int(anchor) : heap.count
            for _ in 0..<(row % KeyHeap.group) where !next() { return }
        }

        /// Moves on to the next key; false at the end or where the bytes make no sense.
        mutating func next() -> Bool {
            guard let shared = number(), let more = number(), shared <= key.count, more <= heap.count - offset
            else {
                offset = heap.count
                return false
            }
            key.removeSubrange(shared...)
            key.append(contentsOf: heap[offset..<(offset + more)])
            offset += more
            return true
        }

        private mutating func number() -> Int? {
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
