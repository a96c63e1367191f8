import Glibc

/// Texts one after another in memory that grows; once nothing is added any more, they stay where they are.
final class KeyBytes {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity = 1 << 12

    init() {
        base = .allocate(capacity: 1 << 12)
    }

    deinit {
        free(base)
    }

    /// Adds a text and gives where it stands.
    func append(_ text: UnsafePointer<UInt8>, _ length: Int) -> Range<Int> {
        if count + length > capacity {
            while count + length > capacity { capacity *= 2 }
            // realloc moves large blocks by their pages, not by their bytes.
            guard let moved = realloc(base, capacity) else { preconditionFailure("out of memory for keys") }
            base = moved.assumingMemoryBound(to: UInt8.self)
        }
        memcpy(base + count, text, length)
        count += length
        return count - length..<count
    }

    /// Lends a text until another is added.
    subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
