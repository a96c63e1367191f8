import Crypto
import InventoryCore

/// The SHA-256 of a snapshot's raw (still compressed) bytes, taken while they are read.
///
/// It costs nothing for sources that are opened without one. It covers the whole file only after the source
/// has been read to its end.
package final class ContentDigest {
    private var hash = SHA256()

    package init() {}

    func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    /// The digest of what has been read so far, as 64 lower-case hexadecimal digits.
    package var hexadecimal: String { hash.finalize().hexadecimal }
}
