import Foundation
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore

@testable import HTTPTransport
@testable import TidegatePipeline
@testable import TidegateSettings

/// A whole shop in this process: files of ERP stock, a state folder, and a simulated OroCommerce.
struct ShopStage: Sendable {
    let folder: String
    var shop: Shop
    let oro: OroClient
    let simulator: RunningSimulator
    /// What the shop was opened with.
    var configuration = ""

    /// One source of a file `stock.csv`.
    static let oneSource =
        "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 } }"
    /// Guards that small catalogues do not trip.
    static let wideGuards =
        "{ newly_zero_count_max: 100000, total_drop_percent_max: 100, total_rise_percent_max: 100000 }"

    /// Runs with a shop of products by the item, each at 0, named `AB-1` and so on.
    ///
    /// In `sources` and `more`, `FOLDER` stands for the folder of the stage.
    static func run(
        products: Int = 12,
        sources: String = oneSource,
        guards: String = wideGuards,
        units: String = "[{ erp: EA, per_base: 1, oro: item }]",
        sites: String = "{ main: { locations: [\"*\"] } }",
        store: String = "",
        more: String = "",
        profile: Profile = .v5_1,
        _ body: @escaping @Sendable (ShopStage) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let catalogue = Catalogue(
            products: (1...products).map { ("AB-\($0)", [(code: "item", precision: 0)]) }
        )
        var simulated = SimulatorOptions(catalogue: catalogue)
        simulated.profile = profile
        let options = simulated
        try await OroSimulator.withRunning(options) { simulator in
            let text = """
                \(sources)
                units: \(units)
                sites: \(sites)
                guards: \(guards)
                oro: { url: "\(simulator.url)", push: { patience: 5s } }
                store: { path: FOLDER/state\(store) }
                \(more)

                """.replacing("FOLDER", with: folder)
            let settings = try Fixture.settings(text)
            let client = OroOptions(
                url: simulator.url,
                clientID: options.clientID,
                clientSecret: Secret(options.clientSecret)
            )
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            try await OroClient.withRunning(options: client, logger: logger) { oro in
                let shop = try await Shop.open(settings, command: "test")
                var stage = ShopStage(folder: folder, shop: shop, oro: oro, simulator: simulator)
                stage.configuration = text
                try await body(stage)
                try shop.close()
            }
        }
    }

    // MARK: the ERP

    /// What the ERP says of one location.
    func write(_ stock: [String: Int], at location: String = "WH-1", to name: String = "stock.csv") throws {
        let rows = stock.sorted { $0.key < $1.key }.map { "\($0.key),\(location),EA,\($0.value)" }
        try write(text: (["sku,location,unit,on_hand"] + rows).joined(separator: "\n") + "\n", to: name)
    }

    func write(text: String, to name: String = "stock.csv") throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    // MARK: the run

    @discardableResult
    func sync(_ sources: [SourceID] = []) async throws -> SyncRun.Outcome {
        try await SyncRun(shop: shop, oro: oro, sources: sources).perform()
    }

    /// Makes the ERP say this, and runs.
    @discardableResult
    func sync(_ stock: [String: Int]) async throws -> RunSummary {
        try write(stock)
        return try await sync().summaries[0]
    }

    // MARK: OroCommerce

    func shown(_ sku: String) -> Int? {
        simulator.levels().first { $0.sku == sku }.flatMap { Double($0.quantity) }.map { Int($0) }
    }

    /// What is put aside and not compressed yet.
    func spools() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shop.state.folder.archivePath)
            .filter { $0.hasSuffix(".spool") || $0.hasSuffix(".mark") }
    }

    func openExceptions(_ code: InventoryException.Code) async throws -> [StoredException] {
        try await shop.state.openExceptions(code: code)
    }
}
