import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats
import Synchronization

/// The base of a baseline file, mapped into memory, whose blocks are compared with their checksums when
/// something of them is first asked for: once each, as long as it is mapped.
///
/// Unchecked, because the memory is mapped read-only and never changes, and the bits are atomic.
final class CheckedMapping: @unchecked Sendable {
    let memory: UnsafeMutableRawPointer
    let bytes: Int
    private let path: String
    /// The checksums, a word a block.
    private let checks: UnsafeRawBufferPointer
    /// Where what they cover ends.
    private let end: Int
    /// A bit for each block that has been found sound.
    private let sound: UnsafeMutableBufferPointer<Atomic<UInt64>>

    private static let blockBytes = Int(BaselineHeader.checkedBytes)

    /// Maps the base of an open file.
    ///
    /// - Throws: `Fault` with `cannot_read`, or with `damaged` if its checksums are not sound themselves.
    init(descriptor: Int32, header: BaselineHeader, path: String) throws(Fault) {
        bytes = Int(header.baseBytes)
        guard let memory = mmap(nil, bytes, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw .cannotRead(path, errno) }
        self.memory = memory
        self.path = path
        // From the disk, whole huge pages are read at once; look-ups in them are faster, too.
        madvise(memory, bytes, MADV_HUGEPAGE)
        end = Int(header.check.offset)
        checks = UnsafeRawBufferPointer(start: memory + end, count: Int(header.check.bytes))
        sound = .allocate(capacity: checks.count / 8 / 64 + 1)
        for word in sound.indices { sound.initializeElement(at: word, to: Atomic(0)) }
        let digest = BaselineHeader.digest(checks)
        guard digest.first == header.checkDigest.0, digest.second == header.checkDigest.1 else {
            throw .damaged(path, "the checksum of its checksums is wrong")
        }
    }

    deinit {
        sound.deinitialize()
        sound.deallocate()
        munmap(memory, bytes)
    }

    /// Makes sure that these bytes of the file, none of them on its first page, are as they were written.
    ///
    /// - Throws: `Fault` with `damaged`.
    @inline(__always)
    func check(_ offset: Int, _ count: Int) throws(Fault) {
        guard count > 0 else { return }
        let first = (offset - BaselineHeader.pageBytes) / CheckedMapping.blockBytes
        let last = (offset + count - 1 - BaselineHeader.pageBytes) / CheckedMapping.blockBytes
        var block = first
        while block <= last {
            if _slowPath(!isSound(block)) { try compare(block) }
            block += 1
        }
    }

    /// The same for a section of the file.
    func check(_ section: BaselineHeader.Section) throws(Fault) {
        try check(Int(section.offset), Int(section.bytes))
    }

    @inline(__always)
    private func isSound(_ block: Int) -> Bool {
        sound[block >> 6].load(ordering: .relaxed) >> UInt64(block & 63) & 1 != 0
    }

    private func compare(_ block: Int) throws(Fault) {
        guard digest(of: block) == checks.loadUnaligned(fromByteOffset: block * 8, as: UInt64.self) else {
            let offset = BaselineHeader.pageBytes + block * CheckedMapping.blockBytes
            throw .damaged(path, "the checksum at byte \(offset) is wrong")
        }
        sound[block >> 6].bitwiseOr(1 << UInt64(block & 63), ordering: .relaxed)
    }

    private func digest(of block: Int) -> UInt64 {
        let offset = BaselineHeader.pageBytes + block * CheckedMapping.blockBytes
        let count = min(CheckedMapping.blockBytes, end - offset)
        return BaselineHeader.digest(UnsafeRawBufferPointer(start: memory + offset, count: count)).first
    }

    /// Compares every checksum, also of blocks that have been found sound before.
    ///
    /// - Throws: `Fault` with `damaged`.
    func verify(workers: Int) throws(Fault) {
        let (blocks, workers) = (checks.count / 8, max(1, workers))
        _ = try WorkerThreads.run(workers) { worker throws(Fault) in
            for block in blocks * worker / workers..<blocks * (worker + 1) / workers {
                try compare(block)
            }
        }
    }

    /// Gives memory back that lies wholly within these bytes; it is read again when it is wanted.
    func release(_ offset: Int, _ count: Int) {
        let page = BaselineHeader.pageBytes
        let begin = (offset + page - 1) / page * page
        let end = (offset + count) / page * page
        guard end > begin else { return }
        madvise(memory + begin, end - begin, MADV_DONTNEED)
    }
}
