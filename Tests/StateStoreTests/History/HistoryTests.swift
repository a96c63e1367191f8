import Foundation
import InventoryCore
import Testing

@testable import StateStore

@Suite("The history of a state folder")
struct HistoryTests {
    /// What `AB-1` has come to, as a run's commit keeps it.
    private static func parts(
        _ stock: [SKU: Int64],
        _ kind: HistoryAct.Kind = .delivery,
        isWhole: Bool = false
    ) throws -> HistoryParts {
        var writer = HistoryBlockWriter()
        for (sku, units) in stock.sorted(by: { $0.key < $1.key }) {
            let figures = HistoryStock.SiteFigures(
                site: "main",
                stock: Quantity(units: units),
                orders: .zero
            )
            let state = HistoryStock(reasons: .stated, sites: [figures])
            writer.append(
                HistoryEntry(sku: sku, at: Timestamp(microseconds: 0), act: 0, event: .stock(state))
            )
        }
        var parts = HistoryParts(kind)
        parts.isWhole = isWhole
        parts.stocks = try [HistoryStocks(writer)].compactMap(\.self)
        return parts
    }

    /// Accepts stock and the figures that follow from it, and has the shop take them.
    private static func live(
        _ database: StateDatabase,
        run: RunID,
        _ stock: [SKU: Int64],
        day: Int64
    ) async throws {
        let now = TemporaryState.now.adding(seconds: day * 86_400)
        var acceptance = Acceptance(run: .sample(run), at: now)
        acceptance.history = try parts(stock, isWhole: day == 0)
        acceptance.wishes = stock.map { sku, units in
            AcceptedWish(PlannedWish(key: .level(sku), before: nil, after: Quantity(units: units)))
        }
        try await database.accept(acceptance)
        let wishes = try await database.claim(limit: 100, at: now)
        let receipts = wishes.map { Receipt(wish: $0, outcome: .applied) }
        try await database.settle(receipts, at: now.adding(seconds: 2))
    }

    /// What each level has shown, one after the other.
    private static func figures(_ history: KeptHistory) -> [String] {
        history.entries.compactMap { entry in
            guard case .level(let level) = entry.event else { return nil }
            return "\(level.before?.description ?? "–") → \(level.after?.description ?? "–")"
        }
    }

    private static func stocks(_ history: KeptHistory) -> [String] {
        history.entries.compactMap { entry in
            guard case .stock(let stock) = entry.event else { return nil }
            return stock["main"].stock.description
        }
    }

    private static let manySKUs: [LevelKey] = (1...4).map { .level(SKU("AB-\($0)")) }

    /// Thirty days of a shop, each SKU another figure each day.
    private static func filled(_ state: TemporaryState) async throws -> StateDatabase {
        let database = try state.database()
        try await database.shop(shows: manySKUs.map { ($0, 0) })
        for day in 0..<Int64(30) {
            let stock = Dictionary(
                uniqueKeysWithValues: manySKUs.enumerated().map { ($1.sku, day * 10 + Int64($0) + 1) }
            )
            try await live(database, run: RunID("run-\(day)"), stock, day: day)
        }
        return database
    }

    private static func limits(_ entriesAtOnce: Int = 20, merged: Int = 3) -> HistoryKeeping.Limits {
        var limits = HistoryKeeping.Limits()
        limits.pendingMax = 1
        limits.entriesAtOnce = entriesAtOnce
        limits.filesMergedMin = merged
        return limits
    }

    private static func expect(_ history: KeptHistory, of number: Int64) {
        let days = Array(0..<Int64(30))
        #expect(stocks(history) == days.map { "\($0 * 10 + number)" })
        let shown = [0] + days.map { $0 * 10 + number }
        #expect(figures(history) == zip(shown, shown.dropFirst()).map { "\($0) → \($1)" })
        #expect(history.acts.values.compactMap(\.run).count == 30)
        let runs = history.entries.map { history.acts[$0.act]?.run }
        #expect(runs == days.flatMap { [RunID("run-\($0)"), RunID("run-\($0)")] })
    }

