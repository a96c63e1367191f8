import ArgumentParser
import StateStore
import TidegatePipeline

/// One run, and the push of its outbox.
struct SyncCommand: StoppableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract:
            "Reads the source, accepts what changed, and writes it to the shop until the outbox is empty."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Prints the summary as JSON.") var json = false

    func run() async throws {
        let settings = try configured.load()
        let steps = StepLine(Console())
        let summary = try await settings.withWorkspace(command: "tidegate sync") { workspace, shop in
            var run = SyncRun(workspace: workspace, shop: shop) { steps.show($0) }
            defer { steps.clear() }
            return try await run.perform()
        }
        try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
        try CommandEnding.unlessDone(summary.status)
    }
}

/// Resumes the outbox.
struct PushCommand: StoppableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Writes to the shop what is still in the outbox; nothing is read from the source."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Prints the summary as JSON.") var json = false

    func run() async throws {
        let settings = try configured.load()
        let summary = try await settings.withWorkspace(command: "tidegate push") { workspace, shop in
            // Whoever pushes by hand may have mended what the shop refused.
            _ = try await workspace.state.retryRefused()
            return try await PushRun(workspace: workspace, shop: shop).perform()
        }
        try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
        try CommandEnding.unlessDone(summary.status)
    }
}
