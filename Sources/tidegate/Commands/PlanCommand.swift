import ArgumentParser
import InventoryCore
import SnapshotFormats
import StateStore
import TidegatePipeline
import TidegateSettings

/// What a run would write.
struct PlanCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Reads, compares, guards, allocates and plans; prints the writes and does none of them.",
        discussion: "Nothing is accepted. The shop is only read, to know its levels."
    )

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var source: SourceOption
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints one JSON object a write, in the order of sending.") var json = false
    @Option(help: "How many writes the table shows.") var limit = 40

    func run() async throws {
        let console = Console()
        let settings = try configured.load()
        let source = try source.one(in: settings)
        let (plan, outcome) = try await settings.withOpenShop(
            command: "tidegate plan",
            logger: logging.logger
        ) { shop, oro in
            let delivery = try await shop.nextDelivery(of: source)
            var run = IntakeRun(shop: shop, source: try shop.source(source.id), delivery: delivery, oro: oro)
            return try await run.plan()
        }
        let report = PlanReport(plan: plan, console: console)
        if json { try report.writeLines() } else { try report.writeTable(limit: limit) }
        console.note(
            "\(plan.wishes.count.grouped) writes, \(plan.unchanged.grouped) levels left alone, "
                + "plan \(plan.digest.prefix(12)), rules \(plan.rulesVersion)"
        )
        for reason in outcome.held { console.note("held: \(reason)") }
        try CommandEnding.unlessDone(outcome.isHeld ? .held : .done)
    }
}
