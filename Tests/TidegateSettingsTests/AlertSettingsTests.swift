import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("The sections exceptions and alerts")
struct AlertSettingsTests {
    private static func settings(_ text: String) throws -> Settings {
        try Fixture.settings(Fixture.minimal + text)
    }

    private static func problems(_ text: String) -> [String] {
        Fixture.problems(Fixture.minimal + text).map { "\($0.code.rawValue) \($0.keyPath)" }
    }

    @Test("deadlines are those of the file, by severity, owner and code")
    func deadlines() throws {
        let deadlines = try Self.settings(
            """
            exceptions:
              deadlines: { warning: 2d }
              owners: { sales: { warning: 4h } }
              codes: { unknown_sku: 14d }

            """
        ).exceptions.deadlines
        #expect(deadlines.seconds(for: .drift) == 2 * 86_400)
        #expect(deadlines.seconds(for: .orderUnacknowledged) == 4 * 3_600)
        #expect(deadlines.seconds(for: .unknownSKU) == 14 * 86_400)
        #expect(deadlines.seconds(for: .oversold) == 3_600)
        #expect(Self.problems("exceptions: { codes: { unknown_skuu: 1d } }\n").count == 1)
    }

    @Test("receivers have their ways, and what holds for all holds for each that says nothing else")
    func receivers() throws {
        let alerts = try Self.settings(
            """
            alerts:
              quiet: { from: "22:00", to: "06:30", time_zone: Europe/Berlin }
              per_hour: 10
              receivers:
                chat: { kind: slack, url_file: /run/slack, owners: [operations, sales] }
                post: { kind: webhook, url: "https://example.com/x", secret_file: /run/s, on: [held] }
                mail:
                  kind: mail
                  server: mail.example.com
                  from: tide@example.com
                  to: [desk@example.com]
                  user: tide
                  password_file: /run/p
                  severity: critical
                  per_hour: 3
                script: { kind: command, command: [/usr/bin/logger, "-t", tide], timeout: 5s }

            """
        ).alerts
        #expect(alerts.receivers.map(\.name) == ["chat", "post", "mail", "script"])
        #expect(alerts.rules[0].owners == [.operations, .sales] && alerts.rules[1].kinds == [.held])
        #expect(alerts.rules.map(\.perHourMax) == [10, 10, 3, 10])
        #expect(alerts.rules[2].severityMin == .critical && alerts.rules[0].severityMin == .warning)
        guard case .mail(let mail) = alerts.receivers[2].way else {
            Issue.record("no mail")
            return
        }
        #expect(mail.port == 587 && mail.encryption == .startTLS && mail.user == "tide")
        let night = try #require(Timestamp(rfc3339: "2026-12-01T23:00:00+01:00"))
        #expect(alerts.quietUntil(at: night)["chat"]?.description == "2026-12-02T05:30:00Z")
        #expect(alerts.quietUntil(at: night.adding(seconds: 12 * 3_600)).isEmpty)
    }

    @Test(
        "quiet hours end at their local time on days with another offset, too",
        arguments: [
            // The clock goes forward from 02:00 to 03:00, and back from 03:00 to 02:00.
            ("2026-03-28T23:00:00+01:00", "02:30", "2026-03-29T01:00:00Z"),
            ("2026-10-24T23:00:00+02:00", "02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-24T23:00:00+02:00", "06:30", "2026-10-25T05:30:00Z"),
        ]
    )
    func summerTime(now: String, to: String, end: String) throws {
        let alerts = try Self.settings(
            """
            alerts:
              quiet: { from: "22:00", to: "\(to)", time_zone: Europe/Berlin }
              receivers: { a: { kind: command, command: [/bin/true] } }

            """
        ).alerts
        let instant = try #require(Timestamp(rfc3339: now))
        #expect(alerts.quietUntil(at: instant)["a"]?.description == end)
    }

    @Test(
        "what cannot be meant is refused, and secrets do not belong into the file",
        arguments: [
            ("a: { kind: pigeon }", "bad_value alerts.receivers.a.kind"),
            (
                "a: { kind: slack, url: \"https://hooks.example.com/T/B/x\" }",
                "missing_key alerts.receivers.a.url_file"
            ),
            ("a: { kind: webhook, url: \"https://u:p@example.com/\" }", "bad_value alerts.receivers.a.url"),
            ("a: { kind: webhook, url: \"ftp://example.com/\" }", "bad_value alerts.receivers.a.url"),
            ("a: { kind: command, command: [logger] }", "bad_value alerts.receivers.a.command[1]"),
            (
                "a: { kind: mail, server: m, from: \"a@b\\r\\nBcc: c@d\", to: [x@y] }",
                "bad_value alerts.receivers.a.from"
            ),
            (
                "a: { kind: mail, server: m, encryption: none, from: a@b, to: [x@y], user: u, "
                    + "password_file: p }",
                "bad_value alerts.receivers.a.server"
            ),
            (
                "a: { kind: mail, server: m, from: a@b, to: [x@y], user: u }",
                "missing_key alerts.receivers.a.server"
            ),
            ("A: { kind: command, command: [/bin/true] }", "bad_value alerts.receivers.“A”"),
        ]
    )
    func refused(receiver: String, problem: String) {
        let found = Self.problems("alerts: { receivers: { \(receiver) } }\n")
        #expect(found.contains(problem), "\(found)")
    }
}
