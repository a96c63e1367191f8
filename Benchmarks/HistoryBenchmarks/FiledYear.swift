import Foundation
import InventoryCore
import StateStore

/// The files of a shop's year, as they lie after its last run: a state opened beside them adopts them.
struct FiledYear {
    private let folder: StateFolder
    private let skus: [SKU]
    private let changes: Int

    private static let changesPerRun = 5_000
    /// Changes of one file: of those that have been merged twice, and once.
    private static let changesPerFile = [8_000_000, 1_000_000]

    init(folder path: String, skus count: Int, changes: Int) throws {
        folder = StateFolder(path: path)
        try folder.prepare()
        skus = Year.skus(count)
        self.changes = changes
    }

    /// Writes the files, and says what they take.
    func write() throws {
        let start = ContinuousClock.now
        var random = SystemRandomNumberGenerator()
        var (place, planned, made, bytes) = (Int64(0), 0, 0, 0)
        while planned < changes {
            let left = changes - planned
            let count = min(left, FiledYear.changesPerFile.first { $0 <= left } ?? left)
            place += 1
            let extent = HistoryExtent(places: place...place)
            let writer = try HistoryFileWriter(extent, in: folder)
            made += try fill(writer, planned..<planned + count, &random)
            let path = folder.historyPath + "/" + (try writer.finish()).name
            bytes += try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            planned += count
        }
        say(
            "\(made) changes written into \(place) files, \(bytes) bytes: "
                + "\(rounded(Double(bytes) / Double(made))) a change; in "
                + "\(rounded(start.duration(to: .now) / .seconds(1))) s"
        )
    }

    /// Writes about so many of the year's changes: each is an act's statement of a SKU and the shop's receipt
    /// for it.
    ///
    /// - Returns: how many that were.
    private func fill(
        _ writer: HistoryFileWriter,
        _ range: Range<Int>,
        _ random: inout SystemRandomNumberGenerator
    ) throws -> Int {
        let first = Int64(range.lowerBound / FiledYear.changesPerRun) + 1
        let last = Int64((range.upperBound - 1) / FiledYear.changesPerRun) + 1
        // What sells changes often: half of the changes are of a tenth of the SKUs.
        let (half, tenth) = (range.count / 2, max(1, skus.count / 10))
        var made = 0
        for (number, sku) in skus.enumerated() {
            let mean = half / skus.count + (number % 10 == 0 ? half / tenth : 0)
            let count = Int.random(in: 0...max(1, mean * 2), using: &random)
            let acts = Set((0..<count).map { _ in Int64.random(in: first...last, using: &random) })
            try append(acts.sorted(), of: sku, to: writer, &random)
            made += acts.count
        }
        for number in first...last { try writer.append(act(number, &random)) }
        return made
    }

    private func append(
        _ acts: [Int64],
        of sku: SKU,
        to writer: HistoryFileWriter,
        _ random: inout SystemRandomNumberGenerator
    ) throws {
        let key = LevelKey(sku: sku, unit: "item", warehouse: Year.warehouses[sku.text.utf8.count % 2])
        var before: Quantity?
        for act in acts {
            let units = Int64.random(in: 0..<400, using: &random)
            try writer.append(Year.entry(sku, units, at: time(of: act), act: act))
            let level = HistoryLevel(key: key, kind: .applied, before: before, after: Quantity(units: units))
            let at = time(of: act).adding(seconds: 3)
            try writer.append(HistoryEntry(sku: sku, at: at, act: act, event: .level(level)))
            before = Quantity(units: units)
        }
    }

    private func act(_ number: Int64, _ random: inout SystemRandomNumberGenerator) -> HistoryAct {
        var act = HistoryAct(number: number, kind: .delivery, at: time(of: number))
        act.run = RunID("\(act.at.description.prefix(10))-\(number)")
        act.source = .main
        act.delivery = "/erp/out/stock-\(number).csv"
        act.asOf = act.at.adding(seconds: -20)
        act.rulesVersion = String(repeating: "3fa9c1d7", count: 8)
        act.planDigest = (0..<4).map { _ in
            String(UInt64.random(in: 1 << 60 ... .max, using: &random), radix: 16)
        }.joined()
        return act
    }

    private func time(of act: Int64) -> Timestamp {
        Year.began.adding(seconds: act * Int64(Year.seconds * FiledYear.changesPerRun / changes))
    }
}
