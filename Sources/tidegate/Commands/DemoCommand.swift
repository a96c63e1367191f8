import ArgumentParser
import Foundation
import InventoryCore
import OroClient
import OroSimulator
import TidegatePipeline
import TidegateService
import TidegateSettings

/// Everything embedded: a simulated shop, a sample catalogue, and the real job on it.
struct DemoCommand: StoppableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Runs the real job against a simulated OroCommerce, on a sample catalogue.",
        discussion: """
            A first snapshot fills the shop, a second one changes about 1 % of it, and a third run reads the \
            second snapshot again: it has nothing to write.
            """
    )

    @Option(help: "Where the snapshots and the state go; emptied first (default: var/demo).")
    var folder = "var/demo"
    @Option(help: "How many SKUs the catalogue has, at four locations each.")
    var products = 5000
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints the summaries as a JSON array, one element a run.") var json = false

    func validate() throws {
        guard (10...200_000).contains(products) else { throw ValidationError("--products is 10 to 200000.") }
    }

    func run() async throws {
        let console = Console()
        let catalogue = SampleCatalogue(skuCount: products)
        let place = try DemoFolder(path: folder)
        var shop = SimulatorOptions(
            catalogue: Catalogue(products: catalogue.skus.map { ($0.text, [(code: "item", precision: 0)]) })
        )
        shop.clientID = DemoFolder.clientID
        shop.clientSecret = DemoFolder.clientSecret
        let summaries = try await OroSimulator.withRunning(shop) { simulator in
            let settings = try place.settings(shop: simulator.url)
            try say(console, "Tidegate demo: \(products.grouped) SKUs at 4 locations")
            try say(console)
            try say(console, "  shop      \(simulator.url) (simulated, inside this process)")
            try say(
                console,
                "  folder    \(folder) (snapshots, tidegate.yaml and state; look at them afterwards)"
            )
            var summaries: [RunSummary] = []
            let runs = [
                "1  The first snapshot: everything is new.",
                "2  The next snapshot: about 1 % of the stock has moved.",
                "3  The same snapshot again: nothing to do.",
            ]
            var stock = catalogue
            for (number, title) in runs.enumerated() {
                if number == 1 { stock.passTime(changedPercent: 1) }
                if number < 2 {
                    try place.write(stock.snapshot(asOf: "2026-11-23T0\(6 + number):00:00Z"))
                }
                for text in ["", title, ""] { try say(console, text) }
                let written = simulator.ledger().count
                let summary = try await sync(settings)
                summaries.append(summary)
                if !json { try SummaryReport(console: console).write(summary) }
                let seen = simulator.ledger().count - written
                try say(console, "  ledger    \(seen.grouped) writes seen by the shop")
            }
            return summaries
        }
        if json { try SummaryReport(console: console).write(summaries, json: true, asArray: true) }
        let worst = summaries.map(\.status).max { $0.rawValue < $1.rawValue } ?? .done
        try CommandEnding.unlessDone(worst)
    }

    private func say(_ console: Console, _ text: String = "") throws {
        if !json { try console.line(text) }
    }

    private func sync(_ settings: Settings) async throws -> RunSummary {
        let logger = logging.logger
        return try await settings.withOpenShop(command: "tidegate demo", logger: logger) { shop, oro in
            let sync = try SyncRun(shop: shop, oro: oro, events: logger.runEvents(of: settings.shop))
            return try await sync.perform().summaries[0]
        }
    }
}
