import CLinux
import Glibc

/// Anonymous memory, zeroed and in huge pages where the system has them, that grows by its pages, not by its
/// bytes.
///
/// Threads may use different parts of it at once, as long as none of them makes it grow.
final class HugePages {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var bytes: Int

    private static let pageBytes = 2 << 20

    init(bytes: Int = 1) {
        self.bytes = HugePages.rounded(bytes)
        let memory = mmap(nil, self.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { HugePages.fail(bytes) }
        base = memory
        madvise(base, self.bytes, MADV_HUGEPAGE)
    }

    deinit {
        munmap(base, bytes)
    }

    /// Makes room for at least so many bytes; what is there is kept, but may stand elsewhere then.
    func grow(to wanted: Int) {
        guard wanted > bytes else { return }
        let more = HugePages.rounded(max(wanted, bytes * 2))
        guard let moved = linux_grow_mapping(base, bytes, more) else {
            HugePages.fail(more)
        }
        base = moved
        bytes = more
    }

    private static func rounded(_ bytes: Int) -> Int {
        (max(1, bytes) + pageBytes - 1) / pageBytes * pageBytes
    }

    private static func fail(_ bytes: Int) -> Never {
        preconditionFailure("out of memory for \(bytes) bytes")
    }
}
