import Foundation
import Testing

/// What the guards hold back, seen from the shop's side.
@Suite("guards end to end")
struct GuardTests {
    private static func rows(_ prefix: String, _ count: Int, at location: String) -> [StockRow] {
        (0..<count).map { StockRow(sku: "\(prefix)-\($0)", location: location, onHand: 20 + $0) }
    }

    private static func nothing(_ rows: [StockRow]) -> [String: Int] {
        StockRow.figures(rows).mapValues { _ in 0 }
    }

    /// A stage on which the location WH-A has fallen by half, and one SKU at WH-B by one.
    private func withHeldRun(
        _ body: (Stage, Summary, _ before: [StockRow], _ after: [StockRow]) async throws -> Void
    ) async throws {
        let before = Self.rows("A", 120, at: "WH-A") + Self.rows("B", 120, at: "WH-B")
        try await Stage.with(Self.nothing(before)) { stage in
            try stage.configure()
            try stage.snapshot(before)
            #expect(try stage.sync().levels.written == 240)
            var after = before
            for index in 0..<120 { after[index].onHand /= 2 }
            after[120].onHand -= 1
            try stage.snapshot(after)
            let held = try stage.sync(expecting: 3)
            #expect(held.state == "held")
            #expect(held.levels.written == 1)
            var expected = StockRow.figures(before)
            expected["B-0"] = 19
            #expect(try await stage.levels() == expected)
            try await body(stage, held, before, after)
        }
    }

    @Test(
        "a location that loses half its stock is held, the others go on; approve applies what was held"
    )
    func approve() async throws {
        try await withHeldRun { stage, held, _, after in
            let sent = try await stage.ledger().count
            let ending = try stage.tidegate("approve", held.run, "--json")
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try await stage.levels() == StockRow.figures(after))
            #expect(try await stage.ledger().count == sent + 120)
            #expect(try stage.sync().levels.written == 0)
            #expect(try stage.tidegate("approve", held.run).status == 65)
        }
    }

    @Test("a newer clear statement ends a hold; one held again joins it, and is shown before it is approved")
    func approveOlder() async throws {
        for isMended in [true, false] {
            try await withHeldRun { stage, held, before, after in
                var next = after
                for index in 0..<120 {
                    next[index].onHand = isMended ? before[index].onHand : before[index].onHand / 3
                }
                try stage.snapshot(next)
                _ = try stage.sync(expecting: isMended ? 0 : 3)
                let shown = try await stage.levels()
                let ending = try stage.tidegate("approve", held.run)
                #expect(ending.status == 65)
                let code = isMended ? "run_not_held" : "plan_changed"
                #expect(ending.errors.contains(code), "\(ending.errors)")
                #expect(try await stage.levels() == shown)
                guard !isMended else { return }
                #expect(try stage.tidegate("approve", held.run).status == 0)
                #expect(try await stage.levels() == StockRow.figures(next))
            }
        }
    }

    @Test("a held run can still be approved after the same snapshot was read again")
    func approveRepeated() async throws {
        try await withHeldRun { stage, held, _, after in
            _ = try stage.sync(expecting: 3)
            #expect(try stage.tidegate("approve", held.run).status == 0)
            #expect(try await stage.levels() == StockRow.figures(after))
        }
    }

    @Test("reject discards what was held, and nothing reaches the shop")
    func reject() async throws {
        try await withHeldRun { stage, held, _, _ in
            let sent = try await stage.ledger().count
            #expect(try stage.tidegate("reject", held.run).status == 0)
            #expect(try await stage.ledger().count == sent)
            #expect(try stage.tidegate("approve", held.run).status == 65)
            #expect(try stage.tidegate("approve", "19990101").status == 66)
        }
    }

    @Test("a position is removed only when two different full snapshots with a contract miss it")
    func removal() async throws {
        let first = Self.rows("A", 30, at: "WH-A")
        try await Stage.with(Self.nothing(first)) { stage in
            try stage.configure(source: "contract: { rows_min: 10 }")
            try stage.snapshot(first)
            _ = try stage.sync()
            var second = first.filter { $0.sku != "A-7" }
            try stage.snapshot(second)
            #expect(try stage.sync().levels.written == 0)
            // The same statement again is no second one.
            #expect(try stage.sync().levels.written == 0)
            #expect(try await stage.levels()["A-7"] == 27)
            second[0].onHand += 1
            try stage.snapshot(second)
            #expect(try stage.sync().levels.written == 2)
            #expect(try await stage.levels()["A-7"] == 0)
        }
    }

    @Test("without a contract a missing position is never removed, however often it is missing")
    func partial() async throws {
        let first = Self.rows("A", 30, at: "WH-A")
        try await Stage.with(Self.nothing(first)) { stage in
            try stage.configure()
            try stage.snapshot(first)
            _ = try stage.sync()
            for step in 1...3 {
                var later = first.filter { $0.sku != "A-7" }
                later[0].onHand += step
                try stage.snapshot(later)
                let summary = try stage.sync()
                #expect(summary.levels.written == 1)
                #expect(summary.deltas.removed == 0)
            }
            #expect(try await stage.levels()["A-7"] == 27)
        }
    }

    @Test("in a partial snapshot, positions that are not stated count with their old stock in a total")
    func partialTotal() async throws {
        let first = Self.rows("A", 240, at: "WH-A")
        try await Stage.with(Self.nothing(first)) { stage in
            try stage.configure()
            try stage.snapshot(first)
            _ = try stage.sync()
            var few = Array(first[..<20])
            few[3].onHand -= 2
            try stage.snapshot(few)
            #expect(try stage.sync().levels.written == 1)
            // What is stated counts all the same.
            var half = first[..<150].map { $0 }
            for index in half.indices { half[index].onHand /= 10 }
            try stage.snapshot(half)
            #expect(try stage.sync(expecting: 3).levels.written == 0)
        }
    }

    @Test("an older sequence, other content under the same one, and a wrong row count are refused")
    func sequence() async throws {
        var rows = Self.rows("A", 30, at: "WH-A")
        try await Stage.with(Self.nothing(rows)) { stage in
            try stage.configure()
            func sync(_ manifest: String) throws -> Program.Ending {
                try stage.scratch.write(manifest, to: "stock.csv.manifest.json")
                try stage.snapshot(rows)
                return try stage.tidegate("sync")
            }
            #expect(try sync(#"{"sequence": 5}"#).status == 0)
            rows[0].onHand += 1
            let older = try sync(#"{"sequence": 4}"#)
            #expect(older.status == 65)
            #expect(older.errors.contains("Sequence 4 is older than the accepted 5"), "\(older.errors)")
            #expect(try sync(#"{"sequence": 5}"#).status == 65)
            #expect(try sync(#"{"sequence": 6, "rows": 31}"#).status == 65)
            #expect(try await stage.levels()["A-0"] == 20)
            #expect(try sync(#"{"sequence": 6, "rows": 30}"#).status == 0)
            #expect(try await stage.levels()["A-0"] == 21)
        }
    }
}
