import Foundation
import Testing

@testable import TidegateService

@Suite("Telling systemd")
struct ServiceNotificationTests {
    /// A datagram socket in systemd's place.
    private struct Listener: ~Copyable {
        let descriptor: Int32

        // An abstract name begins with `@`.
        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var name = Array(path.utf8)
            if path.hasPrefix("@") { name[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let length = socklen_t(2 + name.count + (path.hasPrefix("@") ? 0 : 1))
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
            }
            try #require(bound == 0)
        }

        deinit { close(descriptor) }

        /// What has come; nothing is waited for, since a datagram is there once it is sent.
        func received() -> String? {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    private static func path(isAbstract: Bool) -> String {
        let name = "tidegate-notify-\(UUID().uuidString.prefix(8))"
        return isAbstract ? "@\(name)" : FileManager.default.temporaryDirectory.appending(path: name).path
    }

    @Test(
        "given a socket with a path or an abstract name, then each state arrives",
        arguments: [false, true]
    )
    func states(isAbstract: Bool) throws {
        let path = Self.path(isAbstract: isAbstract)
        let listener = try Listener(path)
        let systemd = ServiceNotification(environment: ["NOTIFY_SOCKET": path])
        #expect(systemd.ready(status: "2 shops\nREADY=0"))
        #expect(listener.received() == "READY=1\nSTATUS=2 shops READY=0")
        systemd.status("12 levels under way")
        #expect(listener.received() == "STATUS=12 levels under way")
        systemd.reloading()
        let reload = try #require(listener.received()?.split(separator: "\n"))
        #expect(reload.first == "RELOADING=1")
        let microseconds = try #require(reload.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) })
        #expect(microseconds > 0)
        systemd.stopping(status: "")
        #expect(listener.received() == "STOPPING=1\nSTATUS=")
        systemd.extendTimeout(seconds: 20)
        #expect(listener.received() == "EXTEND_TIMEOUT_USEC=20000000")
        systemd.watchdog()
        #expect(listener.received() == "WATCHDOG=1")
        #expect(listener.received() == nil)
    }

    @Test("given no socket, one that is gone or a name that cannot be, then nothing happens")
    func none() {
        #expect(!ServiceNotification(environment: [:]).ready(status: ""))
        #expect(!ServiceNotification(environment: ["NOTIFY_SOCKET": "relative"]).watchdog())
        #expect(!ServiceNotification(environment: ["NOTIFY_SOCKET": "/nowhere/at/all"]).watchdog())
        let long = "/" + String(repeating: "x", count: 200)
        #expect(!ServiceNotification(environment: ["NOTIFY_SOCKET": long]).watchdog())
    }

    @Test("the watchdog is fed at half its time, and only by the process that is watched")
    func watchdog() {
        func seconds(_ more: [String: String]) -> Double? {
            let environment = ["NOTIFY_SOCKET": "@x"].merging(more) { $1 }
            return ServiceNotification(environment: environment).watchdogSeconds
        }
        #expect(seconds(["WATCHDOG_USEC": "30000000"]) == 15)
        #expect(seconds(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == 15)
        #expect(seconds(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        #expect(seconds([:]) == nil)
        #expect(seconds(["WATCHDOG_USEC": "0"]) == nil)
        #expect(seconds(["WATCHDOG_USEC": "never"]) == nil)
    }
}
