import Foundation
import Testing

/// The main job, by two programs that only meet over HTTP.
@Suite("sync end to end")
struct SyncTests {
    @Test("only changed levels are written, and the shop ends up with what the snapshot says")
    func changesOnly() async throws {
        var random = SplitMix64(seed: 8)
        var rows = StockRow.stock(skus: 4000, locations: ["WH-A", "WH-B"], random: &random)
        let nothing = StockRow.figures(rows).mapValues { _ in 0 }
        try await Stage.with(nothing, seed: 3) { stage in
            try stage.configure()
            try stage.snapshot(rows)
            let first = try stage.sync()
            let before = StockRow.figures(rows)
            let stocked = before.values.count { $0 > 0 }
            #expect(first.state == "done")
            #expect(first.rows == 8000)
            #expect(first.deltas == .init(added: 8000, changed: 0, removed: 0))
            #expect(first.levels.written == stocked)
            #expect(try await stage.levels() == before)

            StockRow.change(&rows, random: &random)
            let after = StockRow.figures(rows)
            let changed = Set(after.filter { before[$0.key] != $0.value }.keys)
            try stage.snapshot(rows)
            let second = try stage.sync()
            #expect(second.levels.written == changed.count)
            #expect(second.levels.waiting == 0)
            let ledger = try await stage.ledger()
            let written = ledger.dropFirst(stocked)
            #expect(Set(written.map(\.sku)) == changed)
            #expect(written.count == changed.count)
            #expect(written.allSatisfy { $0.figure == after[$0.sku] })
            #expect(try await stage.levels() == after)

            let third = try stage.sync()
            #expect(third.levels.written == 0)
            #expect(third.requests <= 3)
            #expect(try await stage.ledger().count == ledger.count)
        }
    }

    @Test("the summary has the documented keys and no others")
    func summaryShape() async throws {
        try await Stage.with(["A": 0]) { stage in
            try stage.configure()
            try stage.snapshot([StockRow(sku: "A", location: "WH-A", onHand: 3)])
            let summary = try #require(try stage.tidegate("sync", "--json").objects.first)
            #expect(
                Set(summary.keys) == [
                    "run", "state", "rows", "rejected", "deltas", "levels", "requests", "exceptions",
                    "seconds",
                ]
            )
            let levels = try #require(summary["levels"] as? [String: Any])
            #expect(Set(levels.keys) == ["wanted", "written", "unchanged", "refused", "waiting"])
            let seconds = try #require(summary["seconds"] as? [String: Double])
            #expect(Set(seconds.keys).isSuperset(of: ["read", "plan", "accept", "push"]))
        }
    }

    @Test("the demo's summaries agree with the shop's ledger")
    func demo() throws {
        let scratch = try Scratch()
        let arguments = ["demo", "--folder", scratch.path("demo"), "--products", "200"]
        let json = try Program.tidegate.run(arguments + ["--json"], in: scratch)
        #expect(json.status == 0, "\(json.errors)")
        let summaries = try JSONDecoder().decode([Summary].self, from: Data(json.output.utf8))
        #expect(summaries.count == 6)
        #expect(summaries.map(\.state) == ["done", "done", "done", "done", "held", "done"])
        // Neither the same snapshot again nor one that does not know of a sale is written.
        #expect(summaries[2].levels.written == 0 && summaries[3].levels.written == 0)
        #expect(summaries[5].levels.written > 0)
        let text = try Program.tidegate.run(arguments, in: scratch)
        #expect(text.status == 0, "\(text.errors)")
        for summary in summaries {
            let line = "\(summary.levels.written) writes seen by the shop"
            #expect(text.output.contains(line), "\(text.output)")
        }
    }
}
