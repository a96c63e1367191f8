import ArgumentParser
import InventoryCore
import Logging
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// One run, and the push of its outbox.
struct SyncCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract:
            "Reads each source, accepts what changed, and writes it to the shop until the outbox is empty."
    )

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var source: SourceOption
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints the summary of each source as a line of JSON.") var json = false

    func run() async throws {
        let settings = try configured.load()
        let source = try source.named(in: settings)
        let logger = logging.logger
        let steps = StepLine(Console())
        let outcome = try await settings.withOpenShop(
            command: "tidegate sync",
            logger: logger,
            json: json,
            follow: { shop, outcome, sent in try await outcome.followed(in: shop, since: sent) }
        ) { shop, oro -> SyncRun.Outcome in
            defer { steps.clear() }
            let log = logger.commandEvents(of: settings.shop)
            let sync = try SyncRun(shop: shop, oro: oro, sources: source.map { [$0.id] } ?? []) { event in
                steps.show(event)
                log(event)
            }
            do {
                let outcome = try await sync.perform()
                await tell(of: shop, logger)
                return outcome
            } catch {
                await tell(of: shop, logger)
                throw error
            }
        }
        let report = SummaryReport(console: Console())
        for summary in outcome.summaries { try report.write([summary], json: json, asArray: false) }
        if json { for (_, fault) in outcome.faults { try report.write(CommandFailure(fault: fault)) } }
        if !json { try report.write(waiting: outcome.waiting) }
        for (source, fault) in outcome.notes { report.note(source, fault) }
        // What went well is told before the first of the others ends the command.
        for (source, fault) in outcome.faults.dropFirst() { report.note(source, fault) }
        if let (source, fault) = outcome.faults.first {
            report.note(source, fault)
            throw CommandEnding(status: fault.exitStatus)
        }
        try CommandEnding.unlessDone(outcome.status)
    }

    /// Alerts take no longer than this at the end of a run; a service tells them in its own time.
    private static let alertSeconds = 15.0

    private func tell(of shop: Shop, _ logger: Logger) async {
        guard CommandHost.inside == nil else { return }
        await AlertRun.perform(shop, seconds: SyncCommand.alertSeconds, logger: logger)
    }
}

/// Resumes the outbox.
struct PushCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Writes to the shop what is still in the outbox; nothing is read from the source."
    )

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints the summary as JSON.") var json = false
    @Flag(
        inversion: .prefixedNo,
        help:
            "Tries parked figures once more at once; without, each is tried again an hour after its last try."
    ) var retry = true

    func run() async throws {
        let settings = try configured.load()
        let logger = logging.logger
        let steps = StepLine(Console())
        let summary = try await settings.withOpenShop(
            command: "tidegate push",
            logger: logger,
            json: json,
            about: { shop in try await shop.state.lastAccepted() },
            follow: { shop, summary, sent in try await shop.followed(summary, since: sent) }
        ) { shop, oro in
            defer { steps.clear() }
            // Whoever pushes by hand may have mended what the shop refused.
            if retry { _ = try await shop.state.retryRefused() }
            let log = logger.commandEvents(of: settings.shop)
            return try await PushRun(shop: shop, oro: oro) { event in
                steps.show(event)
                log(event)
            }
            .perform()
        }
        try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
        try CommandEnding.unlessDone(summary.status)
    }
}
