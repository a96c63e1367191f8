import Glibc
import InventoryCore

/// A small file for its owner's eyes, there whole or not at all.
enum PrivateFile {
    /// - Throws: `cannot_write_tokens`.
    static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
        let unfinished = "\(path).\(getpid()).tmp"
        unlink(unfinished)
        let file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(path, errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let why = errno
                close(file)
                unlink(unfinished)
                throw failure(path, why)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, rename(unfinished, path) == 0 else {
            let why = errno
            unlink(unfinished)
            throw failure(path, why)
        }
    }

    private static func failure(_ path: String, _ why: Int32) -> Fault {
        Fault(
            .cannotWriteState,
            code: "cannot_write_tokens",
            place: path,
            message: "The file of tokens cannot be written: \(String(cString: strerror(why))).",
            hint: "Name a file in a folder that you may write in, with room on its disk."
        )
    }
}
