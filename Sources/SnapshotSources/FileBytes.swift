import Glibc
import InventoryCore

/// The raw bytes of one open file, in order.
final class FileBytes {
    let path: String
    let descriptor: Int32
    /// Nothing for pipes and devices.
    let regularLengthBytes: Int?

    private let digest: ContentDigest?
    /// Bytes read ahead to recognise the compression.
    private var ahead: [UInt8] = []

    init(path: String, digest: ContentDigest?) throws(Fault) {
        self.path = path
        self.digest = digest
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileBytes.cannotOpen(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw FileBytes.cannotOpen(path, number)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw Fault(
                .badInput,
                code: .notAFile,
                place: path,
                message: "This is a folder, not a file.",
                hint: "Name a file in it, or set the source's kind to folder."
            )
        }
        self.descriptor = descriptor
        regularLengthBytes = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        close(descriptor)
    }

    /// Gives up to `count` first bytes without taking them.
    func peek(_ count: Int) throws(Fault) -> [UInt8] {
        let more = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { more.deallocate() }
        while ahead.count < count {
            let room = UnsafeMutableRawBufferPointer(rebasing: more[..<(count - ahead.count)])
            let length = try FileBytes.fill(room, descriptor, path)
            guard length > 0 else { break }
            ahead += more.prefix(length)
        }
        return ahead
    }

    /// Fills the front of `buffer`, and gives how many bytes it wrote; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        guard !buffer.isEmpty else { return 0 }
        var length = 0
        if ahead.isEmpty {
            length = try FileBytes.fill(buffer, descriptor, path)
        } else {
            length = min(buffer.count, ahead.count)
            buffer.copyBytes(from: ahead.prefix(length))
            ahead.removeFirst(length)
        }
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        return length
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ descriptor: Int32,
        _ path: String
    ) throws(Fault) -> Int {
        while true {
            let length = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if length >= 0 { return length }
            let number = errno
            if number != EINTR {
                throw Fault(
                    .unavailable,
                    code: .readFailed,
                    place: path,
                    message: "Reading failed: \(String(cString: strerror(number))).",
                    hint: "Check the disk or the mount, then run again."
                )
            }
        }
    }

    private static func cannotOpen(_ path: String, _ number: Int32) -> Fault {
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
                message: "The file may not be read by this user.",
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
