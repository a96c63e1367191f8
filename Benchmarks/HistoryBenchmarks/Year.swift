import Foundation
import InventoryCore
import StateStore

/// A shop's year, from its first delivery on.
struct Year {
    private let folder: StateFolder
    private let state: StateDatabase
    private let skus: [SKU]
    private let changes: Int
    static let began = Timestamp(microseconds: 1_767_225_600_000_000)
    static let seconds = 365 * 86_400

    /// SKUs that one delivery changes; of a small catalogue a quarter.
    private var skusPerRun: Int { min(5_000, max(1, skus.count / 4)) }
    /// One in so many runs takes single events instead.
    private static let eventRunsEvery = 10
    private static let eventsPerRun = 3
    /// Runs after which it is said how things stand: of what waits in the database nothing is counted.
    private static let toldEvery: Int64 = 200
    static let warehouses = ["Leeds", "Hamburg"]

    init(folder path: String, skus count: Int, changes: Int) throws {
        folder = StateFolder(path: path)
        try folder.prepare()
        state = try StateDatabase.open(
            lock: FolderLock(folder: folder, command: "HistoryBenchmarks", at: Year.began)
        )
        self.changes = changes
        skus = Year.skus(count)
    }

    /// Names as merchants have them: a group, a number, a size.
    static func skus(_ count: Int) -> [SKU] {
        (0..<count).map { SKU("\(["AB", "KX", "TR"][$0 % 3])-\(100_000 + $0 / 3 * 7)-\($0 % 5)") }
            .sorted(byBytesOf: \.self)
    }

    func close() throws { try state.close() }

    /// Makes the changes, and says what they take.
    func live() async throws {
        var random = SystemRandomNumberGenerator()
        let runs = max(1, changes / skusPerRun)
        let seconds = Int64(Year.seconds / runs)
        let start = ContinuousClock.now
        var kept = Duration.zero
        var made = 0
        var number: Int64 = 0
        var rows: [SKU: LevelRow] = [:]
        while made < changes {
            number += 1
            let now = Year.began.adding(seconds: number * seconds)
            let isEvents = number % Int64(Year.eventRunsEvery) == 0
            let size = number == 1 ? skus.count : isEvents ? Year.eventsPerRun : skusPerRun
            let touched = number == 1 ? skus : some(size, &random)
            made += try await run(number, touched, rows, isEvents: isEvents, at: now, &random)
            if rows.isEmpty { rows = try await levels() }
            let moving = ContinuousClock.now
            try await HistoryKeeping(state).perform(at: now)
            kept += moving.duration(to: .now)
            if number % Year.toldEvery == 0 { try tell(made, all: start.duration(to: .now), kept: kept) }
        }
        let end = Year.began.adding(seconds: (number + 1) * seconds)
        let moving = ContinuousClock.now
        try await HistoryKeeping(state).perform(at: end, isForced: true)
        kept += moving.duration(to: .now)
        try tell(made, all: start.duration(to: .now), kept: kept)
    }

    private func some(_ count: Int, _ random: inout SystemRandomNumberGenerator) -> [SKU] {
        // What sells changes often: half of the changes are of a tenth of the SKUs.
        var places: Set<Int> = []
        while places.count < count {
            let bound = Bool.random(using: &random) ? skus.count / 10 : skus.count
            places.insert(Int.random(in: 0..<max(count, bound), using: &random))
        }
        return places.sorted().map { skus[$0] }
    }

    /// Commits stock and figures of these SKUs, and has the shop take the figures; gives how many that were.
    private func run(
        _ number: Int64,
        _ touched: [SKU],
        _ rows: [SKU: LevelRow],
        isEvents: Bool,
        at now: Timestamp,
        _ random: inout SystemRandomNumberGenerator
    ) async throws -> Int {
        var record = RunRecord(
            id: RunID("\(now.description.prefix(10))-\(number)"),
            state: .accepted(),
            source: .main,
            delivery: isEvents ? "" : "/erp/out/stock-\(number).csv",
            scope: .partial,
            started: now
        )
        record.asOf = now.adding(seconds: -20)
        record.rulesVersion = String(repeating: "3fa9c1d7", count: 8)
        if !isEvents {
            record.planDigest = (0..<4).map { _ in
                String(UInt64.random(in: 1 << 60 ... .max, using: &random), radix: 16)
            }.joined()
        }
        var acceptance = Acceptance(run: record, at: now)
        var parts = HistoryParts(isEvents ? .events : .delivery)
        (parts.isWhole, parts.isFirst) = (number == 1, number == 1)
        var writer = HistoryBlockWriter()
        for sku in touched {
            let units = Int64.random(in: 0..<400, using: &random)
            writer.append(Year.entry(sku, units))
            if writer.count == 2_500 { try seal(&writer, into: &parts) }
            let key = LevelKey(sku: sku, unit: "item", warehouse: Year.warehouses[sku.text.utf8.count % 2])
            let wish = PlannedWish(key: key, before: nil, after: Quantity(units: units))
            acceptance.wishes.append(AcceptedWish(wish, row: rows[sku]))
        }
        try seal(&writer, into: &parts)
        acceptance.history = parts
        try await state.accept(acceptance)
        return try await push(at: now.adding(seconds: 3))
    }

