import InventoryCore
import StateStore
import TidegatePipeline

/// What `runs show` lists of one run: rejected rows, what is held, positions in doubt.
struct RunLists {
    let run: RunRecord
    let limit: Int
    let json: Bool
    let console: Console

    func rejected(in shop: Shop) async throws {
        let rows = try await shop.state.rejectedRows(of: run.id, limit: limit)
        guard !json else {
            return try lines(rows) { line, row in line.append(row, of: run.delivery) }
        }
        try console.line("\(run.counts.rejected.grouped) rows could not be read, of \(run.delivery)")
        var table = Table(
            ["line", "lines", "SKU", "location", "unit", "column", "reason", "message"],
            [.right, .right, .left, .left, .left, .left, .left, .left]
        )
        for row in rows {
            let key = row.key
            table.add([
                "\(row.line)", "\(row.lines)", key?.sku.text ?? "", key.map { "\($0.place)" } ?? "",
                key?.unit.text ?? "", row.column ?? "", row.reason.rawValue, row.message,
            ])
        }
        try list(table, rows.count, of: run.counts.rejected)
    }

    func held(in shop: Shop) async throws {
        let asked = try await shop.asked(run.id.text)
        let held = try await HeldRun(of: asked.id, in: shop)
        guard !json else {
            try lines(Array(held.doubts.prefix(limit))) { line, doubt in line.append(doubt) }
            return try lines(Array(held.wishes.prefix(limit))) { line, wish in line.append(wish) }
        }
        if held.isRenewed {
            try console.line(
                "The rules have changed since it was held: these are the figures of now"
                    + (held.settled > 0
                        ? "; of \(held.settled.grouped) nothing is left to decide: the next run ends it."
                        : ".")
            )
        }
        guard !held.doubts.isEmpty || !held.figures.isEmpty else {
            guard held.settled == 0 else { return }
            let older = try await shop.holders(before: run).map(\.id.text).joined(separator: " and ")
            return try console.line(
                "The run \(run.id) holds nothing; it is \(run.state.word)."
                    + (older.isEmpty ? "" : " What waits is held by the run \(older).")
            )
        }
        if asked.id != run.id, !json {
            try console.line("What it holds has joined the run \(asked.id), which was held first.")
        }
        if !held.doubts.isEmpty {
            try console.line("\(held.doubts.count.grouped) positions wait for a decision")
            try list(held.doubts)
        }
        try console.line("Approved, the shop would show:")
        var table = Table(["level", "shown", "wanted"], [.left, .right, .right])
        for wish in held.wishes.prefix(limit) {
            table.add(["\(wish.key)", wish.before?.description ?? "", wish.after.description])
        }
        try list(table, min(limit, held.wishes.count), of: held.wishes.count)
        if !held.kept.isEmpty { try kept(held.kept) }
        try console.line(
            "Decide with `tidegate approve \(asked.id) --plan \(held.plan.text) --reason TEXT`, or `reject`."
        )
    }

    private func kept(_ figures: [HeldFigure]) throws {
        try console.line("These stay as they are; no source knows their SKUs (`removal: keep`):")
        var table = Table(["level", "shown"], [.left, .right])
        for figure in figures.prefix(limit) {
            table.add(["\(figure.key)", figure.shown?.description ?? ""])
        }
        try list(table, min(limit, figures.count), of: figures.count)
    }

    func doubts(in shop: Shop) async throws {
        let all = try await shop.state.doubts().doubts(of: run.source).values.sorted { $0.key < $1.key }
        guard !json else {
            return try lines(Array(all.prefix(limit))) { line, doubt in line.append(doubt) }
        }
        try console.line("\(all.count.grouped) positions of \(run.source) are in doubt")
        try list(all)
    }

    private func list(_ doubts: [Doubt]) throws {
        var table = Table(
            [
                "SKU", "location", "unit", "reason", "counts from", "to", "last", "stated", "grown", "guard",
                "line",
            ],
            [.left, .left, .left, .left, .right, .right, .right, .right, .right, .left, .right]
        )
        for doubt in doubts.prefix(limit) {
            let stated = doubt.waitsForDecision ? doubt.stated?.description ?? "gone" : ""
            table.add([
                doubt.key.sku.text, "\(doubt.key.place)", doubt.key.unit.text, doubt.reason.rawValue,
                doubt.interval?.lowerBound.description ?? "", doubt.interval?.upperBound.description ?? "",
                doubt.last?.description ?? "never clear", stated,
                doubt.grown == .zero ? "" : doubt.grown.description, doubt.guardCode?.rawValue ?? "",
                doubt.lines.first.map { "\($0)" } ?? "",
            ])
        }
        try list(table, min(limit, doubts.count), of: doubts.count)
    }

    private func list(_ table: Table, _ shown: Int, of all: Int) throws {
        for line in table.lines { try console.line(line) }
        if shown < all {
            try console.line("  … \(shown.grouped) of \(all.grouped); more with --limit")
        }
    }

    private func lines<Item>(_ items: [Item], _ append: (inout JSONLine, Item) -> Void) throws {
        var line = JSONLine()
        for item in items { append(&line, item) }
        try console.write(line.bytes)
    }
}
