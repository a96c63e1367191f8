import ArgumentParser
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// Accepts what a guard held back.
struct ApproveCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Accepts what the guards held back of a run, and writes it to the shop."
    )

    @Argument(help: "The run, or the beginning of its name.") var run: String
    @OptionGroup var choice: ChoiceOptions
    @Option(
        parsing: .unconditional,
        help: "What the one position holds that --sku, --location and the like name; in its unit."
    )
    var value: String?
    @Option(help: "The plan that `runs show RUN --held` has named: that one, or none.") var plan: String?
    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Prints the summary as JSON.") var json = false

    func run() async throws {
        let settings = try configured.load()
        let logger = logging.logger
        let command = "tidegate approve"
        let prefix: String = run
        var chosen = choice.choice
        chosen.plan = plan
        if let value {
            guard let quantity = try? Quantity(decimal: Substring(value)) else {
                throw ValidationError("--value is a plain decimal, such as 12.5; got \(value).")
            }
            chosen.value = quantity
        }
        let summary = try await settings.withOpenShop(
            command: command,
            logger: logger,
            json: json,
            about: { shop in
                let found = try await shop.state.runs(withPrefix: prefix)
                return found.count == 1 ? found[0] : nil
            },
            follow: { shop, summary, sent in try await shop.followed(summary, since: sent) }
        ) { [chosen] shop, oro in
            try await Approval(shop: shop, oro: oro, events: logger.commandEvents(of: settings.shop))
                .approve(prefix, chosen)
        }
        try SummaryReport(console: Console()).write([summary], json: json, asArray: false)
        try CommandEnding.unlessDone(summary.status)
    }
}

/// Discards what a guard held back.
struct RejectCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Discards what the guards held back of a run; the same bytes do not ask again."
    )

    @Argument(help: "The run, or the beginning of its name.") var run: String
    @OptionGroup var choice: ChoiceOptions
    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let settings = try configured.load()
        let command = "tidegate reject"
        let (record, isLess) = try await settings.withOpenState(command: command) { shop in
            let record = try await Approval.reject(run, choice.choice, in: shop)
            return (record, try await shop.state.hasMovedSKUs())
        }
        try tell(record)
        if isLess {
            // It is rejected, whatever becomes of this: the next run works it out as well.
            let logger = logging.logger
            try await settings.withOpenShop(command: command, logger: logger, json: false) { shop, oro in
                let events = logger.commandEvents(of: settings.shop)
                try await OrderRun(shop: shop, oro: oro, events: events).performAndPush()
            }
        }
        if record.state.kind == .held { try CommandEnding.unlessDone(.held) }
    }

    private func tell(_ record: RunRecord) throws {
        guard record.state.kind == .held else { return try Console().line("\(record.id) discarded") }
        try Console().line("\(record.id) still held: what was named is discarded, and the rest waits")
    }
}

/// Which of what is held, and why.
struct ChoiceOptions: ParsableArguments {
    @Option(help: "Only what is held at this location.") var location: String?
    @Option(help: "Only what is held of this SKU.") var sku: String?
    @Option(help: "Only what is held in this unit of the ERP.") var unit: String?
    @Option(help: "Only what is held in this bin.") var bin: String?
    @Option(help: "Why, for the audit trail.") var reason = ""

    var choice: Approval.Choice {
        var choice = Approval.Choice(
            location: location.map { Location($0) },
            sku: sku.map { SKU($0) },
            reason: reason,
            who: CommandHost.who
        )
        (choice.unit, choice.bin) = (unit.map { StockUnit($0) }, bin.map { Bin($0) })
        return choice
    }
}