    /// The levels' rows, as planning knows them.
    private func levels() async throws -> [SKU: LevelRow] {
        var rows: [SKU: LevelRow] = [:]
        var last: LevelRow?
        while true {
            let page = try await state.levels(after: last, limit: 10_000)
            guard let end = page.last else { return rows }
            for level in page { rows[level.key.sku] = level.row }
            last = end.row
        }
    }

    static func entry(
        _ sku: SKU,
        _ units: Int64,
        at: Timestamp = Timestamp(microseconds: 0),
        act: Int64 = 0
    ) -> HistoryEntry {
        let sites = ["leeds", "hamburg"].map { site in
            HistoryStock.SiteFigures(
                site: SiteID(site),
                stock: Quantity(units: site == "leeds" ? units : units / 3),
                orders: units % 7 == 0 ? Quantity(units: 1) : .zero
            )
        }
        let stock = HistoryStock(reasons: .stated, sites: sites)
        return HistoryEntry(sku: sku, at: at, act: act, event: .stock(stock))
    }

    private func seal(_ writer: inout HistoryBlockWriter, into parts: inout HistoryParts) throws {
        if let stocks = try HistoryStocks(writer) { parts.stocks.append(stocks) }
        writer.removeAll()
    }

    private func push(at now: Timestamp) async throws -> Int {
        // The shop has every level that is asked for.
        var row: LevelRow?
        while true {
            let unresolved = try await state.unresolved(after: row, limit: 1_000)
            guard let last = unresolved.last else { break }
            let page = unresolved.map { level in
                ShopLevel(
                    id: LevelID("\(level.row.number)"),
                    key: level.key,
                    quantity: .zero,
                    precision: 0,
                    isPrimaryUnit: true
                )
            }
            _ = try await state.replaceIndexPage(page, at: now)
            row = last.row
        }
        var applied = 0
        while true {
            let wishes = try await state.claim(limit: 2_500, at: now)
            guard !wishes.isEmpty else { return applied }
            let receipts = wishes.map { Receipt(wish: $0, outcome: .applied) }
            applied += try await state.settle(receipts, at: now).applied
        }
    }

    // MARK: figures

    private func tell(_ made: Int, all: Duration, kept: Duration) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.historyPath)
        let bytes = try names.reduce(0) { sum, name in
            let path = folder.historyPath + "/" + name
            return sum + (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
        }
        let each = rounded(Double(bytes) / Double(made))
        say("\(made) changes in \(names.count) files, \(bytes) bytes: \(each) a change")
        say(
            "made in \(rounded(all / .seconds(1))) s, of which moving and merging "
                + "\(rounded(kept / .seconds(1))) s"
        )
    }

    /// Reads the year of single SKUs, and all of it as movements.
    func read() async throws {
        var seconds: [(time: Double, entries: Int)] = []
        for _ in 0..<200 {
            let sku = skus[Int.random(in: 0..<skus.count)]
            let start = ContinuousClock.now
            let history = try await state.history(of: sku)
            let story = FigureStory(history.entries, acts: history.acts)
            seconds.append((start.duration(to: .now) / .milliseconds(1), story.changes.count))
        }
        let times = seconds.map(\.time).sorted()
        let counts = seconds.map(\.entries).sorted()
        say(
            "one SKU's year, of 200: median \(rounded(times[100])) ms, 99 % \(rounded(times[197])) ms, "
                + "most \(rounded(times[199])) ms; \(counts[0]) to \(counts[199]) changes"
        )
        let start = ContinuousClock.now
        let (from, to) = (Year.began.adding(seconds: 30 * 86_400), Year.began.adding(seconds: 60 * 86_400))
        let lines = try await state.withHistory { walk, _ in
            var lines = 0
            while let course = try walk.next() {
                for movement in course.movements(from: from, to: to) {
                    lines += 1
                    guard movement.holds else { throw BooksDisagree(sku: movement.sku) }
                }
            }
            return lines
        }
        say("a month's movements: \(lines) lines in \(rounded(start.duration(to: .now) / .seconds(1))) s")
    }
}

/// Opening and movements do not come to the closing.
private struct BooksDisagree: Error {
    let sku: SKU
}
