import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// Rows of a snapshot that wait on the disk until their part of the baseline is looked at.
///
/// They are divided by the leading bits of their keys' digests, as the buckets of the baseline are, so that
/// each part of them needs one stretch of the buckets. The file has no name: it is gone with its process.
final class SpilledRows {
    /// What is kept of a row; its key follows, up to a multiple of eight bytes.
    struct Record {
        var first: UInt64
        var second: UInt64
        var rest: UInt64
        var net: Int64
        var line: Int64
        var place: UInt32
        var keyLength: UInt32

        var digest: separators_digest { separators_digest(first: first, second: second) }
        var bytes: Int { MemoryLayout<Record>.stride + (Int(keyLength) + 7) / 8 * 8 }
    }

    private let path: String
    private let descriptor: Int32
    private var parts: [Part]
    private var fileBytes = 0

    /// The rows of one part: where its pieces are in the file, and what is not yet there.
    private struct Part {
        var pieces: [(offset: Int, bytes: Int)] = []
        var bytes = 0
        var pending = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        var pendingBytes = 0
    }

    private static let pieceBytes = 64 << 10

    /// Makes the file beside the baseline, or where temporary files are kept.
    ///
    /// - Throws: `Fault` with `cannot_write`.
    init(parts count: Int, beside path: String) throws(Fault) {
        self.path = path
        descriptor = try BaselineFile.nameless(beside: path)
        parts = (0..<count).map { _ in Part() }
    }

    deinit {
        for part in parts { part.pending.deallocate() }
        close(descriptor)
    }

    var partCount: Int { parts.count }

    /// Keeps a row.
    func append(_ record: Record, key: UnsafePointer<UInt8>) throws(Fault) {
        let part = Int(record.second.multipliedFullWidth(by: UInt64(parts.count)).high)
        let bytes = record.bytes
        if parts[part].pendingBytes + bytes > parts[part].pending.count { try flush(part, for: bytes) }
        let target = parts[part].pending.baseAddress.map { $0 + parts[part].pendingBytes }
        target?.storeBytes(of: record, as: Record.self)
        if let target { memcpy(target + MemoryLayout<Record>.stride, key, Int(record.keyLength)) }
        parts[part].pendingBytes += bytes
    }

    /// Writes what a part has pending, and makes room for a row of so many bytes.
    private func flush(_ part: Int, for bytes: Int) throws(Fault) {
        let pending = parts[part].pending
        let count = parts[part].pendingBytes
        let piece = UnsafeRawBufferPointer(rebasing: pending[..<count])
        try BaselineFile.write(descriptor, piece, at: fileBytes, path: path)
        parts[part].pieces.append((fileBytes, count))
        parts[part].bytes += count
        parts[part].pendingBytes = 0
        fileBytes += count
        guard bytes > pending.count else { return }
        pending.deallocate()
        parts[part].pending = .allocate(byteCount: bytes, alignment: 16)
    }

    /// Gives the rows of a part, in the order in which they came.
    func read(_ part: Int) throws(Fault) -> GrowingMemory {
        let own = parts[part]
        let memory = GrowingMemory(bytes: own.bytes + own.pendingBytes)
        var done = 0
        for piece in own.pieces {
            let target = UnsafeMutableRawBufferPointer(start: memory.base + done, count: piece.bytes)
            try BaselineFile.read(descriptor, target, at: piece.offset, path: path)
            done += piece.bytes
        }
        if let pending = own.pending.baseAddress { memcpy(memory.base + done, pending, own.pendingBytes) }
        return memory
    }

    func bytes(of part: Int) -> Int { parts[part].bytes + parts[part].pendingBytes }
}
