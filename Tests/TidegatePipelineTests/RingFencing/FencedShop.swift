import Foundation
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// An Enterprise shop with a warehouse for everyone and one for each of two groups, and its runs.
struct FencedShop {
    static let skus = (1...6).map { "AB-\($0)" }
    static let warehouses = ["Everyone", "Gold", "Silver"]

    let folder: URL
    let simulator: RunningSimulator
    /// The section `units`, or empty.
    var units = ""
    var publishUnits = "primary"

    static func options(seed: UInt64) throws -> SimulatorOptions {
        let nothing = try #require(StockQuantity("0"))
        let empty = warehouses.map { (name: $0, quantity: nothing) }
        let second = [(name: warehouses[0], quantity: nothing)]
        let products =
            skus.map { Catalogue.Product(sku: $0, units: [Catalogue.Unit(code: "item", warehouses: empty)]) }
            + skus.map { sku in
                Catalogue.Product(sku: sku + "-KA", units: [Catalogue.Unit(code: "item", warehouses: second)])
            }
        var options = SimulatorOptions(catalogue: Catalogue(products: products))
        options.profile = .enterprise
        options.seed = seed
        options.disorder = 0.3
        options.operationDelayMilliseconds = 2
        return options
    }

    /// Writes the snapshot: what the ERP says it has.
    func write(stock: [String: Int]) throws {
        let rows = FencedShop.skus.map { "\($0),WH,EA,\(stock[$0] ?? 0)\n" }
        try Data(("sku,location,unit,on_hand\n" + rows.joined()).utf8).write(
            to: folder.appending(path: "stock.csv"),
            options: .atomic
        )
    }

    /// Does one run under these fences.
    func sync(
        fences: String,
        mode: String = "auto",
        events: @escaping RunEvents = { _ in }
    ) async throws -> RunSummary {
        try await withOpenShop(fences: fences, mode: mode) { shop, oro in
            try await SyncRun(shop: shop, oro: oro, events: events).perform().summaries[0]
        }
    }

    /// Sends what is in the outbox, refused figures included, as `tidegate push` does.
    func push(fences: String) async throws {
        _ = try await withOpenShop(fences: fences, mode: "single") { shop, oro in
            try await shop.state.retryRefused()
            return try await PushRun(shop: shop, oro: oro).perform()
        }
    }

    /// Runs the body with the shop under these fences, and closes it.
    func withOpenShop(
        fences: String,
        mode: String,
        _ body: @Sendable (Shop, OroClient) async throws -> RunSummary
    ) async throws -> RunSummary {
        let settings = try settings(fences: fences, mode: mode)
        let access = try settings.oro.access(environment: [:])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await OroClient.withRunning(options: access.options, logger: logger) { oro in
            let shop = try await Shop.open(settings, command: "test")
            do {
                let summary = try await body(shop, oro)
                try shop.close()
                return summary
            } catch {
                try shop.close()
                throw error
            }
        }
    }

    func settings(fences: String, mode: String = "auto") throws -> Settings {
        let secret = folder.appending(path: "secret")
        try Data("tidegate-secret".utf8).write(to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        let path = folder.appending(path: "tidegate.yaml")
        let text = """
            source: { kind: file, path: \(folder.path)/stock.csv, scope: full, contract: { rows_min: 1 } }
            sites: { main: { locations: [WH], warehouse: Everyone } }
            \(units)
            \(fences)
            guards:
              newly_zero_count_max: 1000000
              absent_count_max: 1000000
              population_min: 1000000
              few_min: 1000000
              shown_zero_count_max: 1000000
            oro:
              url: \(simulator.url)
              client_id: tidegate
              client_secret_file: \(secret.path)
              publish_units: \(publishUnits)
              push: { mode: \(mode), settle: 1s, patience: 10s }
            store: { path: \(folder.path)/state }

            """
        try Data(text.utf8).write(to: path)
        return try Settings.load(path: path.path)
    }

    /// Everything that is shown of a SKU's stock, its second product included.
    func sum(_ sku: String) -> Int {
        let shown = Array(shown(sku).values) + shown(sku + "-KA").values
        return shown.reduce(0) { $0 + (Int($1) ?? 0) }
    }

    /// What each warehouse shows of a SKU now.
    func shown(_ sku: String) -> [String: String] {
        let levels = simulator.levels().filter { $0.sku == sku }
        return Dictionary(uniqueKeysWithValues: levels.map { ($0.warehouse ?? "", $0.quantity) })
    }

    /// Runs the body with a shop and a temporary folder.
    ///
    /// `catalogue` is what the shop sells; by default `skus` by the item.
    static func withRunning<Result: Sendable>(
        seed: UInt64,
        catalogue: Catalogue? = nil,
        _ body: @Sendable (FencedShop) async throws -> Result
    ) async throws -> Result {
        var options = try options(seed: seed)
        if let catalogue { options.catalogue = catalogue }
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let result: Result
        do {
            result = try await OroSimulator.withRunning(options) { simulator in
                try await body(FencedShop(folder: folder, simulator: simulator))
            }
        } catch {
            try FileManager.default.removeItem(at: folder)
            throw error
        }
        try FileManager.default.removeItem(at: folder)
        return result
    }
}