    @Test(
        "what was moved into files is read as it was before, whatever their sizes",
        arguments: [7, 20, 1_000]
    )
    func moving(entriesAtOnce: Int) async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        Self.expect(try await database.history(of: "AB-2"), of: 2)
        let keeping = HistoryKeeping(database, limits: Self.limits(entriesAtOnce))
        #expect(try await keeping.perform(at: TemporaryState.now))
        #expect(try await keeping.perform(at: TemporaryState.now) == false)
        let pending = try await database.read("count") { db in try HistoryPending(db).extent() }
        #expect(pending.entries == 0 && pending.acts == 0)
        for number in Int64(1)...4 {
            Self.expect(try await database.history(of: SKU("AB-\(number)")), of: number)
        }
        #expect(try await database.history(of: "AB-5").entries == [])
        #expect(try await database.historyDamages() == [])
        // What comes later stands behind it.
        try await Self.live(database, run: "run-30", ["AB-1": 999], day: 30)
        #expect(Self.stocks(try await database.history(of: "AB-1")).suffix(2) == ["291", "999"])
    }

    @Test("killed before a file is named, nothing is lost and nothing is there twice")
    func killedBeforeNaming() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        // The file is there, whole or in part, and the database knows nothing of it.
        let copy = state.folder.path + "/before.sqlite"
        try await database.copy(to: copy)
        try await HistoryKeeping(database, limits: Self.limits()).perform(at: TemporaryState.now)
        try state.close()
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: state.folder.databasePath + ending)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: state.folder.databasePath)
        let partial = state.folder.historyPath + "/1-1.history.partial"
        try Data([1, 2, 3]).write(to: URL(filePath: partial))
        let again = try state.database()
        let keeping = HistoryKeeping(again, limits: Self.limits())
        try await keeping.removeLeftovers()
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.folder.historyPath) == [])
        Self.expect(try await again.history(of: "AB-3"), of: 3)
        try await keeping.perform(at: TemporaryState.now)
        Self.expect(try await again.history(of: "AB-3"), of: 3)
    }

    @Test("killed before merged files are removed, they are removed later and read once")
    func killedBeforeRemoving() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        let small = Self.limits(merged: 1_000)
        try await HistoryKeeping(database, limits: small).perform(at: TemporaryState.now)
        let aside = state.folder.path + "/aside"
        try FileManager.default.copyItem(atPath: state.folder.historyPath, toPath: aside)
        let before = try await database.historyFiles()
        let keeping = HistoryKeeping(database, limits: Self.limits())
        try await keeping.perform(at: TemporaryState.now)
        let after = try await database.historyFiles()
        #expect(after.count < before.count)
        for name in before where !after.contains(name) {
            try FileManager.default.copyItem(
                atPath: "\(aside)/\(name)",
                toPath: "\(state.folder.historyPath)/\(name)"
            )
        }
        Self.expect(try await database.history(of: "AB-1"), of: 1)
        try await keeping.removeLeftovers()
        let left = try FileManager.default.contentsOfDirectory(atPath: state.folder.historyPath)
        #expect(Set(left) == Set(after))
        Self.expect(try await database.history(of: "AB-1"), of: 1)
    }

    @Test("of what is too old the last state of each stock stays, and nothing else")
    func retention() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        var limits = Self.limits(merged: 1_000)
        limits.keptDays = 10
        let now = TemporaryState.now.adding(seconds: 30 * 86_400)
        let keeping = HistoryKeeping(database, limits: limits)
        try await keeping.perform(at: now)
        let history = try await database.history(of: "AB-2")
        let since = try #require(history.since)
        let stocks = Self.stocks(history)
        #expect(stocks.count < 30 && stocks.last == "292")
        // Every change since then is there, and before it one state.
        #expect(history.entries.filter { $0.at < since }.count == 1)
        let figures = Self.figures(history)
        #expect(figures.count == stocks.count - 1)
        #expect(zip(figures, stocks).allSatisfy { $0.hasPrefix($1 + " → ") })
        #expect(try await keeping.perform(at: now) == false)
        // Later the base takes in what has become too old since.
        try await keeping.perform(at: now.adding(seconds: 400 * 86_400))
        #expect(Self.stocks(try await database.history(of: "AB-2")) == ["292"])
        #expect(try await database.historyFiles().count == 1)
    }

    @Test("each damaged byte of a file is told, and never passed over")
    func damage() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        try await HistoryKeeping(database, limits: Self.limits(1_000)).perform(at: TemporaryState.now)
        let path = state.folder.historyPath + "/1-1.history"
        let sound = try Data(contentsOf: URL(filePath: path))
        // Every byte of head, index and end; of the blocks every third.
        let places = Array(stride(from: 0, to: sound.count - 400, by: 3)) + (sound.count - 400..<sound.count)
        for place in places {
            var bytes = sound
            bytes[place] ^= 0x20
            try bytes.write(to: URL(filePath: path))
            let damages = try await database.historyDamages()
            #expect(damages.map(\.name) == ["1-1.history"], "byte \(place) of \(sound.count)")
        }
        try sound.prefix(sound.count / 2).write(to: URL(filePath: path))
        await #expect(throws: Fault.self) { try await database.history(of: "AB-1") }
        let damage = try #require(try await database.historyDamages().first)
        try await database.putAside(damage)
        let history = try await database.history(of: "AB-1")
        #expect(history.entries == [] && history.gaps.map(\.from) == [TemporaryState.now])
        #expect(try await database.historyDamages() == [])
    }

    @Test("a new database takes over the files that are there, and numbers what follows behind them")
    func adoption() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        try await HistoryKeeping(database, limits: Self.limits()).perform(at: TemporaryState.now)
        let names = try await database.historyFiles()
        let acts = try await database.history(of: "AB-1").acts.keys.max() ?? 0
        try state.close()
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: state.folder.databasePath + ending)
        }
        let again = try state.database()
        #expect(try await again.historyFiles() == names)
        Self.expect(try await again.history(of: "AB-4"), of: 4)
        try await again.shop(shows: Self.manySKUs.map { ($0, 0) })
        try await Self.live(again, run: "run-30", ["AB-4": 7], day: 30)
        let history = try await again.history(of: "AB-4")
        #expect(Self.stocks(history).suffix(2) == ["294", "7"])
        let last = try #require(history.entries.last)
        #expect(last.act > acts)
    }

    @Test("a walk over all SKUs has what each SKU's own history has")
    func walk() async throws {
        let state = try TemporaryState()
        let database = try await Self.filled(state)
        var limits = Self.limits(16, merged: 1_000)
        limits.pendingMax = 100
        try await HistoryKeeping(database, limits: limits).perform(at: TemporaryState.now)
        let from = TemporaryState.now.adding(seconds: 5 * 86_400)
        let to = TemporaryState.now.adding(seconds: 25 * 86_400)
        let walked = try await database.withHistory { walk, _ in
            var movements: [StockMovement] = []
            while let course = try walk.next() { movements += course.movements(from: from, to: to) }
            return movements
        }
        var single: [StockMovement] = []
        for key in Self.manySKUs {
            let kept = try await database.history(of: key.sku)
            let course = StockCourse(of: key.sku, base: kept.base, kept.entries) { kept.acts[$0] }
            single += course.movements(from: from, to: to)
        }
        #expect(walked == single && walked.count == 4)
        #expect(walked.allSatisfy { $0.moved == [.erp: 200 * Int128(Quantity.scale)] })
    }
}
