import Foundation
import HTTPTransport
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline
import TidegateSettings

/// A state folder with a backlog, and the settings for pushing it.
///
/// Level `n` of the shop belongs to the product `SKU-…n` and is sold by the item.
struct Stage {
    let folder: String
    let settings: Settings

    static let shown = Quantity(units: 5)

    init(folder: String, url: String, push: String = "") throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/tidegate.yaml"
        let text = """
            source: { kind: file, path: \(folder)/stock.csv, scope: full, contract: { rows_min: 1 } }
            units: [{ erp: EA, per_base: 1, oro: item }]
            sites: { main: { locations: ["*"] } }
            guards:
              { newly_zero_count_max: 10000000, total_drop_percent_max: 100, absent_count_max: 10000000 }
            oro: { url: "\(url)", push: { batch_records: 2000, concurrency: { max: 32 } \(push) } }
            store: { path: \(folder)/state }

            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        settings = try Settings.load(path: path)
    }

    static func key(_ number: Int) -> LevelKey {
        LevelKey(sku: SKU(Catalogue.generatedSKU(number)), unit: StockUnit("item"))
    }

    /// The shop whose levels are numbered as the stage expects, all showing `shown`.
    static func catalogue(levels: Int) -> Catalogue {
        let five = StockQuantity("5") ?? .zero
        return Catalogue(
            products: (1...levels).map { number in
                let unit = Catalogue.Unit(code: "item", quantity: five)
                return Catalogue.Product(sku: Catalogue.generatedSKU(number), units: [unit])
            }
        )
    }

    /// What the level should show: of fifty, one sells out, half of the others lose stock and half gain.
    static func wanted(_ number: Int) -> Quantity {
        if number % 50 == 0 { return .zero }
        return Quantity(units: number % 2 == 0 ? Int64(1 + number % 4) : Int64(6 + number % 900))
    }

    func withState<Value>(_ body: (StateDatabase) async throws -> Value) async throws -> Value {
        let state = StateFolder(path: folder + "/state")
        try state.prepare()
        let lock = try FolderLock(folder: state, command: "benchmark", at: .now)
        let database = try StateDatabase.open(lock: lock)
        let value = try await body(database)
        try database.close()
        return value
    }

    /// Fills index and outbox: every level changes.
    func seed(levels: Int) async throws {
        try await withState { state in
            try await Stage.index(levels: levels, in: state)
            try await Stage.wish(1...levels, in: state, run: "run-1", Stage.wanted)
        }
    }

    /// Makes the levels known, as the shop shows them at first.
    static func index(levels: Int, in state: StateDatabase) async throws {
        try await state.beginIndexPass(at: .now)
        for start in stride(from: 1, through: levels, by: 20_000) {
            let page = (start...min(levels, start + 19_999)).map { number in
                ShopLevel(
                    id: LevelID(String(number)),
                    key: key(number),
                    quantity: shown,
                    precision: 0,
                    isPrimaryUnit: true
                )
            }
            _ = try await state.replaceIndexPage(page, at: .now)
        }
        _ = try await state.finishIndexPass(at: .now)
    }

    static func wish(
        _ numbers: some Sequence<Int>,
        in state: StateDatabase,
        run: RunID,
        _ quantity: (Int) -> Quantity
    ) async throws {
        var acceptance = Acceptance(
            run: RunRecord(id: run, state: .accepted(), source: "benchmark", scope: .full, started: .now),
            at: .now
        )
        acceptance.wishes = numbers.map { number in
            let wish = PlannedWish(key: key(number), before: shown, after: quantity(number))
            return AcceptedWish(wish, priority: 1000 - wish.relativeChange)
        }
        try await state.accept(acceptance)
    }

    func withClient<Value>(_ body: (OroClient) async throws -> Value) async throws -> Value {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .critical
        let options = OroOptions(
            url: settings.oro.url,
            clientID: "tidegate",
            clientSecret: Secret("tidegate-secret")
        )
        return try await OroClient.withRunning(options: options, logger: logger, body)
    }
}
