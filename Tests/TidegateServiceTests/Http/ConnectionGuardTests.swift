import Foundation
import Testing

@testable import TidegateService

@Suite("Hostile clients", .serialized)
struct ConnectionGuardTests {
    /// Deadlines short enough to wait for.
    private static var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.headSecondsMax = 1
        limits.idleSecondsMax = 2
        limits.bodySecondsMax = 2
        limits.windowSeconds = 1
        limits.stalledSecondsMax = 1
        limits.lingerSeconds = 0.3
        limits.tickSeconds = 0.05
        return limits
    }

    private static let head = "Host: localhost\r\nContent-Type: application/json\r\n"

    @Test("given a body that drips byte by byte, then 408 and the end")
    func drip() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let (answer, bytes) = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send(
                    "POST /v1/shops/main/push/pause HTTP/1.1\r\n\(Self.head)Content-Length: 500\r\n\r\n"
                )
                var bytes = 0
                while bytes < 500, client.send("x") {
                    bytes += 1
                    usleep(20_000)
                }
                return (client.rest(), bytes)
            }
            #expect(bytes < 500)
            #expect(answer.hasPrefix("HTTP/1.1 408 ") || answer.isEmpty)
            #expect(try await stage.get("/healthz").status == 200)
        }
    }

    @Test("given a body that never comes, then 408 with its reason, and the end")
    func silence() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let answer = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send(
                    "POST /v1/shops/main/push/pause HTTP/1.1\r\n\(Self.head)Content-Length: 500\r\n\r\n"
                )
                return client.rest()
            }
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("body_too_slow"))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test("given a head that never ends, then the connection does")
    func slowHead() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let isClosed = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
                for number in 0..<200 {
                    guard client.send("X-\(number): y\r\n") else { return true }
                    usleep(20_000)
                }
                return false
            }
            #expect(isClosed)
        }
    }

    @Test("given heads larger than allowed, then they are refused")
    func largeHead() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let answer = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                let much = String(repeating: "z", count: 20_000)
                client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Much: \(much)\r\n\r\n")
                return client.rest()
            }
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
            let crowd = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                let many = (0..<500).map { "X-\($0): y\r\n" }.joined()
                client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n")
                return client.rest()
            }
            #expect(crowd.isEmpty || crowd.hasPrefix("HTTP/1.1 4"))
        }
    }

    @Test("given a client that reads nothing, then it is let go")
    func neverReads() async throws {
        var probes = ServiceProbes()
        probes.metrics = { [UInt8](repeating: 97, count: 48 << 20) }
        try await HTTPStage.run(limits: Self.limits, probes: probes) { stage in
            let client = try RawClient(port: stage.port)
            client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await Self.until { stage.listener.counts.all == 1 }
            try await Self.until { stage.listener.counts.all == 0 }
            #expect(try await stage.get("/healthz").status == 200)
        }
    }

    @Test("given an endless body after a refusal, then the client is cut off soon")
    func endless() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let (sent, answer) = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send("POST /nowhere HTTP/1.1\r\n\(Self.head)Transfer-Encoding: chunked\r\n\r\n")
                let part =
                    Array("10000\r\n".utf8) + [UInt8](repeating: 120, count: 65_536) + Array("\r\n".utf8)
                var sent = 0
                while sent < 1 << 30, client.send(part) { sent += part.count }
                return (sent, client.rest())
            }
            #expect(sent < 64 << 20)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test("given a body that is refused before it was sent, then the answer is read whole")
    func earlyAnswer() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let answer = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send(
                    "POST /v1/shops/main/push/pause HTTP/1.1\r\n\(Self.head)Content-Length: 99999999\r\n\r\n"
                )
                client.send(String(repeating: "x", count: 10_000))
                return client.rest()
            }
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("body_too_large"))
        }
    }

    @Test("given thousands of idle connections, then further ones are closed at once, and control answers")
    func idle() async throws {
        var limits = Self.limits
        limits.connectionsMax = 300
        limits.connectionsPerAddressMax = 300
        try await HTTPStage.run(limits: limits) { stage in
            let clients = try await RawClient.blocking {
                try (0..<2_000).map { _ in try RawClient(port: stage.port) }
            }
            #expect(try await stage.send("GET", "/healthz", byControl: true).status == 200)
            #expect(stage.listener.counts.all <= 300)
            let closed = try await RawClient.blocking { clients.count { $0.isClosed() } }
            #expect(closed == 2_000)
            try await Self.until { stage.listener.counts.all == 0 }
            #expect(try await stage.get("/healthz").status == 200)
        }
    }

    @Test("given a cap for each address, then one address cannot take all places")
    func addresses() async throws {
        var limits = Self.limits
        limits.connectionsPerAddressMax = 3
        limits.headSecondsMax = 20
        try await HTTPStage.run(limits: limits) { stage in
            let clients = try (0..<3).map { _ in try RawClient(port: stage.port) }
            try await Self.until { stage.listener.counts.all == 3 }
            let isClosed = try await RawClient.blocking { try RawClient(port: stage.port).isClosed() }
            #expect(isClosed)
            #expect(stage.listener.counts.all == 3)
            withExtendedLifetime(clients) {}
        }
    }

    @Test("given Expect: 100-continue, then the client is told to go on")
    func expectContinue() async throws {
        try await HTTPStage.run(limits: Self.limits) { stage in
            let answer = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                let body = #"{"reason":"test"}"#
                client.send(
                    "POST /v1/shops/main/push/pause HTTP/1.1\r\n\(Self.head)Connection: close\r\n"
                        + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                )
                usleep(100_000)
                client.send(body)
                return client.rest()
            }
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 "))
        }
    }

    /// Waits for something that will be, or is broken.
    private static func until(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
