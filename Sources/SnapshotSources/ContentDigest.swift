import Crypto
import InventoryCore
import Synchronization

/// The SHA-256 of a snapshot's raw (still compressed) bytes, taken while they are read.
///
/// Sources that are opened without one do not pay for it. It covers the whole file only after the source has
/// been read to its end.
package final class ContentDigest: Sendable {
    private struct Progress {
        var hash = SHA256()
        var bytes = 0
    }

    private let progress = Mutex(Progress())

    package init() {}

    func update(_ bytes: UnsafeRawBufferPointer) {
        progress.withLock { progress in
            progress.hash.update(bufferPointer: bytes)
            progress.bytes += bytes.count
        }
    }

    /// How many bytes it covers so far.
    var bytes: Int { progress.withLock { $0.bytes } }

    /// The digest of what has been read so far, as 64 lower-case hexadecimal digits.
    package var hexadecimal: String { progress.withLock { $0.hash.finalize().hexadecimal } }
}
