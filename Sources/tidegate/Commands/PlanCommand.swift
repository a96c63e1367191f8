import ArgumentParser
import InventoryCore
import SnapshotFormats
import TidegatePipeline

/// What a run would write.
struct PlanCommand: StoppableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Reads, compares, guards, allocates and plans; prints the writes and does none of them.",
        discussion: "Nothing is accepted. The shop is only read, to know its levels."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Prints one JSON object a write, in the order in which they would go.") var json = false
    @Option(help: "How many writes the table shows.") var limit = 40

    func run() async throws {
        let console = Console()
        let settings = try configured.load()
        let (plan, summary) = try await settings.withShop { shop in
            let workspace = try await Workspace.open(settings, command: "tidegate plan")
            var run = SyncRun(workspace: workspace, shop: shop)
            let planned = try await run.plan()
            try workspace.close()
            return planned
        }
        if json { try writeLines(plan, console) } else { try writeTable(plan, console) }
        console.note(
            "\(plan.writes.count.grouped) writes, \(plan.unchanged.grouped) levels left alone, "
                + "plan \(plan.digest.prefix(12)), rules \(plan.rulesVersion)"
        )
        for reason in summary.held { console.note("held: \(reason)") }
        try CommandEnding.unlessDone(summary.state == .held ? .held : .done)
    }

    private func writeLines(_ plan: PushPlan, _ console: Console) throws {
        var line = JSONLine()
        for write in plan.writes {
            line.open()
            line.field("sku", write.key.sku.text)
            line.field("unit", write.key.unit.text)
            line.field("warehouse", write.key.warehouse)
            line.field("before", write.before)
            line.field("after", write.after)
            line.field("wave", "\(write.wave)")
            line.close()
        }
        try console.write(line.bytes)
    }

    private func writeTable(_ plan: PushPlan, _ console: Console) throws {
        guard !plan.writes.isEmpty else { return }
        var table = Table(
            ["SKU", "unit", "warehouse", "now", "then", "wave"],
            [.left, .left, .left, .right, .right, .left]
        )
        for write in plan.writes.prefix(max(0, limit)) {
            table.add([
                write.key.sku.text, write.key.unit.text, write.key.warehouse ?? "",
                write.before?.description ?? "?", write.after.description, "\(write.wave)",
            ])
        }
        for line in table.lines { try console.line(line) }
        if plan.writes.count > limit {
            try console.line("  … and \((plan.writes.count - limit).grouped) more")
        }
    }
}
