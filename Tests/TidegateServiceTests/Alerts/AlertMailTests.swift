import Foundation
import InventoryCore
import Testing

@testable import HTTPTransport
@testable import TidegateService
@testable import TidegateSettings

@Suite("Alerts by mail")
struct AlertMailTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    private static func settings(_ port: Int, user: String? = nil) -> MailSettings {
        MailSettings(
            host: "127.0.0.1",
            port: port,
            encryption: .none,
            from: "tidegate@example.com",
            to: ["desk@example.com", "ann@example.com"],
            user: user
        )
    }

    private static func send(
        to port: Int,
        user: String? = nil,
        encryption: MailSettings.Encryption = .none,
        timeoutSeconds: Double = 5
    ) async throws -> AlertOutcome {
        var settings = settings(port, user: user)
        settings.encryption = encryption
        let mail = AlertMail(settings, password: user.map { _ in Secret("hunter2") }, caFile: nil)
        return try await mail.send(.sample, id: "main-desk-1", at: now, timeoutSeconds: timeoutSeconds)
    }

    private static let credentials = Data("\0tide\0hunter2".utf8).base64EncodedString()

    /// Speaks as much SMTP as a sender needs; what `refused` begins with is refused.
    private static func smtp(refusing refused: String? = nil) -> @Sendable (String) -> String? {
        { said in
            if let refused, said.hasPrefix(refused) { return "550 not here\r\n" }
            if said.hasPrefix("EHLO") { return "250-here\r\n250 AUTH PLAIN\r\n" }
            if said.hasPrefix("AUTH PLAIN\r\n") { return "334 \r\n" }
            if said == credentials + "\r\n" { return "235 in\r\n" }
            if said.hasPrefix("DATA") { return "354 go on\r\n" }
            if said.hasPrefix("Date:") { return said.hasSuffix("\r\n.\r\n") ? "250 taken\r\n" : nil }
            return said.hasSuffix("\r\n") ? said.hasPrefix("QUIT") ? "221 bye\r\n" : "250 well\r\n" : nil
        }
    }

    @Test("a mail goes to all of its addresses, with the alert as its text")
    func sends() async throws {
        try await RawReceiver.run(greeting: "220 here\r\n", Self.smtp()) { server in
            #expect(try await Self.send(to: server.port) == .taken)
            let said = server.received
            #expect(said.contains { $0.hasPrefix("MAIL FROM:<tidegate@example.com>") })
            #expect(said.contains("RCPT TO:<desk@example.com>\r\n"))
            #expect(said.contains("RCPT TO:<ann@example.com>\r\n"))
            let mail = try #require(said.first { $0.hasPrefix("Date:") })
            let parts = mail.components(separatedBy: "\r\n\r\n")
            let base64 = parts[1].replacing("\r\n.\r\n", with: "").replacing("\r\n", with: "")
            let text = String(decoding: try #require(Data(base64Encoded: base64)), as: UTF8.self)
            #expect(text.contains("Orders exceed the stock of Ä.\r\nwarehouse desk: Decide."))
            #expect(text.contains("exception 17"))
        }
    }

    @Test("no name from a file can add a header, and the date is that of RFC 5322")
    func headers() {
        let text = MailText(.sample, Self.settings(25), id: "main-desk-1", at: Self.now).text
        let head = text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
        #expect(!head.contains { $0.hasPrefix("Bcc") })
        #expect(head[0] == "Date: Mon, 21 Sep 2026 14:13:20 +0000")
        #expect(head.contains("Message-ID: <main-desk-1@example.com>"))
        let isPlain = head.allSatisfy { line in line.utf8.count <= 78 && line.utf8.allSatisfy { $0 < 0x7F } }
        #expect(isPlain)
    }

    @Test("whoever signs in does, and what a server refuses is told")
    func signsIn() async throws {
        try await RawReceiver.run(greeting: "220 here\r\n", Self.smtp()) { server in
            let outcome = try await Self.send(to: server.port, user: "tide")
            #expect(outcome == .taken)
            let said = server.received.joined()
            #expect(said.contains(Self.credentials))
        }
        try await RawReceiver.run(greeting: "220 here\r\n", Self.smtp(refusing: "RCPT")) { server in
            guard case .failed(let reason, _) = try await Self.send(to: server.port) else {
                Issue.record("it was taken")
                return
            }
            #expect(reason.contains("550"), "\(reason)")
        }
    }

    @Test("without TLS nothing is mailed where TLS is asked for")
    func needsTLS() async throws {
        try await RawReceiver.run(greeting: "220 here\r\n", Self.smtp()) { server in
            guard case .failed = try await Self.send(to: server.port, user: "tide", encryption: .startTLS)
            else {
                Issue.record("it was taken")
                return
            }
            #expect(!server.received.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        }
    }

    @Test("a server that says nothing is given up")
    func hangs() async throws {
        try await RawReceiver.run({ _ in nil }) { server in
            guard case .failed = try await Self.send(to: server.port, timeoutSeconds: 0.3) else {
                Issue.record("it was taken")
                return
            }
        }
    }
}
