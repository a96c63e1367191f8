import CLinux
import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats
import Synchronization

/// An unfinished baseline file: it gets its name by `commit`, and is removed if it is dropped before.
///
/// Several threads may write to different places at once.
final class BaselineOutput: Sendable {
    let descriptor: Int32
    private let name: String
    private let nextRow = Mutex(0)
    private let isTemporary = Mutex(true)
    /// Memory to use again: getting fresh memory costs more than filling it.
    private let buffers = Mutex<(free: [RowBuffer], all: [RowBuffer])>(([], []))
    /// How much of what is staged may lie in memory.
    let room: StagingRoom
    /// The tails of the keys.
    let tails = KeyTails()
    /// The checksums of blocks that have been written at once.
    private let checks = BlockChecks()
    private let queue = OutputQueue()
    /// Writes past the cache; -1 where what is written stays there, or the file system cannot do it.
    private let uncached: Int32

    /// How much is handed to the system at a time, which then starts writing it to the disk.
    ///
    /// Pieces end at multiples of it: what covers a huge page of the file as a whole is kept as one, and one
    /// is copied, mapped and looked up faster than its 512 parts.
    private static let pieceBytes = 8 << 20

    /// Opens a file for a baseline of this name.
    ///
    /// A file that is read soon stays in the cache. Large writes of any other bypass it: getting cold memory
    /// costs more than writing to the disk.
    ///
    /// - Parameters:
    ///   - path: the name that the file is to have.
    ///   - isCached: whether it is read soon.
    ///   - memoryBytesMax: how much of what is staged may lie in memory.
    /// - Throws: `Fault` with `cannot_write`.
    init(
        for path: String,
        isCached: Bool = true,
        memoryBytesMax: Int = DiffOptions.memoryBytesMaxDefault
    ) throws(Fault) {
        room = StagingRoom(beside: path, bytesMax: memoryBytesMax)
        (descriptor, name) = try BaselineFile.temporary(for: path)
        uncached = isCached ? -1 : linux_open_uncached(name)
        // Only single blocks are read again.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM)
    }

    deinit {
        discard()
        close(descriptor)
        if uncached >= 0 { close(uncached) }
    }

    /// Removes the file; what has been written can still be read through the descriptor.
    func discard() {
        isTemporary.withLock { isTemporary in
            if isTemporary { unlink(name) }
            isTemporary = false
        }
    }

