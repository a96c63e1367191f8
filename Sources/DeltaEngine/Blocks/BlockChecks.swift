import CSeparators
import Glibc
import InventoryCore
import Synchronization

/// The checksums of a file's blocks, taken right after writing, while the bytes are in the cache.
///
/// Blocks filled by several writes are read again at the end.
final class BlockChecks: Sendable {
    private let checks = Mutex<[UInt64?]>([])

    private static let first = BaselineHeader.pageBytes
    private static let blockBytes = Int(BaselineHeader.checkedBytes)

    /// Takes the checksums of the blocks that lie wholly within bytes that were written at `offset`.
    func meet(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let step = BlockChecks.blockBytes
        let begin = max(0, offset - BlockChecks.first + step - 1) / step
        let end = (offset + bytes.count - BlockChecks.first) / step
        guard offset >= BlockChecks.first, begin < end else { return }
        let digests = (begin..<end).map { block in
            let start = BlockChecks.first + block * step - offset
            return BaselineHeader.digest(UnsafeRawBufferPointer(rebasing: bytes[start..<start + step])).first
        }
        checks.withLock { checks in
            if checks.count < end { checks += Array(repeating: nil, count: end - checks.count) }
            for (block, digest) in zip(begin..<end, digests) { checks[block] = digest }
        }
    }

    /// Gives the checksums of all blocks from the first page to before `end`.
    ///
    /// - Throws: `Fault` with `cannot_read`.
    func all(upTo end: Int, of descriptor: Int32, path: String) throws(Fault) -> [UInt64] {
        let known = checks.withLock { $0 }
        let step = BlockChecks.blockBytes
        var all = [UInt64](repeating: 0, count: (end - BlockChecks.first + step - 1) / step)
        var left: [(block: Int, offset: Int, bytes: Int)] = []
        for block in all.indices {
            let offset = BlockChecks.first + block * step
            if block < known.count, offset + step <= end, let digest = known[block] {
                all[block] = digest
                continue
            }
            left.append((block, offset, min(step, end - offset)))
            // Uncached blocks have to come from the disk: request all of them at once.
            posix_fadvise(descriptor, off_t(offset), off_t(step), POSIX_FADV_WILLNEED)
        }
        for (block, offset, bytes) in left {
            guard let bytes = try BaselineFile.read(descriptor, at: offset, bytes, path: path)
            else { throw .cannotRead(path, EIO) }
            all[block] = bytes.withUnsafeBytes { BaselineHeader.digest($0).first }
        }
        return all
    }
}
