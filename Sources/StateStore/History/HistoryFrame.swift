import CZstd
import Glibc
package import InventoryCore

/// Bytes of the history as they are kept: compressed, under a checksum.
package enum HistoryFrame {
    /// Blocks of a run are written while stock waits for the commit; those of files have time.
    package static let quickLevel: Int32 = 1
    package static let thoroughLevel: Int32 = 3
    /// No block is longer when it is unpacked.
    private static let bytesMax = 64 << 20

    /// Compresses bytes.
    ///
    /// - Throws: `cannot_write_state` where memory is lacking.
    package static func compressed(_ bytes: [UInt8], level: Int32 = quickLevel) throws(Fault) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { throw lacking("compress the history") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let room = ZSTD_compressBound(bytes.count)
        var length = 0
        let frame = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            length = bytes.withUnsafeBytes { bytes in
                ZSTD_compress2(context, buffer.baseAddress, room, bytes.baseAddress, bytes.count)
            }
            count = ZSTD_isError(length) == 0 ? length : 0
        }
        guard ZSTD_isError(length) == 0 else { throw lacking("compress the history") }
        return frame
    }

    /// Unpacks a frame and compares it with its checksum.
    ///
    /// - Throws: `HistoryDamage`.
    package static func unpacked(_ frame: ArraySlice<UInt8>) throws(HistoryDamage) -> [UInt8] {
        let room = frame.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // Both words for "not known" are greater than any size.
        guard room <= UInt64(bytesMax) else { throw HistoryDamage() }
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(room)) { buffer, count in
            length = frame.withUnsafeBytes { frame in
                ZSTD_decompress(buffer.baseAddress, Int(room), frame.baseAddress, frame.count)
            }
            count = ZSTD_isError(length) == 0 ? length : 0
        }
        guard ZSTD_isError(length) == 0, length == Int(room) else { throw HistoryDamage() }
        return bytes
    }

    private static func lacking(_ doing: String) -> Fault {
        Fault.cannotWrite("", doing: doing, errno: ENOMEM)
    }
}
