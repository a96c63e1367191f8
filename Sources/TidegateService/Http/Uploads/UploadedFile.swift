import CLinux
import Crypto
import Glibc
import InventoryCore
import NIOCore
import NIOPosix
import Synchronization

/// A delivery that comes in: a hidden file until it is whole, then one under its name, with its manifest
/// beside it.
final class UploadedFile: Sendable {
    private struct Progress {
        var hash = SHA256()
        var bytes = 0
        var head: [UInt8] = []
        var file: Int32
    }

    private let folder: String
    private let partial: String
    private let progress: Mutex<Progress>

    /// Room that is left on the disk for everybody else.
    static let reserveBytes = 1 << 30
    private static let headBytes = 4
    private static let roomLookedAtBytes = 64 << 20

    /// Begins the file.
    ///
    /// - Throws: `cannot_write_upload`, `disk_full`.
    init(in folder: String, name: String, length: Int?) throws(Fault) {
        self.folder = folder
        partial = "\(folder)/\(UploadFolder.partialPrefix)\(name)"
        try UploadedFile.requireRoom(for: length ?? 0, in: folder)
        let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw UploadFolder.failure(folder, errno) }
        progress = Mutex(Progress(file: file))
    }

    deinit { discard() }

    var bytes: Int { progress.withLock(\.bytes) }

    /// The first bytes, which tell how it is packed.
    var head: [UInt8] { progress.withLock(\.head) }

    // MARK: bytes

    /// Takes further bytes, away from the pool that answers requests.
    ///
    /// - Throws: `cannot_write_upload`, `disk_full`.
    func append(_ part: ByteBuffer) async throws {
        try await NIOThreadPool.singleton.runIfActive { try self.write(part) }
    }

    private func write(_ part: ByteBuffer) throws(Fault) {
        let (failure, needsRoom) = progress.withLock { progress in
            let before = progress.bytes / UploadedFile.roomLookedAtBytes
            let failure = part.withUnsafeReadableBytes { bytes in
                UploadedFile.write(bytes, to: progress.file)
            }
            part.withUnsafeReadableBytes { bytes in
                progress.hash.update(bufferPointer: bytes)
                progress.bytes += bytes.count
                let missing = UploadedFile.headBytes - progress.head.count
                progress.head += bytes.prefix(max(0, missing))
            }
            return (failure, progress.bytes / UploadedFile.roomLookedAtBytes > before)
        }
        if let failure { throw UploadFolder.failure(folder, failure) }
        if needsRoom { try UploadedFile.requireRoom(for: 0, in: folder) }
    }

    /// Writes all bytes; gives the system's error where it cannot.
    fileprivate static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = Glibc.write(file, part.baseAddress, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    private static func requireRoom(for bytes: Int, in folder: String) throws(Fault) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw UploadFolder.failure(folder, errno) }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        guard free - bytes < reserveBytes else { return }
        throw Fault(
            .cannotWriteState,
            code: "disk_full",
            place: folder,
            message: "There is no room for it on the disk.",
            hint: "Free space on that disk; \(reserveBytes >> 20) MB are kept free."
        )
    }

    // MARK: end

    /// SHA-256 of all bytes.
    var digest: [UInt8] { progress.withLock { Array($0.hash.finalize()) } }

    /// Makes it durable, and a delivery under this name.
    ///
    /// - Parameters:
    ///   - arrival: becomes the time of the file, which tells the order of deliveries that state none.
    ///   - name: of the file.
    ///   - manifest: stands beside it before it does.
    ///   - manifestSuffix: what the manifest's name ends with.
    ///   - marker: the ending of the file that says it is complete, where the folder has one.
    /// - Throws: `cannot_write_upload`.
    func finish(
        at arrival: Timestamp,
        as name: String,
        manifest: [UInt8],
        manifestSuffix: String,
        marker: String?
    ) async throws {
        try await NIOThreadPool.singleton.runIfActive {
            let place = "\(self.folder)/\(name)"
            let why = self.progress.withLock { progress -> Int32? in
                guard linux_set_file_time(progress.file, arrival.microseconds) == 0,
                    fsync(progress.file) == 0, close(progress.file) == 0
                else { return errno }
                progress.file = -1
                return nil
            }
            if let why {
                unlink(self.partial)
                throw UploadFolder.failure(self.folder, why)
            }
            try self.put(manifest, under: place + manifestSuffix)
            guard rename(self.partial, place) == 0 else {
                let why = errno
                unlink(place + manifestSuffix)
                unlink(self.partial)
                throw UploadFolder.failure(self.folder, why)
            }
            if let marker { try self.put([], under: place + marker) }
            let directory = open(self.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if directory >= 0 {
                fsync(directory)
                close(directory)
            }
        }
    }

    private func put(_ bytes: [UInt8], under place: String) throws(Fault) {
        let unfinished = partial + ".beside"
        let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw UploadFolder.failure(folder, errno) }
        let failure = bytes.withUnsafeBytes { UploadedFile.write($0, to: file) }
        let isSafe = fsync(file) == 0
        close(file)
        guard failure == nil, isSafe, rename(unfinished, place) == 0 else {
            let why = failure ?? errno
            unlink(unfinished)
            throw UploadFolder.failure(folder, why)
        }
    }

    /// Takes away what has not become a delivery.
    private func discard() {
        let isOpen = progress.withLock { progress in
            defer { progress.file = -1 }
            if progress.file >= 0 { close(progress.file) }
            return progress.file >= 0
        }
        if isOpen { unlink(partial) }
    }
}

/// The folder of a source that deliveries are sent to.
package enum UploadFolder {
    /// Hidden, so that no pattern takes it for a delivery.
    static let partialPrefix = ".tidegate-upload-"

    /// Takes away what uploads of an earlier process have left; gives how many files.
    @discardableResult
    package static func sweep(_ folder: String) -> Int {
        guard let stream = opendir(folder) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(partialPrefix) else { continue }
            if unlink("\(folder)/\(name)") == 0 { count += 1 }
        }
        return count
    }

    /// Makes the folder and its parts.
    ///
    /// - Throws: `cannot_write_upload`.
    static func prepare(_ folder: String) throws(Fault) {
        var prefix = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            prefix += prefix.isEmpty || prefix == "/" ? String(part) : "/" + part
            guard mkdir(prefix, 0o750) == 0 || errno == EEXIST || access(prefix, F_OK) == 0 else {
                throw failure(folder, errno)
            }
        }
    }

    static func failure(_ folder: String, _ why: Int32) -> Fault {
        Fault(
            .cannotWriteState,
            code: why == ENOSPC || why == EDQUOT ? "disk_full" : "cannot_write_upload",
            place: folder,
            message: "The delivery cannot be kept: \(String(cString: strerror(why))).",
            hint: "See that the service's user may write in the folder, and that its disk has room."
        )
    }
}
