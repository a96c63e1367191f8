import ArgumentParser
import InventoryCore
import TidegatePipeline
import TidegateService
import TidegateSettings

extension RunsCommand {
    /// The return to the figures of before a run.
    struct Revert: StoppableCommand, ServedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Returns the shop to what it showed before a run, as a run of its own.",
            discussion: """
                What the ERP has stated stays as it is: its next statement about a SKU decides again. \
                Figures above what the stock of now clearly allows wait for approval.
                """
        )

        @Argument(help: "The run, or the beginning of its name.") var run: String
        @Option(help: "Why, for the audit trail.") var reason: String?
        @Flag(help: "Prints the plan and does nothing.") var dryRun = false
        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var logging: LoggingOptions
        @Flag(help: "Prints the summary as JSON; of a dry run one object a write, as `plan` does.")
        var json = false
        @Option(help: "How many writes the table of a dry run shows.") var limit = 40

        func validate() throws {
            guard dryRun || reason.map({ !$0.isEmpty }) ?? false else {
                throw ValidationError("Say why with --reason; it stands in the audit trail.")
            }
        }

        func run() async throws {
            let settings = try configured.load()
            let logger = logging.logger
            let command = "tidegate runs revert"
            if dryRun {
                let preview = try await settings.withOpenShop(command: command, logger: logger) { shop, oro in
                    try await RevertRun(shop: shop, oro: oro).preview(run)
                }
                return try write(preview)
            }
            let summary = try await settings.withOpenShop(
                command: command,
                logger: logger,
                json: json,
                follow: { shop, summary, sent in try await shop.followed(summary, since: sent) }
            ) { shop, oro in
                try await RevertRun(shop: shop, oro: oro, events: logger.commandEvents(of: settings.shop))
                    .perform(run, reason: reason ?? "", who: CommandHost.who)
            }
            try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
            try CommandEnding.unlessDone(summary.status)
        }

        private func write(_ preview: RevertRun.Preview) throws {
            let console = Console()
            let report = PlanReport(plan: preview.plan, console: console)
            if json { try report.writeLines() } else { try report.writeTable(limit: limit) }
            console.note(
                "\(preview.plan.wishes.count.grouped) writes would take the run \(preview.run) back, "
                    + "\(preview.held.count.grouped) would wait for approval"
            )
            for note in preview.notes { console.note(note) }
            try CommandEnding.unlessDone(preview.held.isEmpty ? .done : .held)
        }
    }
}
