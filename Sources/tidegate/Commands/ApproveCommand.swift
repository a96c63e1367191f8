import ArgumentParser
import TidegatePipeline

/// Accepts what a guard held back.
struct ApproveCommand: StoppableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Accepts what the guards held back of a run, and writes it to the shop."
    )

    @Argument(help: "The run, or the beginning of its name.") var run: String
    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Prints the summary as JSON.") var json = false

    func run() async throws {
        let settings = try configured.load()
        let summary = try await settings.withWorkspace(command: "tidegate approve") { workspace, shop in
            try await Approval(workspace: workspace, shop: shop).approve(run)
        }
        try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
        try CommandEnding.unlessDone(summary.status)
    }
}

/// Discards what a guard held back.
struct RejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Discards what the guards held back of a run; the next snapshot is judged anew."
    )

    @Argument(help: "The run, or the beginning of its name.") var run: String
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        let workspace = try await Workspace.open(try configured.load(), command: "tidegate reject")
        let id = try await Approval.reject(run, in: workspace)
        try workspace.close()
        try Console().line("\(id) discarded")
    }
}
