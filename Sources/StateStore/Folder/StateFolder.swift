import Glibc
package import InventoryCore

/// The folder where all state lives: the database, the baseline, the archive and the lock.
package struct StateFolder: Hashable, Sendable {
    package let path: String

    package var databasePath: String { path + "/state.sqlite" }
    /// Events that were received, and are not in effect yet.
    package var inboxPath: String { path + "/events.sqlite" }
    package var lockPath: String { path + "/lock" }
    /// Where the observed baseline keeps its files.
    package var baselinePath: String { path + "/baseline" }
    /// Where a service that owns the folder is reached, or a link to that place.
    package static let controlSocketName = "control.sock"
    package var controlSocketPath: String { path + "/" + StateFolder.controlSocketName }
    package var archivePath: String { path + "/archive" }
    /// What has become of figures and stock, in files that never change.
    package var historyPath: String { path + "/history" }

    /// Names the folder without touching the disk.
    package init(path: String) {
        var path = path.isEmpty ? "." : path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// Makes the folder and its parts where they are missing, and checks that they can be written.
    ///
    /// - Throws: `cannot_write_state` with what the system said.
    package func prepare() throws(Fault) {
        try StateFolder.makeFolders(path)
        for part in [path, baselinePath, archivePath, historyPath] {
            try StateFolder.makeFolder(part)
            guard access(part, W_OK | X_OK) == 0 else {
                throw Fault.cannotWrite(part, doing: "write in the folder", errno: errno)
            }
        }
    }

    /// Whether there is a database to read.
    package var holdsState: Bool {
        access(databasePath, F_OK) == 0
    }

    /// Whether there is an inbox of events.
    package var holdsInbox: Bool {
        access(inboxPath, F_OK) == 0
    }

    private static func makeFolders(_ path: String) throws(Fault) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty || prefix == "/" ? String(part) : "/" + part
            try makeFolder(prefix)
        }
    }

    private static func makeFolder(_ path: String) throws(Fault) {
        // Stock figures are nobody else's business on a shared machine.
        if mkdir(path, 0o750) == 0 { return }
        let failure = errno
        // EROFS and EACCES are also what mkdir says of a folder that exists under a read-only parent.
        guard failure == EEXIST || failure == EROFS || failure == EACCES else {
            throw Fault.cannotWrite(path, doing: "make the folder", errno: failure)
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Fault.cannotWrite(path, doing: "make the folder", errno: failure)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Fault.cannotWrite(path, doing: "make the folder", errno: ENOTDIR)
        }
    }
}

extension Fault {
    static func cannotWrite(_ path: String, doing: String, errno failure: Int32) -> Fault {
        let hint =
            switch failure {
            case ENOSPC, EDQUOT: "Free space on that disk, then run the command again."
            case EROFS:
                "The file system is read-only: remount it, or choose another folder with `store.path`."
            case EACCES, EPERM:
                "Let the user that runs Tidegate write there, or choose another folder with `store.path`."
            default: "Choose a folder that can be written with `store.path`."
            }
        return Fault(
            .cannotWriteState,
            code: .cannotWriteState,
            place: path,
            message: "Cannot \(doing): \(String(cString: strerror(failure))).",
            hint: hint
        )
    }
}
