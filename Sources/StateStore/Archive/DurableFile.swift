import Glibc
import InventoryCore

/// A small file that is on the disk, whole and under its name, when `write` returns.
enum DurableFile {
    /// - Throws: `cannot_write_state`.
    static func write(_ bytes: [UInt8], to path: String) throws(Fault) {
        let unfinished = path + SnapshotArchive.unfinishedEnding
        let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw Fault.cannotWrite(unfinished, doing: "make the file", errno: errno) }
        do throws(Fault) {
            try append(bytes.span.bytes, to: file, unfinished)
            guard fsync(file) == 0 else {
                throw Fault.cannotWrite(unfinished, doing: "write to the disk", errno: errno)
            }
        } catch {
            close(file)
            unlink(unfinished)
            throw error
        }
        close(file)
        guard Glibc.rename(unfinished, path) == 0 else {
            throw Fault.cannotWrite(path, doing: "name the file", errno: errno)
        }
        try syncFolder(of: path)
    }

    /// Appends all of the bytes to an open file.
    static func append(_ bytes: RawSpan, to file: Int32, _ path: String) throws(Fault) {
        var written = 0
        while written < bytes.byteCount {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(file, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Fault.cannotWrite(path, doing: "write to the file", errno: errno) }
            written += count
        }
    }

    /// Gives all bytes of a file, or nothing where there is none.
    static func read(_ path: String) throws(Fault) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Fault.cannotWrite(path, doing: "read the file", errno: errno)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Fault.cannotWrite(path, doing: "read the file", errno: errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// Removes a file, if it is there.
    ///
    /// - Throws: `cannot_write_state`.
    static func remove(_ path: String) throws(Fault) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw Fault.cannotWrite(path, doing: "remove the file", errno: errno)
        }
    }

    /// Names a file otherwise, if it is there, and makes that durable.
    ///
    /// - Throws: `cannot_write_state`.
    static func rename(_ path: String, to other: String) throws(Fault) {
        guard Glibc.rename(path, other) == 0 || errno == ENOENT else {
            throw Fault.cannotWrite(path, doing: "name the file", errno: errno)
        }
        try syncFolder(of: path)
    }

    /// Gives the names in a folder, in no order; none where there is no folder.
    ///
    /// - Throws: `cannot_write_state`.
    static func names(in folder: String) throws(Fault) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw Fault.cannotWrite(folder, doing: "list the folder", errno: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    /// Makes a file durable that was written under another name, and gives it its own; `file` is closed then.
    ///
    /// - Throws: `cannot_write_state`; where the bytes did not reach the disk, the file is still open.
    static func finish(_ file: inout Int32, written partial: String, as path: String) throws(Fault) {
        guard fsync(file) == 0 else {
            throw Fault.cannotWrite(partial, doing: "write to the disk", errno: errno)
        }
        close(file)
        file = -1
        guard Glibc.rename(partial, path) == 0 else {
            let failure = errno
            unlink(partial)
            throw Fault.cannotWrite(path, doing: "name the file", errno: failure)
        }
        try syncFolder(of: path)
    }

    /// Makes the names in the folder of a file durable.
    static func syncFolder(of path: String) throws(Fault) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        let folder = end == path.startIndex ? "/" : String(path[..<end])
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if directory >= 0 { close(directory) } }
        guard directory >= 0, fsync(directory) == 0 else {
            throw Fault.cannotWrite(folder, doing: "write to the disk", errno: errno)
        }
    }
}
