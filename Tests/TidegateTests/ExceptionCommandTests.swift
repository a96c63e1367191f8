import Foundation
import Testing

/// Exceptions as people work at them from the command line, with and without a service beside them.
@Suite("exceptions")
struct ExceptionCommandTests {
    private static let rows = (1...5).map { StockRow(sku: "SKU-\($0)", location: "WH-A", onHand: $0) }
    private static let ghosts = (1...4).map { StockRow(sku: "GHOST-\($0)", location: "WH-A", onHand: 4) }

    private static func work(on stage: Stage) throws {
        let listed = try #require(try stage.tidegate("exceptions", "--json").objects.first)
        #expect(listed["code"] as? String == "unknown_sku" && listed["count"] as? Int == 4)
        let number = try #require(listed["id"] as? Int)
        let text = try stage.tidegate("exceptions").output
        #expect(text.contains("4 SKUs: GHOST-1, GHOST-2, GHOST-3, …"), "\(text)")
        let assigned = try stage.tidegate("exceptions", "assign", "\(number)", "--to", "Ann")
        #expect(assigned.status == 0, "\(assigned.errors)")
        let late = try stage.tidegate(
            "exceptions",
            "snooze",
            "\(number)",
            "--for",
            "100d",
            "--reason",
            "x"
        )
        #expect(late.status == 64 && late.errors.contains("bad_snooze"), "\(late.errors)")
        let snoozed = try stage.tidegate(
            "exceptions",
            "snooze",
            "\(number)",
            "--for",
            "2d",
            "--reason",
            "ordered"
        )
        #expect(snoozed.status == 0, "\(snoozed.errors)")
        let retried = try stage.tidegate("exceptions", "retry", "\(number)")
        #expect(retried.status == 0, "\(retried.errors)")
        let shown = try stage.tidegate("exceptions", "show", "\(number)").output
        for part in ["with Ann", "put off until", "ordered", "GHOST-4", "retried at"] {
            #expect(shown.contains(part), "\(part): \(shown)")
        }
        let resolved = try stage.tidegate("exceptions", "resolve", "\(number)", "--reason", "excluded")
        #expect(resolved.status == 0, "\(resolved.errors)")
        #expect(try stage.tidegate("exceptions").output.contains("No exception is open."))
        let again = try stage.tidegate("exceptions", "resolve", "\(number)", "--reason", "x")
        #expect(again.status == 65 && again.errors.contains("exception_closed"))
        let unknown = try stage.tidegate("exceptions", "show", "99")
        #expect(unknown.status == 66 && unknown.errors.contains("unknown_exception"))
    }

    @Test("one cause is one piece of work, which is given away, put off, tried again and ended")
    func work() async throws {
        try await Stage.with(Dictionary(uniqueKeysWithValues: Self.rows.map { ($0.sku, 0) })) { stage in
            try stage.configure()
            try stage.snapshot(Self.rows + Self.ghosts)
            _ = try stage.sync(expecting: 4)
            try Self.work(on: stage)
        }
    }

    @Test("alerts of a sync are told within it, and none of them makes it fail")
    func alerts() async throws {
        try await Stage.with(Dictionary(uniqueKeysWithValues: Self.rows.map { ($0.sku, 0) })) { stage in
            let told = stage.scratch.path("told")
            try stage.configure(
                more: """
                    alerts:
                      receivers:
                        file: { kind: command, severity: notice, command: [/bin/sh, -c, "cat >>\(told)"] }
                        gone: { kind: webhook, severity: notice, url: "http://127.0.0.1:9/" }

                    """
            )
            try stage.snapshot(Self.rows + Self.ghosts)
            _ = try stage.sync(expecting: 4)
            let text = try String(contentsOfFile: told, encoding: .utf8)
            #expect(text.contains(#""code":"unknown_sku""#), "\(text)")
            let listed = try stage.tidegate("alerts").output
            #expect(listed.contains("no connection") && listed.contains("unknown sku"), "\(listed)")
            let tried = try stage.tidegate("alerts", "test")
            #expect(tried.status == 69 && tried.output.contains("file: taken"), "\(tried.output)")
            #expect(tried.output.contains("gone: no connection"))
            #expect(try stage.tidegate("alerts", "test", "--receiver", "file").status == 0)
            let none = try stage.tidegate("alerts", "test", "--receiver", "other")
            #expect(none.status == 64 && none.errors.contains("unknown_receiver"))
        }
    }
}
