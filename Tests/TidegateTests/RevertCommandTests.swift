import Foundation
import Testing

/// `runs revert`, as its user runs it.
@Suite("The command `runs revert`")
struct RevertCommandTests {
    private static func rows(_ change: [String: Int] = [:]) -> [StockRow] {
        (1...30).map { number in
            StockRow(sku: "A-\(number)", location: "WH-1", onHand: change["A-\(number)"] ?? 10 + number)
        }
    }

    private static func with(_ body: (Stage) async throws -> Void) async throws {
        try await Stage.with(StockRow.figures(rows()).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            try stage.snapshot(rows())
            _ = try stage.sync()
            try await body(stage)
        }
    }

    @Test("returns the shop, keeps a run with its reason, and the next run goes on as usual")
    func reverts() async throws {
        try await Self.with { stage in
            let wrong = Self.rows(["A-1": 20, "A-2": 25])
            try stage.snapshot(wrong)
            let run = try stage.sync().run
            let dry = try stage.tidegate("runs", "revert", run, "--dry-run", "--json")
            #expect(dry.status == 0 && dry.objects.map { $0["sku"] as? String } == ["A-2", "A-1"])
            #expect(dry.objects.map { $0["after"] as? String } == ["12", "11"], "\(dry.errors)")
            #expect(try await stage.levels() == StockRow.figures(wrong))
            let back = try stage.tidegate("runs", "revert", run, "--reason", "wrong price list", "--json")
            let summary = try JSONDecoder().decode(Summary.self, from: Data(back.output.utf8))
            #expect(back.status == 0 && summary.state == "done" && summary.levels.written == 2)
            #expect(try await stage.levels() == StockRow.figures(Self.rows()))
            let shown = try stage.tidegate("runs", "show", summary.run).output
            #expect(shown.contains("reverts     the run \(run)") && shown.contains("wrong price list"))
            #expect(shown.contains("--certificate"))
            #expect(try stage.tidegate("runs", "show", run).output.contains("by the run \(summary.run)"))
            let object = try stage.tidegate("runs", "show", summary.run, "--json").objects.first
            #expect(object?["reverts"] as? String == run)
            #expect(try stage.tidegate("runs", "replay", summary.run, "--json").output == dry.output)
            let story = try stage.tidegate("explain", "A-1").output
            #expect(story.contains("has taken the run \(run) back") && story.contains("stock.csv"))
            #expect(try stage.sync().levels.written == 0)
            try stage.snapshot(Self.rows(["A-1": 21, "A-2": 25]))
            #expect(try stage.sync().levels.written == 1)
            #expect(try await stage.levels()["A-1"] == 21)
        }
    }

    @Test("holds what is above the stock of now, with 3; `approve` and `reject` decide")
    func held() async throws {
        try await Self.with { stage in
            let sold = Self.rows(["A-1": 4, "A-2": 5])
            try stage.snapshot(sold)
            let run = try stage.sync().run
            let dry = try stage.tidegate("runs", "revert", run, "--dry-run")
            #expect(dry.status == 3 && dry.errors.contains("2 would wait"), "\(dry.errors)")
            let back = try stage.tidegate("runs", "revert", run, "--reason", "test", "--json")
            let summary = try JSONDecoder().decode(Summary.self, from: Data(back.output.utf8))
            #expect(back.status == 3 && summary.state == "held" && summary.levels.written == 0)
            #expect(try await stage.levels() == StockRow.figures(sold))
            let waiting = try stage.tidegate("runs", "show", summary.run, "--held").output
            #expect(waiting.contains("A-1") && waiting.contains("11"))
            let partly = try stage.tidegate("approve", summary.run, "--sku", "A-1", "--reason", "counted")
            #expect(partly.status == 3, "\(partly.errors)")
            #expect(try await stage.levels() == StockRow.figures(Self.rows(["A-2": 5])))
            #expect(try stage.tidegate("reject", summary.run, "--reason", "no").status == 0)
            #expect(try stage.sync().levels.written == 0)
            #expect(try await stage.levels() == StockRow.figures(Self.rows(["A-2": 5])))
        }
    }

    @Test("refuses with a code and a first step")
    func refuses() async throws {
        try await Self.with { stage in
            let run = try stage.sync().run
            let nothing = try stage.tidegate("runs", "revert", run, "--reason", "x")
            #expect(nothing.status == 65 && nothing.errors.contains("nothing_to_revert"), "\(nothing.errors)")
            let unknown = try stage.tidegate("runs", "revert", "1999", "--reason", "x")
            #expect(unknown.status == 66 && unknown.errors.contains("unknown_run"), "\(unknown.errors)")
            #expect(try stage.tidegate("runs", "revert", run).status == 64)
            #expect(try stage.tidegate("runs", "revert", run, "--reason", "").status == 64)
            let zeros = Self.rows(Dictionary(uniqueKeysWithValues: (1...28).map { ("A-\($0)", 0) }))
            try stage.snapshot(zeros)
            let held = try stage.sync(expecting: 3).run
            let waits = try stage.tidegate("runs", "revert", held, "--reason", "x")
            #expect(waits.status == 65 && waits.errors.contains("run_held"), "\(waits.errors)")
        }
    }
}
