import Foundation
import Testing

/// Nothing accepted is lost, and no newer figure loses to an older one, wherever the process is killed.
@Suite("killed while syncing")
struct KillTests {
    /// Snapshots are told apart by the last six bits of their quantities.
    private static let snapshotsMax = 64
    /// `TIDEGATE_KILLS` asks for more instants than the usual test has time for.
    private static let kills = min(
        snapshotsMax - 2,
        ProcessInfo.processInfo.environment["TIDEGATE_KILLS"].flatMap { Int($0) } ?? 10
    )
    private static let skus = 1500

    @Test("after kills at any point the shop ends as without them, and no level goes back to an older value")
    func killed() async throws {
        var random = SplitMix64(seed: 20_261_123)
        var rows = (0..<Self.skus).map { StockRow(sku: "SKU-\($0)", location: "WH-A", onHand: 0) }
        for index in rows.indices { Self.renew(&rows[index], in: 0, random: &random) }
        try await Stage.with(
            StockRow.figures(rows).mapValues { _ in 0 },
            seed: 5,
            options: ["--cost-model", "factor=0.1"]
        ) { stage in
            try stage.configure(push: "settle: 2s, patience: 10s")
            try stage.shortenRequests()
            try stage.snapshot(rows)
            #expect(try stage.sync().levels.written == Self.skus)
            let seconds = try Self.changeAndMeasure(&rows, snapshot: 1, on: stage, random: &random)
            var survived = 0
            for kill in 0..<Self.kills {
                Self.change(&rows, in: kill + 2, random: &random)
                try stage.snapshot(rows)
                survived += try await Self.syncAndKill(on: stage, usualSeconds: seconds, random: &random)
                // Now and then nothing is left over, so that kills meet fresh runs as well.
                if kill % 3 == 2 { #expect(try await stage.settledSync().levels.waiting == 0) }
            }
            #expect(survived < Self.kills, "no kill hit a run: it took \(seconds) s when it was measured")
            let last = try await stage.settledSync()
            #expect(last.state == "done")
            #expect(last.levels.waiting == 0)
            #expect(try await stage.levels() == StockRow.figures(rows))
            let ledger = try await stage.ledger()
            #expect(Self.setBacks(in: ledger).isEmpty)
            #expect(try stage.sync().levels.written == 0)
            #expect(try await stage.ledger().count == ledger.count)
        }
    }

    /// Gives a row a new quantity that says which snapshot it is from.
    private static func renew(_ row: inout StockRow, in snapshot: Int, random: inout SplitMix64) {
        row.onHand = (500 + random.below(500)) * snapshotsMax + snapshot
    }

    private static func change(_ rows: inout [StockRow], in snapshot: Int, random: inout SplitMix64) {
        for _ in 0..<skus / 8 { renew(&rows[random.below(skus)], in: snapshot, random: &random) }
    }

    /// Runs once undisturbed, to know over which time the kills have to be spread.
    private static func changeAndMeasure(
        _ rows: inout [StockRow],
        snapshot: Int,
        on stage: Stage,
        random: inout SplitMix64
    ) throws -> Double {
        change(&rows, in: snapshot, random: &random)
        try stage.snapshot(rows)
        let start = ContinuousClock.now
        _ = try stage.sync()
        let took = start.duration(to: .now).components
        return Double(took.seconds) + Double(took.attoseconds) / 1e18
    }

    /// Starts a run and kills it at a seeded instant; gives 1 where it had ended before.
    ///
    /// A run that finds what a killed one left waits for it, so every third gets longer to live.
    private static func syncAndKill(
        on stage: Stage,
        usualSeconds: Double,
        random: inout SplitMix64
    ) async throws -> Int {
        let seconds = random.unit() * usualSeconds * (random.below(3) == 0 ? 5 : 1)
        let run = try stage.start("sync")
        // No event tells the instant: it is the test's input.
        try await Task.sleep(for: .seconds(seconds))
        let hasEnded = !run.process.isRunning
        run.kill()
        guard hasEnded else { return 0 }
        let ending = try run.ending()
        #expect([0, 75].contains(ending.status), "\(ending.errors)")
        return 1
    }

    /// Writes that put a level back to an earlier snapshot's value.
    private static func setBacks(in ledger: [Stage.Write]) -> [Stage.Write] {
        var newest: [String: Int] = [:]
        return ledger.filter { write in
            let snapshot = write.figure % snapshotsMax
            defer { newest[write.level] = max(newest[write.level] ?? 0, snapshot) }
            return snapshot < newest[write.level] ?? 0
        }
    }
}
