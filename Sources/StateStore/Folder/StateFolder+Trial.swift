import Glibc
package import InventoryCore

extension StateFolder {
    /// Finds out whether files can still be made and filled in the folder and its parts; leaves none behind.
    ///
    /// What a process has open it can write all the same.
    ///
    /// - Throws: `cannot_write_state` with what the system said.
    package func tryWriting() throws(Fault) {
        for part in [path, baselinePath, archivePath, historyPath] { try StateFolder.tryWriting(in: part) }
    }

    /// The same of any folder.
    ///
    /// - Throws: `cannot_write_state` with what the system said.
    package static func tryWriting(in folder: String) throws(Fault) {
        let doing = "write in the folder"
        // A file without a name, which is gone when it is closed.
        let unnamed = 0o20_000_000 | O_DIRECTORY
        let file = open(folder, O_WRONLY | O_CLOEXEC | unnamed, 0o600)
        if file < 0 {
            let failure = errno
            // Not every file system has such files.
            guard failure == EOPNOTSUPP || failure == EISDIR else {
                throw Fault.cannotWrite(folder, doing: doing, errno: failure)
            }
            guard access(folder, W_OK | X_OK) == 0 else {
                throw Fault.cannotWrite(folder, doing: doing, errno: errno)
            }
            return
        }
        defer { close(file) }
        let bytes = [UInt8](repeating: 0, count: trialBytes)
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw Fault.cannotWrite(folder, doing: doing, errno: errno == 0 ? ENOSPC : errno)
        }
    }

    private static let trialBytes = 4_096
}
