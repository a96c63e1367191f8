import CLinux
import Glibc

/// Anonymous memory, zeroed, that grows by its pages, not by its bytes.
///
/// It is written once and read once, in order. Small pages serve that best: recently freed ones come first,
/// while a huge page mostly has to come from below the virtual machine.
///
/// Threads may use different parts of it at once, as long as none of them makes it grow.
final class GrowingMemory {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var bytes: Int

    private static let stepBytes = 64 << 10

    init(bytes: Int = 1) {
        self.bytes = GrowingMemory.rounded(bytes)
        let memory = mmap(nil, self.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { GrowingMemory.fail(bytes) }
        base = memory
    }

    deinit {
        munmap(base, bytes)
    }

    /// Makes room for at least so many bytes; what is there is kept, but may stand elsewhere then.
    func grow(to wanted: Int) {
        guard wanted > bytes else { return }
        let more = GrowingMemory.rounded(max(wanted, bytes * 2))
        guard let moved = linux_grow_mapping(base, bytes, more) else {
            GrowingMemory.fail(more)
        }
        base = moved
        bytes = more
    }

    private static func rounded(_ bytes: Int) -> Int {
        (max(1, bytes) + stepBytes - 1) / stepBytes * stepBytes
    }

    private static func fail(_ bytes: Int) -> Never {
        preconditionFailure("out of memory for \(bytes) bytes")
    }
}
