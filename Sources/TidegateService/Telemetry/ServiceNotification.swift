import CLinux
import Foundation
import Glibc

/// Tells systemd how the service is (sd_notify(3)): datagrams to `$NOTIFY_SOCKET`, and nothing without it.
package struct ServiceNotification: Sendable {
    private let path: String?
    /// Send `watchdog()` this often: half of what systemd allows; nothing where it does not watch.
    package let watchdogSeconds: Double?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; a path that is no socket's is taken for
    /// none.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let stated = environment["NOTIFY_SOCKET"]
        path = stated.flatMap { ($0.hasPrefix("/") || $0.hasPrefix("@")) && $0.utf8.count > 1 ? $0 : nil }
        let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        let allowed = environment["WATCHDOG_USEC"].flatMap { Double($0) }.map { $0 / 1_000_000 }
        watchdogSeconds = isOurs && path != nil ? allowed.flatMap { $0 > 0 ? $0 / 2 : nil } : nil
    }

    /// Everything is up; also the end of a reload.
    @discardableResult
    package func ready(status: String) -> Bool {
        send(["READY=1", ServiceNotification.status(status)])
    }

    /// One line for `systemctl status`.
    @discardableResult
    package func status(_ text: String) -> Bool {
        send([ServiceNotification.status(text)])
    }

    /// The configuration is being read again; `ready` ends it.
    @discardableResult
    package func reloading() -> Bool {
        let microseconds = linux_clock_microseconds(CLOCK_MONOTONIC)
        return send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    @discardableResult
    package func stopping(status: String) -> Bool {
        send(["STOPPING=1", ServiceNotification.status(status)])
    }

    /// Asks for so much more time, from now on, for what is going on: the start, or the end.
    @discardableResult
    package func extendTimeout(seconds: Double) -> Bool {
        send(["EXTEND_TIMEOUT_USEC=\(Int64(max(seconds, 0) * 1_000_000))"])
    }

    /// The owner loops turn.
    @discardableResult
    package func watchdog() -> Bool {
        send(["WATCHDOG=1"])
    }

    /// A line end would begin another assignment.
    private static func status(_ text: String) -> String {
        "STATUS=" + String(text.map { $0.isNewline ? " " : $0 }.prefix(500))
    }

    /// Gives whether systemd has it; what it does not take is lost, and stops nothing.
    private func send(_ assignments: [String]) -> Bool {
        guard let path else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // An abstract name begins with NUL, and ends with its last byte.
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 } else { name.append(0) }
        guard name.count <= MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let offset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        let length = socklen_t(offset + name.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let message = Array(assignments.joined(separator: "\n").utf8)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(descriptor, message, message.count, flags, address, length) == message.count
            }
        }
    }
}
