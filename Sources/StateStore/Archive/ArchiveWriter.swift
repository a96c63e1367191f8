import CZstd
import Glibc
package import InventoryCore

/// Compresses a snapshot into the archive while it is read.
///
/// The file gets its final name when it is whole and on the disk; a writer that is released without `finish`
/// leaves nothing.
package final class ArchiveWriter {
    private let archive: SnapshotArchive
    private let run: RunID
    private let accepted: Timestamp?
    private let path: String
    private let partialPath: String
    private var file: Int32
    private let compressor: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer

    /// At this level a core compresses some 400 MB/s, and a snapshot shrinks to a fifth or less.
    private static let compressionLevel: Int32 = 3

    init(archive: SnapshotArchive, path: String, run: RunID, accepted: Timestamp?) throws(Fault) {
        self.archive = archive
        self.run = run
        self.accepted = accepted
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
    ///
    /// - Returns: the snapshot, or nothing where newer ones have taken its place already.
    /// - Throws: `cannot_write_state`.
    @discardableResult
    package func finish() throws(Fault) -> ArchivedSnapshot? {
        precondition(file >= 0, "the writer has ended")
        var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&input, ZSTD_e_end) > 0 {}
        // A copy that was late is still as old as its run.
        if let accepted { setModified(accepted) }
        try DurableFile.finish(&file, written: partialPath, as: path)
        try archive.prune()
        return ArchivedSnapshot(run: run, path: path)
    }

    /// Ends without keeping anything; does nothing after `finish` or another `discard`.
    package func discard() {
        guard file >= 0 else { return }
        close(file)
        unlink(partialPath)
        file = -1
    }

    private func setModified(_ time: Timestamp) {
        let (seconds, microseconds) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let instant = timespec(tv_sec: Int(seconds), tv_nsec: Int(microseconds) * 1000)
        // Where this fails, copies are only listed in another order.
        _ = futimens(file, [instant, instant])
    }

    /// Compresses once and writes what came out; gives how many bytes zstd still holds back.
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
        try DurableFile.append(
            UnsafeRawBufferPointer(rebasing: output[..<out.pos]).bytes,
            to: file,
            partialPath
        )
        return left
    }
}
