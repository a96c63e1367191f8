import Foundation
import Testing

/// A first snapshot becomes the baseline as a whole, without differences, and only if it is accepted.
@Suite("a first snapshot")
struct FirstRunTests {
    private static func rows(_ count: Int, from first: Int = 20) -> [StockRow] {
        (0..<count).map { StockRow(sku: "A-\($0)", location: "WH-A", onHand: first + $0) }
    }

    private static func nothing(_ rows: [StockRow]) -> [String: Int] {
        StockRow.figures(rows).mapValues { _ in 0 }
    }

    /// What lies in the folder of the baseline.
    private static func files(_ stage: Stage, state: String = "state") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: stage.scratch.path("\(state)/baseline")).sorted()
    }

    @Test("a first snapshot that is only planned leaves no state; the sync after it accepts every position")
    func plan() async throws {
        let rows = Self.rows(30)
        try await Stage.with(Self.nothing(rows)) { stage in
            try stage.configure()
            try stage.snapshot(rows)
            #expect(try stage.tidegate("plan").status == 0)
            #expect(try Self.files(stage) == ["observed.baseline"])
            let summary = try stage.sync()
            #expect(summary.deltas == Summary.Deltas(added: 30, changed: 0, removed: 0))
            #expect(summary.levels.written == 30)
            #expect(try Self.files(stage) == ["observed.baseline"])
            #expect(try await stage.levels() == StockRow.figures(rows))
            for name in ["observed.baseline.first", "observed.baseline.first.123.new"] {
                try stage.scratch.write("left by a killed run", to: "state/baseline/\(name)")
            }
            let again = try stage.sync()
            #expect(try Self.files(stage) == ["observed.baseline"])
            #expect(again.deltas == Summary.Deltas(added: 0, changed: 0, removed: 0))
            #expect(again.levels.written == 0)
        }
    }

    @Test("a first snapshot that is refused leaves nothing behind")
    func refused() async throws {
        let rows = Self.rows(30)
        try await Stage.with(Self.nothing(rows)) { stage in
            try stage.configure(source: "contract: { rows_min: 31 }")
            try stage.snapshot(rows)
            #expect(try stage.tidegate("sync").status == 65)
            #expect(try Self.files(stage) == ["observed.baseline"])
            #expect(try await stage.ledger().isEmpty)
        }
    }

    @Test("a first snapshot that a guard holds is held position by position, and approve applies it")
    func held() async throws {
        let rows = Self.rows(30)
        try await Stage.with(Self.nothing(rows)) { stage in
            try stage.configure()
            var text = StockRow.csv(rows)
            for number in 0..<10 { text += "B-\(number),WH-A,EA,many\n" }
            try stage.scratch.write(text, to: "stock.csv")
            let held = try stage.sync(expecting: 3)
            #expect(held.state == "held" && held.rejected == 10 && held.deltas.added == 30)
            #expect(try await stage.ledger().isEmpty)
            #expect(try Self.files(stage) == ["observed.baseline"])
            #expect(try stage.tidegate("approve", held.run).status == 0)
            #expect(try await stage.levels() == StockRow.figures(rows))
        }
    }

    @Test("a first snapshot that is held and then corrected is published whole")
    func corrected() async throws {
        let rows = Self.rows(30)
        try await Stage.with(Self.nothing(rows)) { stage in
            try stage.configure()
            try stage.scratch.write(StockRow.csv(rows) + "B-1,WH-A,EA,a\nB-2,WH-A,EA,b\n", to: "stock.csv")
            #expect(try stage.sync(expecting: 3).state == "held")
            try stage.snapshot(rows)
            let plan = try stage.tidegate("plan", "--json")
            #expect(plan.output.contains("A-29"), "\(plan.output)")
            #expect(try stage.sync().levels.written == 30)
            #expect(try await stage.levels() == StockRow.figures(rows))
        }
    }

    @Test("after a kill at any point, the first snapshot is read again as if nothing had happened")
    func killed() async throws {
        let shown = Self.rows(300)
        try await Stage.with(Self.nothing(shown), options: ["--cost-model", "factor=0.1"]) { stage in
            try stage.snapshot(shown)
            var usualSeconds = 0.0
            for kill in 0...5 {
                let state = "state-\(kill)"
                try stage.configure(push: "settle: 2s, patience: 10s", state: state)
                try stage.shortenRequests()
                let rows = Self.rows(300, from: 1000 * (kill + 1))
                try stage.snapshot(rows)
                let start = ContinuousClock.now
                if kill > 0 {
                    let run = try stage.start("sync")
                    // No event tells the instant: it is the test's input.
                    try await Task.sleep(for: .seconds(usualSeconds * Double(kill) / 7))
                    run.kill()
                }
                #expect(try await stage.settledSync().levels.waiting == 0)
                if kill == 0 { usualSeconds = start.duration(to: .now) / .seconds(1) }
                #expect(try await stage.levels() == StockRow.figures(rows))
                #expect(try Self.files(stage, state: state) == ["observed.baseline"])
                #expect(try stage.sync().levels.written == 0)
            }
        }
    }
}
