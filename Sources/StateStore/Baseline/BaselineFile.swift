import Glibc

/// Writes to files that must be wholly there or not at all.
enum BaselineFile {
    /// Writes all bytes at an offset.
    static func write(
        _ descriptor: Int32,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(BaselineError) {
        var done = 0
        while done < bytes.count {
            guard let base = bytes.baseAddress else { return }
            let count = pwrite(descriptor, base + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path, count < 0 ? errno : ENOSPC) }
            done += count
        }
    }

    /// Opens a file that is not seen under its name before `commit`.
    static func temporary(for path: String) throws(BaselineError) -> (descriptor: Int32, name: String) {
        let name = "\(path).\(getpid()).new"
        unlink(name)
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(name, errno) }
        return (descriptor, name)
    }

    /// Where the file stays that another of a later generation has replaced, until a later commit makes that one sure.
    static func previous(_ path: String) -> String { path + ".previous" }

    /// Gives the file a second name, so that it survives its replacement.
    static func keepPrevious(_ path: String) throws(BaselineError) {
        unlink(previous(path))
        guard link(path, previous(path)) == 0 || errno == ENOENT else {
            throw .cannotWrite(previous(path), errno)
        }
    }

    /// Brings the replaced file back.
    static func restorePrevious(_ path: String) throws(BaselineError) {
        guard rename(previous(path), path) == 0 else { throw .cannotWrite(path, errno) }
        try syncFolder(of: path)
    }

    /// Makes the file durable, and then gives it its name, durably.
    static func commit(
        _ descriptor: Int32,
        _ name: String,
        as path: String,
        isDurable: Bool = true
    ) throws(BaselineError) {
        guard !isDurable || fsync(descriptor) == 0 else { throw .cannotWrite(name, errno) }
        guard rename(name, path) == 0 else { throw .cannotWrite(path, errno) }
        guard isDurable else { return }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(BaselineError) {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .cannotWrite(folder, errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .cannotWrite(folder, errno) }
    }
}
