import Glibc
import InventoryCore

/// Writes to files that must be wholly there or not at all.
enum BaselineFile {
    /// Writes all bytes at an offset.
    static func write(
        _ descriptor: Int32,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(Fault) {
        var done = 0
        while done < bytes.count {
            guard let base = bytes.baseAddress else { return }
            let count = pwrite(descriptor, base + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path, count < 0 ? errno : ENOSPC) }
            done += count
        }
    }

    /// Reads bytes at an offset; nothing if the file ends before them.
    static func read(
        _ descriptor: Int32,
        at offset: Int,
        _ count: Int,
        path: String
    ) throws(Fault) -> [UInt8]? {
        var (done, failure) = (0, Int32(0))
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, used in
            (done, failure) = fill(UnsafeMutableRawBufferPointer(target), from: descriptor, at: offset)
            used = done
        }
        guard failure == 0 else { throw .cannotRead(path, failure) }
        return done == count ? bytes : nil
    }

    /// Reads bytes that are known to stand there.
    static func read(
        _ descriptor: Int32,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(Fault) {
        let (done, failure) = fill(bytes, from: descriptor, at: offset)
        guard done == bytes.count else { throw .cannotRead(path, failure == 0 ? EIO : failure) }
    }

    /// Reads until there is enough, and gives how many bytes there were, and what ended it if not the file.
    private static func fill(
        _ bytes: UnsafeMutableRawBufferPointer,
        from descriptor: Int32,
        at offset: Int
    ) -> (done: Int, failure: Int32) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = pread(descriptor, base + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            if count < 0 { return (done, errno) }
            guard count > 0 else { break }
            done += count
        }
        return (done, 0)
    }

    /// Opens a file without a name beside the baseline, or where temporary files are kept.
    static func nameless(beside path: String) throws(Fault) -> Int32 {
        let folder = parts(of: path).folder
        for place in [folder, "/var/tmp", "/tmp"] {
            var name = Array("\(place)/.tidegate-rows-XXXXXX".utf8CString)
            let descriptor = mkstemp(&name)
            guard descriptor >= 0 else { continue }
            unlink(name)
            return descriptor
        }
        throw .cannotWrite(path, errno)
    }

    /// Opens a file that is not seen under its name before `commit`.
    static func temporary(for path: String) throws(Fault) -> (descriptor: Int32, name: String) {
        clearLeftovers(of: path)
        let name = "\(path).\(getpid()).new"
        unlink(name)
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(name, errno) }
        // Shows that its writer is alive; on a file system without locks nothing is ever cleared away.
        flock(descriptor, LOCK_SH)
        return (descriptor, name)
    }

    /// Removes what killed processes have left: temporary files without a lock.
    static func clearLeftovers(of path: String) {
        let (folder, own) = parts(of: path)
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(own + "."), name.hasSuffix(".new") else { continue }
            let number = name.dropFirst(own.count + 1).dropLast(4)
            guard !number.isEmpty, number.allSatisfy({ "0"..."9" ~= $0 }) else { continue }
            let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink("\(folder)/\(name)") }
            close(descriptor)
        }
    }

    static func parts(of path: String) -> (folder: String, name: String) {
        guard let end = path.lastIndex(of: "/") else { return (".", path) }
        let name = String(path[path.index(after: end)...])
        return (end == path.startIndex ? "/" : String(path[..<end]), name)
    }

    /// Where the file stays that another of a later generation
    /// has replaced, until a later commit makes that one sure.
    static func previous(_ path: String) -> String { path + ".previous" }

    /// Gives the file a second name, so that it survives its replacement.
    static func keepPrevious(_ path: String) throws(Fault) {
        unlink(previous(path))
        guard link(path, previous(path)) == 0 || errno == ENOENT else {
            throw .cannotWrite(previous(path), errno)
        }
    }

    /// Brings the replaced file back.
    static func restorePrevious(_ path: String) throws(Fault) {
        guard rename(previous(path), path) == 0 else { throw .cannotWrite(path, errno) }
        try syncFolder(of: path)
    }

    /// Gives a durable file another name, durably; a file that has the name is replaced.
    static func move(_ path: String, to next: String) throws(Fault) {
        guard rename(path, next) == 0 else { throw .cannotWrite(next, errno) }
        try syncFolder(of: next)
    }

    /// Makes the file durable, and then gives it its name, durably.
    static func commit(
        _ descriptor: Int32,
        _ name: String,
        as path: String,
        isDurable: Bool = true
    ) throws(Fault) {
        guard !isDurable || fsync(descriptor) == 0 else { throw .cannotWrite(name, errno) }
        guard rename(name, path) == 0 else { throw .cannotWrite(path, errno) }
        guard isDurable else { return }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(Fault) {
        let folder = parts(of: path).folder
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .cannotWrite(folder, errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw .cannotWrite(folder, errno) }
    }
}
