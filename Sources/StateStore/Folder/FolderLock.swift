import Glibc
package import InventoryCore
import Synchronization

/// The right to write in a state folder; one process has it until it releases it or ends.
///
/// The kernel's `flock` is the lock, so a killed process leaves none behind; the file's text only tells
/// people who holds it.
package final class FolderLock: Sendable {
    package let folder: StateFolder
    /// When it was taken.
    package let started: Timestamp
    private let descriptor: Mutex<Int32?>

    /// Takes the lock at once or not at all.
    ///
    /// `command` is what this process does, such as `tidegate sync`; others that want the lock are told.
    ///
    /// - Throws: `busy` naming the holder, or `cannot_write_state`.
    package init(folder: StateFolder, command: String, at now: Timestamp) throws(Fault) {
        self.folder = folder
        started = now
        let path = folder.lockPath
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else {
            throw Fault.cannotWrite(path, doing: "open the lock", errno: errno)
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let failure = errno
            let holder = LockHolder(text: FolderLock.contents(of: file))
            close(file)
            guard failure == EWOULDBLOCK else {
                throw Fault.cannotWrite(path, doing: "lock the folder", errno: failure)
            }
            throw Fault(
                .busy,
                code: .busy,
                place: folder.path,
                message: "Another process owns the state folder: \(holder?.description ?? "unnamed").",
                hint:
                    "Wait until it has ended, or stop it; `tidegate status` and other readers work meanwhile."
            )
        }
        descriptor = Mutex(file)
        let text = LockHolder(process: getpid(), command: command, started: now).text
        let written = text.withCString { bytes in
            ftruncate(file, 0) == 0 && pwrite(file, bytes, strlen(bytes), 0) == text.utf8.count
        }
        guard written else {
            let failure = errno
            release()
            throw Fault.cannotWrite(path, doing: "write who holds the lock", errno: failure)
        }
    }

    deinit {
        release()
    }

    /// Gives the lock back; a second call does nothing.
    package func release() {
        descriptor.withLock { file in
            guard let open = file else { return }
            // Closing gives the lock back; the text goes first, so that nobody reads about a holder that is
            // gone.
            ftruncate(open, 0)
            close(open)
            file = nil
        }
    }

    private static func contents(of file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: LockHolder.textBytesMax)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

/// Who holds the lock, as its file says.
struct LockHolder: Equatable, CustomStringConvertible {
    let process: Int32
    let command: String
    let started: Timestamp

    static let textBytesMax = 1024

    init(process: Int32, command: String, started: Timestamp) {
        self.process = process
        self.command = String(command.replacing("\n", with: " ").prefix(200))
        self.started = started
    }

    /// Reads three lines: process id, start time, command.
    init?(text: String) {
        let lines = text.split(separator: "\n")
        guard lines.count == 3, let process = Int32(lines[0]),
            let started = Timestamp(rfc3339: String(lines[1]))
        else { return nil }
        self.init(process: process, command: String(lines[2]), started: started)
    }

    var text: String { "\(process)\n\(started)\n\(command)\n" }

    var description: String { "process \(process), `\(command)`, since \(started)" }
}
