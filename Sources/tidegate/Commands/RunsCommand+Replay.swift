import ArgumentParser
import InventoryCore
import TidegatePipeline

extension RunsCommand {
    /// The plan of a past run.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the plan of a past run as it was committed, and proves it by its digest.",
            discussion: """
                A run that was approved has several plans: its own, and one of each approval. \
                Without --plan it is the one that `runs show` names.
                """
        )

        @Argument(help: "The run, or the beginning of its name.") var run: String
        @Option(help: "Which of the run's plans, counted from 1.") var plan: Int?
        @OptionGroup var configured: ConfigurationOptions
        @Flag(help: "Prints one JSON object a write, in the order of sending, as `plan` does.")
        var json = false
        @Flag(help: "Prints the very bytes that the digest covers, for sha256sum.") var bytes = false
        @Flag(help: "Prints what can be proved of the plan, as one JSON object, and no writes.")
        var summary = false
        @Option(help: "How many writes the table shows.") var limit = 40

        func validate() throws {
            guard [json, bytes, summary].count(where: { $0 }) <= 1 else {
                throw ValidationError("Choose one of --json, --bytes and --summary.")
            }
        }

        func run() async throws {
            let console = Console()
            let shop = try await Shop.openForReading(try configured.load())
            let replayed = try await ReplayedRun(run, plan: plan, in: shop)
            try shop.close()
            let report = PlanReport(plan: replayed.plan, console: console)
            if summary {
                var line = JSONLine()
                line.append(replayed)
                try console.write(line.bytes)
            } else if bytes {
                try replayed.plan.forEachPart { try console.write($0) }
            } else if json {
                try report.writeLines()
            } else {
                for text in replayed.lines { try console.line(text) }
                try report.writeTable(limit: limit)
            }
            if json || bytes { for text in replayed.lines { console.note(text) } }
            try replayed.requireSound()
        }
    }
}
