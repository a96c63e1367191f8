import ArgumentParser
import TidegatePipeline

/// Why a figure is what it is.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells, step by step, from the snapshot's rows to the shop's receipt, "
            + "why an article shows what it shows."
    )

    @Argument(help: "The article.") var sku: String
    @Option(help: "Only what this customer group sees, named as in the rules.") var group: String?
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        let console = Console()
        let workspace = try await Workspace.openForReading(try configured.load())
        let story = try await Explanation(of: sku, group: group, in: workspace)
        try workspace.close()
        for line in story.lines { try console.line(line) }
    }
}
