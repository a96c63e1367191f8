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
            second snapshot again: it has nothing to write. Then the shop sells something that the ERP's \
            next snapshot does not know of, and the figure is not put back. A fifth has lost a location; \
            what it states there is held until it is approved. With --serve everything stays alive until \
            Ctrl-C: the service, its schedule, and a stock event every second.
            """
    )

    @Option(help: "Where the snapshots and the state go; emptied first (default: var/demo).")
    var folder = "var/demo"
    @Option(help: "How many SKUs the catalogue has, at four locations each.")
    var products = 5000
    @Flag(help: "Serves until Ctrl-C, with an event every second, instead of ending.") var serve = false
    @Option(help: "Where the service listens on 127.0.0.1, with --serve; 0 takes a free port.") var port =
        8080
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints the summaries as a JSON array, one element a run.") var json = false

    var endsItself: Bool { serve }

    func validate() throws {
        guard (10...200_000).contains(products) else { throw ValidationError("--products is 10 to 200000.") }
    }

    func run() async throws {
        let place = try DemoFolder(path: folder)
        let catalogue = SampleCatalogue(skuCount: products)
        var shop = SimulatorOptions(
            catalogue: Catalogue(products: catalogue.products.map { ($0, [(code: "item", precision: 0)]) })
        )
        shop.clientID = DemoFolder.clientID
        shop.clientSecret = DemoFolder.clientSecret
        if serve {
            return try await DemoService(place: place, folder: folder, port: port, logger: logging.logger)
                .perform(shop, catalogue)
        }
        let console = Console()
        let summaries = try await OroSimulator.withRunning(shop) { simulator in
            let settings = try place.settings(shop: simulator.url)
            try say(
                console,
                "Tidegate demo: \(products.grouped) SKUs at 4 locations, 2 customer groups with fences"
            )
            try say(console)
            try say(console, "  shop      \(simulator.url) (simulated, inside this process)")
            try say(
                console,
                "  folder    \(folder) (snapshots, tidegate.yaml and state; look at them afterwards)"
            )
            return try await perform(settings, at: place, catalogue, simulator, console)
        }
        if json { try SummaryReport(console: console).write(summaries, json: true, asArray: true) }
        // The held run was decided by the one after it.
        let worst =
            summaries.map(\.status).filter { $0 != ExitStatus.held }.max { $0.rawValue < $1.rawValue }
            ?? .done
        try CommandEnding.unlessDone(worst)
    }

    /// What happens in the demo, in turn.
    private static let runs = [
        "1  The first snapshot: everything is new.",
        "2  The next snapshot: about 1 % of the stock has moved.",
        "3  The same snapshot again: nothing to do.",
        "4  The shop has sold something that the ERP's next snapshot does not know of: it is not put back.",
        "5  A snapshot that has lost WH-LYON: all its figures are 0. They wait for a person.",
        "6  A person has looked, and approves.",
    ]

    private func perform(
        _ settings: Settings,
        at place: DemoFolder,
        _ catalogue: SampleCatalogue,
        _ simulator: RunningSimulator,
        _ console: Console
    ) async throws -> [RunSummary] {
        var summaries: [RunSummary] = []
        var stock = catalogue
        for (number, title) in DemoCommand.runs.enumerated() {
            switch number {
            case 0: try place.write(stock.snapshot(asOf: "2026-11-23T06:00:00Z"))
            case 1:
                stock.passTime(changedPercent: 1)
                try place.write(stock.snapshot(asOf: "2026-11-23T07:00:00Z"))
            case 3: try place.write(stock.snapshot(asOf: "2026-11-23T07:30:00Z"))
            case 4: try place.write(stock.snapshot(asOf: "2026-11-23T08:00:00Z", losing: "WH-LYON"))
            default: break
            }
            for text in ["", title, ""] { try say(console, text) }
            let sold = number == 3 ? DemoSale(of: stock.skus, in: simulator) : nil
            let written = simulator.ledger().count
            let approved = number == 5 ? summaries.last?.run : nil
            let summary = try await run(settings, approving: approved)
            summaries.append(summary)
            if !json { try SummaryReport(console: console).write(summary) }
            let seen = simulator.ledger().count - written
            try say(console, "  ledger    \(seen.grouped) writes seen by the shop")
            if let sold { try say(console, "  sold      \(sold.sentence(simulator))") }
        }
        if !json { try await explain(stock.skus.first { $0.text.hasPrefix("PUMP-") }, settings, console) }
        return summaries
    }

    /// Why one figure is what it is.
    private func explain(_ sku: SKU?, _ settings: Settings, _ console: Console) async throws {
        guard let sku else { return }
        let shop = try await Shop.openForReading(settings)
        let story = try await Explanation(of: sku.text, in: shop)
        try shop.close()
        let title =
            "7  Why does \(sku) show what it shows?  tidegate explain \(sku) --config \(folder)/tidegate.yaml"
        for text in ["", title, ""] { try console.line(text) }
        for line in story.lines { try console.line("  " + line) }
    }

    private func say(_ console: Console, _ text: String = "") throws {
        if !json { try console.line(text) }
    }

    private func run(_ settings: Settings, approving run: RunID?) async throws -> RunSummary {
        let logger = logging.logger
        return try await settings.withOpenShop(command: "tidegate demo", logger: logger) { shop, oro in
            if let run {
                return try await Approval(shop: shop, oro: oro, events: logger.runEvents(of: settings.shop))
                    .approve(run.text, Approval.Choice(reason: "the demo's operator has looked", who: "demo"))
            }
            let sync = try SyncRun(shop: shop, oro: oro, events: logger.runEvents(of: settings.shop))
            return try await sync.perform().summaries[0]
        }
    }
}
