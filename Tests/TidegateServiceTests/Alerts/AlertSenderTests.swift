import Crypto
import Foundation
import InventoryCore
import Logging
import Testing

@testable import HTTPTransport
@testable import TidegateService
@testable import TidegateSettings

extension Alert {
    static let sample = Alert(
        .opened,
        shop: "main",
        severity: .critical,
        owner: .operations,
        ownerName: "warehouse desk",
        code: "oversold",
        reference: "17",
        subject: "A\r\nBcc: eve@example.com",
        message: "Orders exceed the stock of Ä.",
        firstStep: "Decide.",
        count: 1,
        at: Timestamp(microseconds: 1_790_000_000_000_000)
    )
}

@Suite("Receivers of alerts")
struct AlertSenderTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_000_000)
    private static let key = Array(repeating: UInt8(7), count: 32)
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private static func receiver(_ way: AlertReceiver.Way) -> AlertReceiver {
        AlertReceiver(name: "desk", way: way, rule: AlertRule(receiver: "desk"))
    }

    private static func value(_ text: String) -> Credential { Credential(.value(text), keyPath: "url") }

    private static func send(_ way: AlertReceiver.Way, timeoutSeconds: Double = 5) async throws
        -> AlertOutcome
    {
        let sender = try AlertSender(
            AlertSettings(),
            timeoutSeconds: timeoutSeconds,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let outcome = await sender.send(.sample, to: receiver(way), id: "main-desk-1", at: now)
        try await sender.shutdown()
        return outcome
    }

    private static func post(to port: Int, timeoutSeconds: Double = 5) async throws -> AlertOutcome {
        let url = value("http://127.0.0.1:\(port)/hook")
        return try await send(.webhook(url: url, secret: nil), timeoutSeconds: timeoutSeconds)
    }

    @Test("a webhook is signed as Standard Webhooks asks, over the body as it is sent")
    func signed() async throws {
        try await RawReceiver.http(Self.ok) { receiver in
            let url = Self.value("http://127.0.0.1:\(receiver.port)/hook")
            let secret = Self.value("whsec_\(Data(Self.key).base64EncodedString())")
            #expect(try await Self.send(.webhook(url: url, secret: secret)) == .taken)
            let request = try #require(receiver.received.first)
            let parts = request.components(separatedBy: "\r\n\r\n")
            var headers: [String: String] = [:]
            for line in parts[0].components(separatedBy: "\r\n").dropFirst() {
                let pair = line.split(separator: ":", maxSplits: 1).map { String($0) }
                headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
            }
            #expect(headers["webhook-id"] == "main-desk-1" && headers["webhook-timestamp"] == "1790000000")
            let signed = "main-desk-1.1790000000.\(parts[1])"
            let code = HMAC<SHA256>.authenticationCode(
                for: Data(signed.utf8),
                using: SymmetricKey(data: Self.key)
            )
            #expect(headers["webhook-signature"] == "v1,\(Data(code).base64EncodedString())")
            #expect(parts[1].contains(#""code":"oversold""#))
        }
    }

    @Test(
        "whoever refuses, redirects or lies has not taken it, and the reason is told",
        arguments: [
            ("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "it answers 500"),
            (
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
                "it redirects (302), which is not followed"
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000),
                "the answer is longer than 65536 bytes"
            ),
        ]
    )
    func refused(answer: String, reason: String) async throws {
        try await RawReceiver.http(answer) { receiver in
            let outcome = try await Self.post(to: receiver.port)
            #expect(outcome == .failed(reason))
        }
    }

    @Test(
        "whoever hangs, trickles or speaks another language is given up",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "EHLO what?\r\n\r\n",
        ]
    )
    func hangs(answer: String) async throws {
        try await RawReceiver.http(answer) { receiver in
            guard case .failed = try await Self.post(to: receiver.port, timeoutSeconds: 0.3) else {
                Issue.record("it was taken")
                return
            }
        }
    }

    @Test("given a receiver that hangs, another one at the same host and port is told meanwhile")
    func sameHost() async throws {
        let (hangs, hung) = AsyncStream<Void>.makeStream()
        let conversation: @Sendable (String) -> String? = { request in
            guard request.hasPrefix("POST /hang") else { return RawReceiver.isWhole(request) ? Self.ok : nil }
            hung.yield()
            return nil
        }
        try await RawReceiver.run(conversation) { receiver in
            let receivers = ["hang", "hook"].map { name in
                let url = Self.value("http://127.0.0.1:\(receiver.port)/\(name)")
                let way = AlertReceiver.Way.webhook(url: url, secret: nil)
                return AlertReceiver(name: name, way: way, rule: AlertRule(receiver: name))
            }
            var settings = AlertSettings()
            settings.receivers = receivers
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let sender = try AlertSender(settings, timeoutSeconds: 20, logger: logger)
            let hanging = Task { await sender.send(.sample, to: receivers[0], id: "1", at: Self.now) }
            var iterator = hangs.makeAsyncIterator()
            await iterator.next()
            #expect(await sender.send(.sample, to: receivers[1], id: "2", at: Self.now) == .taken)
            hanging.cancel()
            guard case .failed = await hanging.value else {
                Issue.record("who hangs has taken it")
                return
            }
            try await sender.shutdown()
        }
    }

    @Test("a pause that is asked for is kept")
    func pause() async throws {
        try await RawReceiver.http("HTTP/1.1 429 X\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n") {
            receiver in
            let outcome = try await Self.post(to: receiver.port)
            #expect(outcome == .failed("it answers 429", pauseSeconds: 90))
        }
    }

    @Test("Teams says with 200 that it has failed")
    func teams() async throws {
        let said = "Webhook message delivery failed"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(said.utf8.count)\r\n\r\n\(said)"
        try await RawReceiver.http(answer) { receiver in
            let url = Self.value("http://127.0.0.1:\(receiver.port)/")
            let outcome = try await Self.send(.teams(url: url))
            #expect(outcome == .failed("it answers that the delivery failed"))
            #expect(try await Self.send(.slack(url: url)) == .taken)
            #expect(receiver.received.last?.contains(#"{"text":"*[main] critical: oversold"#) == true)
        }
    }

    @Test("a secret that is none is told, and never shown")
    func badSecret() async throws {
        let url = Self.value("http://127.0.0.1:9/")
        let outcome = try await Self.send(.webhook(url: url, secret: Self.value("hunter2")))
        #expect(outcome == .failed("the secret is not `whsec_` with the base64 of 24 to 64 bytes"))
    }

    @Test("a command gets the alert on its standard input, and nothing of our environment")
    func command() async throws {
        let script = #"read line; case "$line" in *oversold*) [ -z "$SECRET" ] && exit 0;; esac; exit 3"#
        setenv("SECRET", "x", 1)
        #expect(try await Self.send(.command(["/bin/sh", "-c", script], timeoutSeconds: 10)) == .taken)
        let failed = try await Self.send(.command(["/bin/sh", "-c", "exit 7"], timeoutSeconds: 10))
        #expect(failed == .failed("it ended with status 7"))
        let missing = try await Self.send(.command(["/no/such/program"], timeoutSeconds: 10))
        #expect(missing == .failed("cannot be started: No such file or directory"))
    }

    @Test("a command that hangs is ended with all that it has started")
    func commandHangs() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/alert-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = "sleep 1000 & echo $! >\(folder)/child; wait"
        let outcome = try await Self.send(.command(["/bin/sh", "-c", script], timeoutSeconds: 1))
        #expect(outcome == .failed("it did not end within 1 s"))
        let child = try String(contentsOfFile: "\(folder)/child", encoding: .utf8)
        let process = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
        // The signal is on its way, and whoever adopts it may not have buried it yet.
        func hasEnded() -> Bool {
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            return status.map { $0.contains(") Z ") } ?? true
        }
        for _ in 0..<100_000 where !hasEnded() { await Task.yield() }
        #expect(hasEnded())
    }
}
