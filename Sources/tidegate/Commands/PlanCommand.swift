import ArgumentParser
import InventoryCore
import SnapshotFormats
import StateStore
import TidegatePipeline
import TidegateSettings

/// What a run would write.
struct PlanCommand: StoppableCommand {
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
        let (plan, outcome) = try await settings.withShop(logger: logging.logger) { oro in
            let shop = try await Shop.open(settings, command: "tidegate plan")
            let delivery = try await shop.nextDelivery(of: source)
            var run = IntakeRun(shop: shop, source: try shop.source(source.id), delivery: delivery, oro: oro)
            let planned = try await run.plan()
            try shop.close()
            return planned
        }
        if json { try writeLines(plan, console) } else { try writeTable(plan, console) }
        console.note(
            "\(plan.wishes.count.grouped) writes, \(plan.unchanged.grouped) levels left alone, "
                + "plan \(plan.digest.prefix(12)), rules \(plan.rulesVersion)"
        )
        for reason in outcome.held { console.note("held: \(reason)") }
        try CommandEnding.unlessDone(outcome.isHeld ? .held : .done)
    }

    private func writeLines(_ plan: PushPlan, _ console: Console) throws {
        var line = JSONLine()
        for wish in plan.wishes {
            line.open()
            line.field("sku", wish.key.sku.text)
            line.field("unit", wish.key.unit.text)
            line.field("warehouse", wish.key.warehouse)
            line.field("before", wish.before)
            line.field("after", wish.after)
            line.field("wave", "\(wish.wave)")
            line.close()
        }
        try console.write(line.bytes)
    }

    private func writeTable(_ plan: PushPlan, _ console: Console) throws {
        guard !plan.wishes.isEmpty else { return }
        var table = Table(
            ["SKU", "unit", "warehouse", "now", "then", "wave"],
            [.left, .left, .left, .right, .right, .left]
        )
        for wish in plan.wishes.prefix(max(0, limit)) {
            table.add([
                wish.key.sku.text, wish.key.unit.text, wish.key.warehouse ?? "",
                wish.before?.description ?? "?", wish.after.description, "\(wish.wave)",
            ])
        }
        for line in table.lines { try console.line(line) }
        if plan.wishes.count > limit {
            try console.line("  … and \((plan.wishes.count - limit).grouped) more")
        }
    }
}
