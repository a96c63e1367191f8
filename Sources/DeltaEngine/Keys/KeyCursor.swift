import Glibc

/// The texts of numbered tails, one after another.
struct TailTexts {
    /// Where each ends among the bytes.
    let ends: UnsafeBufferPointer<UInt32>
    let bytes: UnsafeBufferPointer<UInt8>

    /// Nothing for a number that no tail has, and where damaged bytes contradict each other.
    @inline(__always)
    subscript(number: Int) -> UnsafeBufferPointer<UInt8>? {
        guard number >= 0, number < ends.count else { return nil }
        let begin = number == 0 ? 0 : Int(ends[number - 1])
        let end = Int(ends[number])
        guard begin <= end, end <= bytes.count else { return nil }
        return UnsafeBufferPointer(rebasing: bytes[begin..<end])
    }
}

/// Reads keys in order from any one on; damaged bytes end it, and are never read past.
struct KeyCursor {
    private let heap: UnsafeBufferPointer<UInt8>
    private let tails: TailTexts
    private var offset: Int
    private(set) var key: [UInt8] = []
    /// How many bytes of the key are its SKU's, the comma included.
    private var prefixBytes = 0
    /// Whether the key is whole.
    private var hasTail = false
    /// How many bytes of the key are surely those of the one before it.
    private(set) var shared = 0
    /// The number of the key's tail, if it has one.
    private(set) var tail: Int?

    /// Most keys have room in it at once.
    private static let roomBytes = 96

    /// Stands before a key that shares nothing.
    init(_ heap: UnsafeBufferPointer<UInt8>, _ tails: TailTexts, offset: Int) {
        self.heap = heap
        self.tails = tails
        self.offset = offset
        key.reserveCapacity(KeyCursor.roomBytes)
    }

    /// Stands before another key that shares nothing.
    mutating func move(to offset: Int) {
        self.offset = offset
        key.removeAll(keepingCapacity: true)
        prefixBytes = 0
        hasTail = false
    }

    /// Moves on to the next key; false at the end or where the bytes make no sense.
    mutating func next() -> Bool {
        guard moveOn() else { return false }
        guard let tail, !hasTail else { return true }
        guard let text = tails[tail] else {
            offset = heap.count
            return false
        }
        key.append(contentsOf: text)
        hasTail = true
        return true
    }

    /// Moves on to the next key, but leaves its tail away if that has a number, which tells as much.
    @inline(__always)
    mutating func nextNumbered() -> Bool { moveOn() }

    @inline(__always)
    private mutating func moveOn() -> Bool {
        guard let shared = number(), let more = number(), shared <= prefixBytes, let own = take(more),
            let tail = number(), tail <= tails.ends.count
        else {
            offset = heap.count
            return false
        }
        // Keys of one SKU differ in their tails only.
        if more > 0 || shared < prefixBytes || hasTail {
            key.removeLast(key.count - shared)
            if more > 0 { key.append(contentsOf: own) }
            prefixBytes = shared + more
            hasTail = false
        }
        self.shared = shared
        self.tail = tail - 1
        return tail > 0 || takeTail()
    }

    /// Takes a tail that has no number.
    private mutating func takeTail() -> Bool {
        tail = nil
        guard let count = number(), let text = take(count) else {
            offset = heap.count
            return false
        }
        key.append(contentsOf: text)
        hasTail = true
        return true
    }

    /// Whether the key begins with these bytes.
    func begins(with prefix: [UInt8]) -> Bool {
        key.count >= prefix.count && memcmp(key, prefix, prefix.count) == 0
    }

    @inline(__always)
    private mutating func take(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
        guard count <= heap.count - offset else { return nil }
        defer { offset += count }
        return UnsafeBufferPointer(rebasing: heap[offset..<offset + count])
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
