import Foundation
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore

@testable import HTTPTransport
@testable import TidegatePipeline
@testable import TidegateSettings

/// A simulated shop, a snapshot, and a state folder, with whatever runs between them.
struct AuditStage {
    let settings: Settings
    let shop: Shop
    let oro: OroClient
    let simulator: RunningSimulator
    private let path: String

    /// Runs with a shop of products by the item, each at 0, named `AB-1` and so on.
    static func run(
        products: Int = 12,
        profile: Profile = .v5_1,
        units: String = "[{ erp: EA, per_base: 1, oro: item }]",
        configuration: String = "",
        push: String = "",
        oro: String = "",
        simulator change: (inout SimulatorOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (AuditStage) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let catalogue = Catalogue(
            products: (1...products).map { ("AB-\($0)", [(code: "item", precision: 0)]) }
        )
        var options = SimulatorOptions(catalogue: catalogue)
        options.profile = profile
        change(&options)
        let path = folder.path
        try await OroSimulator.withRunning(options) { simulator in
            let text = AuditStage.configuration(path, simulator.url, units, push: push, oro: oro)
            let settings = try Fixture.settings(text + configuration)
            let secret = Secret(SimulatorOptions(catalogue: catalogue).clientSecret)
            let client = OroOptions(url: simulator.url, clientID: "tidegate", clientSecret: secret)
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            try await OroClient.withRunning(options: client, logger: logger) { oro in
                let shop = try await Shop.open(settings, command: "test")
                let stage = AuditStage(
                    settings: settings,
                    shop: shop,
                    oro: oro,
                    simulator: simulator,
                    path: path + "/stock.csv"
                )
                try await body(stage)
                try shop.close()
            }
        }
    }

    private static func configuration(
        _ folder: String,
        _ url: String,
        _ units: String,
        push: String,
        oro: String
    ) -> String {
        """
        source:
          kind: file
          path: \(folder)/stock.csv
          scope: full
          contract: { rows_min: 1 }
        units: \(units)
        sites: { main: { locations: ["*"] } }
        guards: { newly_zero_count_max: 100000, total_drop_percent_max: 100, total_rise_percent_max: 100000 }
        oro: { url: "\(url)", \(oro) push: { patience: 5s, \(push) } }
        store: { path: \(folder)/state }

        """
    }

    /// Makes the ERP say this, and runs.
    @discardableResult
    func sync(_ stock: [String: Int]) async throws -> RunSummary {
        try await sync(written: stock.mapValues { String($0) })
    }

    /// The same with quantities as they stand in the file.
    @discardableResult
    func sync(written stock: [String: String]) async throws -> RunSummary {
        var text = "sku,location,unit,on_hand\n"
        for (sku, quantity) in stock.sorted(by: { $0.key < $1.key }) {
            text += "\(sku),WH-1,EA,\(quantity)\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try await SyncRun(shop: shop, oro: oro).perform().summaries[0]
    }

    func audit(repairs: Bool = false, sample: Int? = nil) async throws -> AuditReport {
        var options = AuditRun.Options()
        options.repairs = repairs
        options.sample = sample
        var run = AuditRun(shop: shop, oro: oro, options: options)
        return try await run.perform()
    }

    func level(_ sku: String) -> String {
        simulator.levelId(sku: sku, unit: "item") ?? "none"
    }

    func shown(_ sku: String) -> String? {
        simulator.levels().first { $0.sku == sku }?.quantity
    }

    func openDrifts() async throws -> [String] {
        try await shop.state.openExceptions(code: .drift).map(\.exception.subject.description)
    }
}
