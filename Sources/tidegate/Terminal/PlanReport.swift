import InventoryCore
import TidegatePipeline

/// The wishes of a plan, for people or for machines.
struct PlanReport {
    let plan: PushPlan
    let console: Console

    /// Writes one JSON object a wish, in the order of sending.
    func writeLines() throws {
        var line = JSONLine()
        for wish in plan.wishes { line.append(planned: wish) }
        try console.write(line.bytes)
    }

    func writeTable(limit: Int) throws {
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
