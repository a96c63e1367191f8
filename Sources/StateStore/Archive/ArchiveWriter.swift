import CZstd
import Glibc
package import InventoryCore

/// Compresses a snapshot into the archive while it is read.
///
/// The file has its final name only when it is whole and on the disk; a writer that is let go without
/// `finish` leaves nothing.
package final class ArchiveWriter {
    private let archive: SnapshotArchive
    private let run: RunID
    private let path: String
    private let partialPath: String
    private var file: Int32
    private let compressor: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer

    /// The level with which a core compresses some 400 MB/s, and a snapshot shrinks to a fifth or less.
    private static let compressionLevel: Int32 = 3

    init(archive: SnapshotArchive, path: String, run: RunID) throws(Fault) {
        self.archive = archive
        self.run = run
        self.path = path
        partialPath = path + SnapshotArchive.unfinishedEnding
        guard let compressor = ZSTD_createCCtx() else {
            throw Fault.cannotWrite(path, doing: "compress", errno: ENOMEM)
        }
        self.compressor = compressor
        output = UnsafeMutableRawBufferPointer.allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 1)
        file = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        let failure = errno
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, ArchiveWriter.compressionLevel)
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1)
        guard file >= 0 else {
            throw Fault.cannotWrite(partialPath, doing: "make the file", errno: failure)
        }
    }

    deinit {
        discard()
        ZSTD_freeCCtx(compressor)
        output.deallocate()
    }

    /// Adds bytes of the snapshot, uncompressed.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        precondition(file >= 0, "the writer has ended")
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue) }
    }

    /// Makes the snapshot durable under its name, and removes the oldest ones beyond the archive's limits.
    @discardableResult
    package func finish() throws(Fault) -> ArchivedSnapshot {
        precondition(file >= 0, "the writer has ended")
        var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&input, ZSTD_e_end) > 0 {}
        guard fsync(file) == 0 else {
            throw Fault.cannotWrite(partialPath, doing: "write to the disk", errno: errno)
        }
        close(file)
        file = -1
        guard rename(partialPath, path) == 0 else {
            let failure = errno
            unlink(partialPath)
            throw Fault.cannotWrite(path, doing: "name the file", errno: failure)
        }
        try syncFolder()
        try archive.prune()
        return try archive.find(run)
    }

    /// Ends without keeping anything; again, or after `finish`, is harmless.
    package func discard() {
        guard file >= 0 else { return }
        close(file)
        unlink(partialPath)
        file = -1
    }

    /// Compresses once and writes what came out; gives how many bytes zstd still has to hand out.
    private func step(_ input: inout ZSTD_inBuffer, _ directive: ZSTD_EndDirective) throws(Fault) -> Int {
        var out = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = ZSTD_compressStream2(compressor, &out, &input, directive)
        guard ZSTD_isError(left) == 0 else {
            throw Fault(
                .cannotWriteState,
                code: .cannotWriteState,
                place: partialPath,
                message: "Cannot compress: \(String(cString: ZSTD_getErrorName(left))).",
                hint: "Run the command again; if it repeats, report this message."
            )
        }
        var written = 0
        while written < out.pos {
            let count = write(file, output.baseAddress?.advanced(by: written), out.pos - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Fault.cannotWrite(partialPath, doing: "write to the file", errno: errno)
            }
            written += count
        }
        return left
    }

    private func syncFolder() throws(Fault) {
        let directory = open(archive.folder.archivePath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        guard directory >= 0, fsync(directory) == 0 else {
            throw Fault.cannotWrite(archive.folder.archivePath, doing: "write to the disk", errno: errno)
        }
    }
}