    /// Makes the file durable, if it is to be, and then gives it its name.
    func commit(as path: String, isDurable: Bool) throws(Fault) {
        try BaselineFile.commit(descriptor, name, as: path, isDurable: isDurable)
        // Single pages that stay would keep their neighbours from being read as huge pages.
        if uncached >= 0 { posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
        isTemporary.withLock { $0 = false }
    }

    /// Gives the place of so many rows behind those that have a place already.
    func place(rows count: Int) -> Int {
        nextRow.withLock { next in
            defer { next += count }
            return next
        }
    }

    func takeBuffer() -> RowBuffer {
        buffers.withLock { buffers in
            if let buffer = buffers.free.popLast() { return buffer }
            let buffer = RowBuffer(room)
            buffers.all.append(buffer)
            return buffer
        }
    }

    /// What the buckets are to hold of all rows that have been written.
    var entries: [BucketEntries] { buffers.withLock { $0.all.map(\.entries) } }

    /// Gives the memory of the entries and pieces back, when the buckets are made and written.
    func releaseEntries() {
        for entries in entries { entries.release() }
        queue.releaseMemory()
    }

    func giveBack(_ buffer: RowBuffer) {
        buffers.withLock { $0.free.append(buffer) }
    }

    /// Runs the body while another thread writes the pieces it makes; write errors are lost unless the body
    /// calls `flush`.
    ///
    /// - Throws: what the body throws.
    func writingBeside<Result>(_ body: () throws -> Result) throws -> Result {
        try queue.serve({ piece throws(Fault) in try writeNow(piece) }, while: body)
    }

    /// Gives memory for a piece, of any size.
    func takeMemory() -> GrowingMemory { queue.takeMemory() }

    /// Takes back memory that was taken for a piece.
    func giveBack(_ memory: GrowingMemory) { queue.giveBack(memory) }

    /// Writes a piece, now or on the other thread; its memory no longer belongs to the caller.
    func write(_ piece: OutputQueue.Piece) throws(Fault) {
        try piece.forEachStretch { bytes, offset in checks.meet(bytes, at: offset) }
        guard try !queue.put(piece) else { return }
        try writeNow(piece)
        giveBack(piece.memory)
    }

    /// Waits until all pieces are written.
    ///
    /// - Throws: `Fault` where one of them could not be.
    func flush() throws(Fault) {
        try queue.flush()
    }

    private func writeNow(_ piece: OutputQueue.Piece) throws(Fault) {
        try piece.forEachStretch { bytes, offset throws(Fault) in
            try writeNow(bytes, offset: offset)
        }
    }

    /// Writes bytes at the start of a section, and gives what is left of it.
    @discardableResult
    func write(
        _ bytes: UnsafeRawBufferPointer,
        at section: BaselineHeader.Section
    ) throws(Fault) -> BaselineHeader.Section {
        precondition(UInt64(bytes.count) <= section.bytes, "the section has no room for this")
        var done = 0
        while done < bytes.count {
            let offset = Int(section.offset) + done
            let room = BaselineOutput.pieceBytes - offset % BaselineOutput.pieceBytes
            let piece = bytes[done..<min(bytes.count, done + room)]
            try write(UnsafeRawBufferPointer(rebasing: piece), offset: offset)
            done += piece.count
        }
        return BaselineHeader.Section(
            offset: section.offset + UInt64(done),
            bytes: section.bytes - UInt64(done)
        )
    }

    @discardableResult
    func write<Element: BitwiseCopyable>(
        _ elements: [Element],
        at section: BaselineHeader.Section
    ) throws(Fault) -> BaselineHeader.Section {
        try elements.withUnsafeBufferPointer { elements throws(Fault) in
            try write(UnsafeRawBufferPointer(elements), at: section)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, offset: Int) throws(Fault) {
        checks.meet(bytes, at: offset)
        try writeNow(bytes, offset: offset)
    }

    private func writeNow(_ bytes: UnsafeRawBufferPointer, offset: Int) throws(Fault) {
        let pages = BaselineOutput.wholePages(of: bytes, at: offset)
        guard uncached >= 0, pages.count >= BaselineOutput.uncachedBytesMin else {
            try BaselineFile.write(descriptor, bytes, at: offset, path: name)
            // The final sync then has less to wait for.
            return linux_begin_writing(descriptor, Int64(offset), Int64(bytes.count))
        }
        let (head, middle, tail) = (bytes[..<pages.lowerBound], bytes[pages], bytes[pages.upperBound...])
        try write(head, at: offset, to: descriptor)
        do throws(Fault) {
            try write(middle, at: offset, to: uncached)
        } catch {
            // The file system may refuse uncached writes; any other error, such as a full disk, comes again.
            try write(middle, at: offset, to: descriptor)
        }
        try write(tail, at: offset, to: descriptor)
    }

    /// Writes a part of bytes that begin at `offset`.
    private func write(
        _ part: Slice<UnsafeRawBufferPointer>,
        at offset: Int,
        to descriptor: Int32
    ) throws(Fault) {
        let bytes = UnsafeRawBufferPointer(rebasing: part)
        try BaselineFile.write(descriptor, bytes, at: offset + part.startIndex, path: name)
    }

    /// Waiting for the disk does not pay for less.
    private static let uncachedBytesMin = 256 << 10

    /// Which of the bytes are whole pages of the file, if they are whole pages of memory as well.
    private static func wholePages(of bytes: UnsafeRawBufferPointer, at offset: Int) -> Range<Int> {
        let page = BaselineHeader.pageBytes
        let begin = (page - offset % page) % page
        guard begin < bytes.count, let base = bytes.baseAddress, Int(bitPattern: base + begin) % page == 0
        else { return 0..<0 }
        return begin..<begin + (bytes.count - begin) / page * page
    }

    /// Lends what has been written, from the start of the file; `isRandom` where little of it is looked at.
    func withMapping<Result>(
        bytes: Int,
        isRandom: Bool,
        _ body: (UnsafeRawPointer) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        guard let memory = mmap(nil, bytes, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else { throw .cannotWrite(name, errno) }
        defer { munmap(memory, bytes) }
        if isRandom { madvise(memory, bytes, MADV_RANDOM) }
        return try body(memory)
    }

    /// Writes the checksums of everything before their section, and gives the checksum of those.
    func writeChecks(_ header: BaselineHeader) throws(Fault) -> (UInt64, UInt64) {
        guard ftruncate(descriptor, off_t(header.baseBytes)) == 0 else { throw .cannotWrite(name, errno) }
        let checks = try checks.all(upTo: Int(header.check.offset), of: descriptor, path: name)
        try write(checks, at: header.check)
        let digest = checks.withUnsafeBytes { BaselineHeader.digest($0) }
        return (digest.first, digest.second)
    }
}
