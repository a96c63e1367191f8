import CLinux
import CSeparators
import Glibc
import SnapshotFormats

/// A baseline file under way; several threads may write to different sections at once.
struct BaselineOutput {
    let descriptor: Int32
    let name: String

    /// So much is handed to the system at a time, which then begins to write it to the disk.
    private static let pieceBytes = 8 << 20

    /// Writes bytes at the begin of a section, and gives what is left of it.
    @discardableResult
    func write(
        _ bytes: UnsafeRawBufferPointer,
        at section: BaselineHeader.Section
    ) throws(BaselineError) -> BaselineHeader.Section {
        precondition(UInt64(bytes.count) <= section.bytes, "the section has no room for this")
        var done = 0
        while done < bytes.count {
            let piece = bytes[done..<min(bytes.count, done + BaselineOutput.pieceBytes)]
            try write(UnsafeRawBufferPointer(rebasing: piece), offset: Int(section.offset) + done)
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
    ) throws(BaselineError) -> BaselineHeader.Section {
        try elements.withUnsafeBufferPointer { elements throws(BaselineError) in
            try write(UnsafeRawBufferPointer(elements), at: section)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, offset: Int) throws(BaselineError) {
        try BaselineFile.write(descriptor, bytes, at: offset, path: name)
        // What is on its way need not be waited for at the end.
        linux_begin_writing(descriptor, Int64(offset), Int64(bytes.count))
    }

    /// Writes the checksums of everything before their section, and gives the checksum of those.
    func writeChecks(_ header: BaselineHeader) throws(BaselineError) -> (UInt64, UInt64) {
        guard ftruncate(descriptor, off_t(header.baseBytes)) == 0 else { throw .cannotWrite(name, errno) }
        let end = Int(header.check.offset)
        guard let memory = mmap(nil, end, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw .cannotWrite(name, errno)
        }
        defer { munmap(memory, end) }
        let step = Int(BaselineHeader.checkedBytes)
        let blocks = Int(header.check.bytes) / 8
        var checks = [UInt64](repeating: 0, count: blocks)
        checks.withUnsafeMutableBufferPointer { checks in
            _ = WorkerThreads.run(2) { worker in
                for block in blocks * worker / 2..<blocks * (worker + 1) / 2 {
                    let start = BaselineHeader.pageBytes + block * step
                    let bytes = UnsafeRawBufferPointer(start: memory + start, count: min(step, end - start))
                    checks[block] = BaselineHeader.digest(bytes).first
                }
            }
        }
        try write(checks, at: header.check)
        let digest = checks.withUnsafeBytes { BaselineHeader.digest($0) }
        return (digest.first, digest.second)
    }
}
