import CLinux
import Glibc
package import InventoryCore

/// What the control socket needs before and after it is opened.
package enum ControlListener {
    /// The length that the system allows, without the end.
    package static let pathBytesMax = 107

    /// Makes room for the socket: takes one away that nobody answers on any more.
    ///
    /// - Throws: `control_socket_path` (78), `control_socket_in_use` (75).
    package static func prepare(_ path: String) throws(Fault) {
        guard path.utf8.count <= pathBytesMax else {
            throw Fault(
                .badConfiguration,
                code: "control_socket_path",
                place: path,
                message: "The path is \(path.utf8.count) bytes long; a socket's has at most \(pathBytesMax).",
                hint: "Name a shorter one with `service.control_socket`."
            )
        }
        var status = linux_file_status()
        guard linux_file_status(path, false, &status) == 0 else { return }
        guard status.is_socket else {
            throw Fault(
                .badConfiguration,
                code: "control_socket_path",
                place: path,
                message: "There is something else than a socket under this path.",
                hint: "Name another with `service.control_socket`, or move it away."
            )
        }
        guard !answers(path) else {
            throw Fault(
                .busy,
                code: "control_socket_in_use",
                place: path,
                message: "Another service answers on the control socket.",
                hint: "End it first, or name another socket with `service.control_socket`."
            )
        }
        unlink(path)
    }

    /// Whether somebody takes connections on the socket.
    package static func answers(_ path: String) -> Bool {
        guard path.utf8.count <= pathBytesMax else { return false }
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, size) == 0 }
        }
    }

    /// Keeps others away from it.
    static func shut(toOthers path: String) { chmod(path, 0o600) }
}
