import GRDB
import InventoryCore
import TestSupport
import Testing

@testable import StateStore

@Suite("Wishes on their way into the outbox")
struct WishTests {
    private static let skus = (0..<12).map { SKU("A-\($0)") }
    private static let other = LevelKey.level("Z-other")

    /// A shop where each level shows something, and a few are not known.
    private static func shop(_ random: inout SplitMix64) -> [(LevelKey, Quantity)] {
        var shown: [(LevelKey, Quantity)] = []
        for sku in skus where random.chance(80) {
            for unit in ["item", "case"] as [StockUnit] where random.chance(70) {
                shown.append((.level(sku, unit), Quantity(units: Int64(random.pick([0, 1, 5, 9])))))
            }
        }
        return shown
    }

    private static func wishes(_ random: inout SplitMix64, rows: [LevelKey: LevelRow]) -> [AcceptedWish] {
        (0..<random.pick([0, 1, 5, 40])).map { _ in
            let key = LevelKey.level(random.pick(skus), random.pick(["item", "case", "box"]))
            let after = Quantity(units: Int64(random.pick([-1, 0, 1, 5, 7, 9])))
            return AcceptedWish(
                PlannedWish(key: key, before: nil, after: after),
                row: random.chance(70) ? rows[key] : nil,
                priority: random.pick([0, 3, 900])
            )
        }
    }

    /// The entries of all levels but the other one, and what was counted.
    private struct Outcome: Equatable {
        var entries: [String] = []
        var counts = AcceptanceCounts()
    }

    private static func outcome(
        _ shown: [(LevelKey, Quantity)],
        _ seed: SplitMix64,
        beside entry: LevelKey?
    ) async throws -> Outcome {
        var random = seed
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: shown + [(other, 3)])
        if let entry { try await database.wish([(entry, 4)], run: "run-0") }
        let known = try await database.levels(after: nil, limit: .max)
        let rows = Dictionary(known.map { ($0.key, $0.row) }) { first, _ in first }
        var acceptance = Acceptance(run: .sample("run-1"), at: TemporaryState.now)
        acceptance.wishes = wishes(&random, rows: rows)
        var outcome = Outcome()
        outcome.counts = try await database.accept(acceptance)
        outcome.entries = try await database.read("look at the outbox") { db in
            let offset = entry == nil ? 0 : 1
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT l.sku, l.unit, o.sequence - ?, o.quantity, o.wave, o.priority, r.id, o.attempts,
                        o.state, o.retry_at
                    FROM outbox o JOIN levels l ON l.id = o.level JOIN runs r ON r.number = o.run
                    WHERE l.sku <> ? ORDER BY l.sku, l.unit
                    """,
                arguments: [offset, other.sku.text]
            ).map(\.description)
        }
        return outcome
    }

    @Test("an empty outbox is filled as one in which something else waits", arguments: UInt64(0)..<40)
    func emptyOutbox(seed: UInt64) async throws {
        var random = SplitMix64(state: seed)
        let shown = Self.shop(&random)
        let alone = try await Self.outcome(shown, random, beside: nil)
        #expect(try await Self.outcome(shown, random, beside: Self.other) == alone)
    }

    @Test("many wishes of which some meet others that wait end as few at a time do")
    func parted() async throws {
        let keys = (0..<1_400).map { LevelKey.level(SKU("P-\($0)")) }
        func entries(_ sizes: [Int]) async throws -> [String] {
            let state = try TemporaryState()
            let database = try state.database()
            try await database.shop(shows: keys.map { ($0, 5) })
            var random = SplitMix64(state: 7)
            let waiting = keys.filter { _ in random.chance(10) }
            try await database.wish(waiting.map { ($0, 4) }, run: "run-0")
            var wishes = keys.map { key in
                let after = Quantity(units: Int64(random.pick([0, 4, 5, 7])))
                return AcceptedWish(PlannedWish(key: key, before: 5, after: after), priority: random.below(3))
            }
            var counts = AcceptanceCounts()
            for size in sizes {
                var acceptance = Acceptance(run: .sample("run-1"), at: TemporaryState.now)
                acceptance.wishes = Array(wishes.prefix(size))
                wishes.removeFirst(size)
                let part = try await database.accept(acceptance)
                counts.queued += part.queued
                counts.unchanged += part.unchanged
            }
            return try await database.read("look at the outbox") { db in
                let sql = """
                    SELECT l.sku, o.sequence, o.quantity, o.wave, o.priority, r.id, o.attempts, o.state
                    FROM outbox o JOIN levels l ON l.id = o.level JOIN runs r ON r.number = o.run
                    ORDER BY o.level
                    """
                return try Row.fetchAll(db, sql: sql).map(\.description)
            } + ["\(counts)"]
        }
        #expect(try await entries([1_400]) == entries([700, 700]))
    }

    @Test("of two wishes for one level the later counts, however its level was named")
    func later() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 1)])
        let row = try await database.level(.level("A"))?.row
        for (run, rows) in [("run-1", [row, nil]), ("run-2", [nil, row]), ("run-3", [row, row])] {
            for last in [5, 1] as [Quantity] {
                var acceptance = Acceptance(run: .sample(RunID("\(run)-\(last)")), at: TemporaryState.now)
                acceptance.wishes = zip(rows, [7, last]).map { row, after in
                    AcceptedWish(PlannedWish(key: .level("A"), before: 1, after: after), row: row)
                }
                try await database.accept(acceptance)
                // What the shop shows already needs no entry.
                #expect(try await database.level(.level("A"))?.pending == (last == 1 ? nil : last))
            }
        }
    }

    @Test("levels are those of the SKUs asked for, in any order and more than once, and of no other")
    func reading() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let between = (0..<20).map { "M-\($0)" }
        let keys = (["B", "A", "AB", "Å", "A-much-longer-name-than-fits"] + between).flatMap { sku in
            [LevelKey.level(SKU(sku)), .level(SKU(sku), "case")]
        }
        try await database.shop(shows: keys.map { ($0, 2) })
        let long = "A-much-longer-name-than-fits"
        for asked in [["A", "AB", "B"], ["B", "A", "B"], ["Å", long], ["none", ""]] {
            let found = try await database.levels(of: asked.map { SKU($0) })
            let expected = keys.filter { asked.contains($0.sku.text) }
            #expect(Set(found.map(\.key)) == Set(expected))
            #expect(found.count == expected.count)
            #expect(found.allSatisfy { $0.id == LevelID("L-\($0.key.sku)-\($0.key.unit)") })
        }
        for seed in 0..<60 as Range<UInt64> {
            var random = SplitMix64(state: seed)
            let some = Set((0..<random.pick([0, 1, 3, 9])).map { _ in random.pick(keys).sku } + ["Q", "AA"])
            let sorted = some.filter { _ in random.chance(80) }.sorted()
            let dense = try await database.levels(of: sorted, areDense: true)
            #expect(Set(dense) == Set(try await database.levels(of: sorted)), "\(sorted)")
            #expect(dense.count == Set(dense).count)
        }
        // More levels lie between them than are read in a row.
        #expect(try await database.levels(of: ["A", "Å"], areDense: true).count == 4)
        // A name with a NUL is not that of what stands before it.
        #expect(try await database.levels(of: ["A\u{0}", "A\u{0}B"]).isEmpty)
    }
}
