import Glibc
import InventoryCore

/// The bytes of a pipe or device as a file without a name, which ends with its descriptor.
enum DrainedStream {
    /// Not `/tmp`, which is often memory.
    private static let folder = "/var/tmp"

    /// Reads a stream to its end.
    ///
    /// - Throws: `Fault` with `too_large` beyond `bytesMax`, `read_failed` also where there is no room.
    static func file(of stream: OpenFile, bytesMax: Int) throws(Fault) -> OpenFile {
        let descriptor = try nameless(stream.path)
        do throws(Fault) {
            try drain(stream, into: descriptor, bytesMax)
        } catch {
            close(descriptor)
            throw error
        }
        return try OpenFile(descriptor: descriptor, path: stream.path)
    }

    private static func nameless(_ path: String) throws(Fault) -> Int32 {
        var name = Array("\(folder)/tidegate-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw noRoom(path, errno) }
        unlink(name)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func drain(_ stream: OpenFile, into descriptor: Int32, _ bytesMax: Int) throws(Fault) {
        var budget = UnpackedBudget(path: stream.path, bytesMax: bytesMax)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let length = try stream.read(into: buffer, at: 0)
            guard length > 0 else { return }
            try budget.spend(length)
            let failure = FileCopy.write(UnsafeRawBufferPointer(rebasing: buffer[..<length]), to: descriptor)
            if let failure { throw noRoom(stream.path, failure) }
        }
    }

    private static func noRoom(_ path: String, _ number: Int32) -> Fault {
        Fault(
            .unavailable,
            code: .readFailed,
            place: path,
            message: "It cannot be kept in \(folder): \(String(cString: strerror(number))).",
            hint: "Make room there, or deliver a file instead of a pipe."
        )
    }
}
