import Foundation
import Testing

/// A lost baseline, seen from the shop's side.
@Suite("a baseline is made anew from the archive")
struct RebuildTests {
    private static func rows(_ count: Int) -> [StockRow] {
        (0..<count).map { StockRow(sku: "A-\($0)", location: "WH-\($0 % 3)", onHand: 20 + $0) }
    }

    private func with(_ count: Int = 60, _ body: (Stage, [StockRow]) async throws -> Void) async throws {
        let rows = Self.rows(count)
        try await Stage.with(StockRow.figures(rows).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 10 }")
            try stage.snapshot(rows)
            _ = try stage.sync()
            try await body(stage, rows)
        }
    }

    private func damage(_ stage: Stage) throws {
        let path = stage.scratch.path("state/baseline/observed.baseline")
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[16] ^= 0xFF
        try bytes.write(to: URL(filePath: path), options: .atomic)
    }

    private func rebuild(_ stage: Stage) throws {
        let broken = try stage.tidegate("sync")
        #expect(broken.status == 65)
        #expect(broken.errors.contains("baseline_damaged") && broken.errors.contains("baseline rebuild"))
        let mended = try stage.tidegate("baseline", "rebuild")
        #expect(mended.status == 0, "\(mended.errors)")
        #expect(mended.errors.contains("positions, from "))
    }

    @Test("the run after a rebuild finds what has changed since")
    func changed() async throws {
        try await with { stage, rows in
            try damage(stage)
            try rebuild(stage)
            var next = rows
            next[7].onHand = 3
            next.removeLast()
            next.append(StockRow(sku: "A-59", location: "WH-9", onHand: 5))
            try stage.snapshot(next)
            _ = try stage.sync()
            var expected = StockRow.figures(next)
            // What a snapshot misses for the first time stays, less what has appeared elsewhere.
            expected["A-59"] = StockRow.figures(rows)["A-59"]
            #expect(try await stage.levels() == expected)
        }
    }

    @Test("without the newest accepted snapshot in the archive, no older one stands in for it")
    func older() async throws {
        try await with { stage, rows in
            let archive = stage.scratch.path("state/archive")
            func copies() throws -> Set<String> {
                let names = try FileManager.default.contentsOfDirectory(atPath: archive)
                return Set(names.filter { $0.hasSuffix(".zst") })
            }
            let older = try copies()
            var between = rows
            between[3].onHand += 100
            try stage.snapshot(between)
            _ = try stage.sync()
            // Not the last by name: two runs can begin within a second.
            let newest = try #require(try copies().subtracting(older).first)
            try FileManager.default.removeItem(atPath: "\(archive)/\(newest)")
            try damage(stage)
            let refused = try stage.tidegate("baseline", "rebuild")
            #expect(refused.status == 66, "\(refused.errors)")
            #expect(refused.errors.contains("nothing_to_rebuild_from"))
            #expect(refused.errors.contains(newest.replacing(".zst", with: "")))
            #expect(refused.errors.contains("The next full delivery will do it"))
            let state = stage.scratch.path("state")
            try FileManager.default.moveItem(atPath: state, toPath: state + ".old")
            try stage.snapshot(rows)
            _ = try stage.sync()
            #expect(try await stage.levels() == StockRow.figures(rows))
        }
    }

    @Test("what a guard held before the rebuild is held again after it")
    func held() async throws {
        try await with(360) { stage, rows in
            var halved = rows
            for index in halved.indices { halved[index].onHand /= 2 }
            try stage.snapshot(halved)
            _ = try stage.sync(expecting: 3)
            try damage(stage)
            try rebuild(stage)
            _ = try stage.sync(expecting: 3)
            #expect(try await stage.levels() == StockRow.figures(rows))
        }
    }

    @Test("without a snapshot to rebuild from, the command says so")
    func nothing() async throws {
        try await with { stage, _ in
            try FileManager.default.removeItem(atPath: stage.scratch.path("state/archive"))
            let ending = try stage.tidegate("baseline", "rebuild")
            #expect(ending.status == 66)
            #expect(ending.errors.contains("nothing_to_rebuild_from"))
        }
    }
}
