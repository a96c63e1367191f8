import ArgumentParser
import InventoryCore
import SnapshotFormats
import StateStore
import TidegatePipeline

/// The runs, newest first, or one of them.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Lists the runs, newest first, shows one or its plan, or takes one back.",
        subcommands: [List.self, Show.self, Replay.self, Revert.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the runs, newest first.")

        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "How many.") var limit = 20
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let shop = try await Shop.openForReading(try configured.load())
            let runs = try await shop.state.lastRuns(limit: max(1, limit))
            try shop.close()
            var table = Table(
                ["run", "source", "state", "rows", "changes", "written", "message"],
                [.left, .left, .left, .right, .right, .right, .left]
            )
            var line = JSONLine()
            for run in runs {
                table.add([
                    run.id.text, run.source.text, run.state.word, run.counts.rows.grouped,
                    run.counts.deltas.total.grouped, run.counts.written.grouped,
                    run.message ?? "",
                ])
                line.append(run)
            }
            if json { return try console.write(line.bytes) }
            for row in table.lines { try console.line(row) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one run: in all, what it could not read, what it holds, or its certificate."
        )

        @Argument(help: "The run, or the beginning of its name.") var run: String
        @OptionGroup var configured: ConfigurationOptions
        @Flag(help: "Prints the conservation certificate, as JSON.") var certificate = false
        @Flag(help: "Lists the rows that could not be read, with their lines.") var rejected = false
        @Flag(help: "Lists what waits for a decision, and the figures it would bring.") var held = false
        @Flag(help: "Lists the positions of the run's source that are in doubt now.") var doubts = false
        @Option(help: "How many rows, positions or figures are listed.") var limit = 100
        @Flag(help: "Prints one JSON object.") var json = false

        func run() async throws {
            let console = Console()
            let shop = try await Shop.openForReading(try configured.load())
            let shown = try await ShownRun(run, in: shop)
            if rejected || held || doubts {
                let lists = RunLists(run: shown.record, limit: max(1, limit), json: json, console: console)
                if rejected { try await lists.rejected(in: shop) }
                if held { try await lists.held(in: shop) }
                if doubts { try await lists.doubts(in: shop) }
                return try shop.close()
            }
            try shop.close()
            if certificate { return try console.write(try shown.statedCertificate()) }
            var line = JSONLine()
            line.append(shown)
            if json { return try console.write(line.bytes) }
            for text in shown.lines { try console.line(text) }
        }
    }
}
