import Glibc
package import InventoryCore

/// A file that is opened once; whatever is read of it comes from this one descriptor.
///
/// Should another file take its path meanwhile, these are still the bytes that were opened.
final class OpenFile: Sendable {
    /// For messages; nothing is opened by it again.
    let path: String
    let descriptor: Int32
    /// What the file was when it was opened.
    let opened: FileState

    convenience init(path: String) throws(Fault) {
        try self.init(FilePath(path))
    }

    convenience init(_ path: FilePath) throws(Fault) {
        let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw Fault.cannotOpen(path.text, errno) }
        try self.init(descriptor: descriptor, path: path.text)
    }

    /// Takes over an open descriptor, and closes it also where this fails.
    init(descriptor: Int32, path: String) throws(Fault) {
        guard let opened = FileState(descriptor) else {
            let number = errno
            close(descriptor)
            throw Fault.cannotOpen(path, number)
        }
        guard opened.kind != .folder else {
            close(descriptor)
            throw Fault(
                .badInput,
                code: .notAFile,
                place: path,
                message: "This is a folder, not a file.",
                hint: "Name a file in it, or set the source's kind to folder."
            )
        }
        self.path = path
        self.descriptor = descriptor
        self.opened = opened
    }

    deinit {
        close(descriptor)
    }

    /// Nothing for pipes and devices.
    var regularSizeBytes: Int? { opened.kind == .regular ? opened.sizeBytes : nil }

    /// Whether the file was written to since it was opened.
    var hasChanged: Bool {
        guard let now = FileState(descriptor) else { return true }
        return opened.wasWritten(before: now)
    }

    /// Fills the front of `buffer`, and gives how many bytes it wrote; 0 at the end.
    ///
    /// A regular file ends where it ended when it was opened, so that all readings agree on its bytes. Pipes
    /// and devices go on where they are, whatever `offset` says.
    ///
    /// - Throws: `Fault` with `delivery_changed` where a regular file has become shorter.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Fault) -> Int {
        let room = regularSizeBytes.map { min(buffer.count, $0 - offset) } ?? buffer.count
        guard room > 0 else { return 0 }
        while true {
            let length =
                regularSizeBytes == nil
                ? Glibc.read(descriptor, buffer.baseAddress, room)
                : pread(descriptor, buffer.baseAddress, room, off_t(offset))
            if length > 0 { return length }
            if length == 0 {
                if regularSizeBytes == nil { return 0 }
                throw Fault.deliveryChanged(path)
            }
            let number = errno
            if number != EINTR { throw Fault.cannotRead(path, number) }
        }
    }
}

/// What the system says of an open file.
struct FileState: Sendable {
    enum Kind: Sendable {
        case regular
        case folder
        /// Pipes and devices: what was read of them is gone.
        case stream
    }

    let kind: Kind
    let sizeBytes: Int
    let modified: Instant
    /// When its bytes, its names or its rights last changed; nobody can set it back.
    let changed: Instant
    let links: Int

    init?(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            default: .stream
            }
        sizeBytes = Int(status.st_size)
        modified = Instant(status.st_mtim)
        changed = Instant(status.st_ctim)
        links = Int(status.st_nlink)
    }

    /// Whether the bytes may have changed between this and a later look at the same file.
    ///
    /// A file whose name was given to another one loses a link, which changes `changed` and none of its
    /// bytes: exports that are renamed into place must not count as changed.
    func wasWritten(before later: FileState) -> Bool {
        guard kind == .regular else { return false }
        return sizeBytes != later.sizeBytes || modified != later.modified
            || (changed != later.changed && links == later.links)
    }

    /// As fine as the system tells it.
    struct Instant: Hashable, Comparable, Sendable {
        let seconds: Int64
        let nanoseconds: Int64

        init(_ time: timespec) {
            seconds = Int64(time.tv_sec)
            nanoseconds = Int64(time.tv_nsec)
        }

        static func < (left: Instant, right: Instant) -> Bool {
            (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
        }

        var timestamp: Timestamp { Timestamp(microseconds: seconds * 1_000_000 + nanoseconds / 1000) }
    }
}

extension Fault {
    /// A file was written to while it was read.
    package static func deliveryChanged(_ path: String) -> Fault {
        Fault(
            .busy,
            code: .deliveryChanged,
            place: path,
            message: "The file was written to while it was read; nothing of it was taken.",
            hint: "Run again once the export has ended; let it write under another name and rename."
        )
    }

    static func cannotRead(_ path: String, _ number: Int32) -> Fault {
        Fault(
            .unavailable,
            code: .readFailed,
            place: path,
            message: "Reading failed: \(String(cString: strerror(number))).",
            hint: "Check the disk or the mount, then run again."
        )
    }

    static func cannotOpen(_ path: String, _ number: Int32) -> Fault {
        switch number {
        case ENOENT, ENOTDIR:
            Fault(
                .inputMissing,
                code: .notFound,
                place: path,
                message: "There is no such file.",
                hint: "Check the path, and that the export has been delivered."
            )
        case EACCES, EPERM:
            Fault(
                .unavailable,
                code: .notReadable,
                place: path,
                message: "This user may not read the file.",
                hint: "Give the user that runs tidegate read permission on it."
            )
        default:
            Fault(
                .unavailable,
                code: .readFailed,
                place: path,
                message: "Opening failed: \(String(cString: strerror(number))).",
                hint: "Check the disk or the mount, then run again."
            )
        }
    }
}
