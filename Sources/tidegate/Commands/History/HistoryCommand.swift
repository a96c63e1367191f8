import ArgumentParser
import InventoryCore
import TidegatePipeline

/// What became of a SKU's figures.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows who has changed what of a SKU's figures, when and why.",
        discussion: """
            Each change of what the shop shows, with its cause, the run and the delivery that it comes from, \
            and the person who has decided where one has. With --stock also what the accepted stock of the \
            SKU came to, by site. Times are RFC 3339 with an offset, or a date, which begins in UTC.
            """
    )

    @Argument(help: "The SKU.") var sku: String
    @OptionGroup var period: PeriodOptions
    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Also lists what the SKU's accepted stock came to, by site.") var stock = false
    @Flag(help: "Also looks up the lines of the deliveries that the archive still has; reads each of them.")
    var lines = false
    @Flag(help: "Prints one JSON object a line, stock included.") var json = false

    func run() async throws {
        let console = Console()
        let shop = try await Shop.openForReading(try configured.load())
        let history = try await SKUHistory(of: sku, from: period.from, to: period.to, in: shop)
        let found = lines ? try await history.lines(in: shop) : nil
        try shop.close()
        guard !json else {
            var line = JSONLine()
            for step in history.steps {
                line.append(step, lines: found.flatMap { found in step.act?.run.flatMap { found[$0] } })
            }
            return try console.write(line.bytes)
        }
        try write(history, found ?? [:], console)
    }

    private func write(_ history: SKUHistory, _ lines: [RunID: [Int]], _ console: Console) throws {
        var table = Table(
            ["at", "what", "before", "after", "cause", "from"],
            [.left, .left, .right, .right, .left, .left]
        )
        var rows = 0
        for step in history.steps {
            guard var cells = cells(of: step, sku: history.sku) else { continue }
            if let numbers = step.act?.run.flatMap({ lines[$0] }), !numbers.isEmpty {
                cells[cells.count - 1] += ", line \(numbers.map(String.init).joined(separator: ", "))"
            }
            table.add([step.at.description] + cells)
            rows += 1
        }
        guard rows > 0 else { return try console.line("Nothing of \(history.sku) has changed then.") }
        for line in table.lines { try console.line(line) }
        if let since = history.since {
            try console.line("Before \(since) only the last state of the stock is kept.")
        }
    }

    private func cells(of step: SKUHistory.Step, sku: SKU) -> [String]? {
        switch step {
        case .figure(let change):
            let key = change.level.key
            let product = key.sku == sku ? nil : key.sku.text
            let place = [product, key.unit.text, key.warehouse].compactMap(\.self).joined(separator: ", ")
            let refusal = change.level.refusal.map { " (\($0.rawValue))" } ?? ""
            return [
                place, change.level.before?.description ?? "", change.level.after?.description ?? "",
                change.cause.rawValue,
                ([change.level.kind.word + refusal] + origin(change.act))
                    .joined(separator: ", "),
            ]
        case .stock(let figures, _, let act, let cause):
            guard stock else { return nil }
            let sites = figures.sites.map { site in
                "\(site.stock) at \(site.site)" + (site.orders == .zero ? "" : ", \(site.orders) ordered")
            }
            let text = sites.isEmpty ? "none" : sites.joined(separator: "; ")
            return ["stock", "", text, cause.rawValue, origin(act).joined(separator: ", ")]
        case .decision(let act):
            let word = act.kind == .rejection ? "rejected" : "decided"
            return ["decision", "", "", word, origin(act).joined(separator: ", ")]
        }
    }

    private func origin(_ act: HistoryAct?) -> [String] {
        guard let act else { return [] }
        var parts: [String] = []
        if let run = act.run { parts.append("run \(run)") }
        if let delivery = act.delivery { parts.append(delivery) }
        if let asOf = act.asOf { parts.append("as of \(asOf)") }
        if let reverts = act.reverts { parts.append("takes \(reverts) back") }
        if let rules = act.rulesVersion { parts.append("rules \(rules.prefix(12))") }
        if let plan = act.planDigest { parts.append("plan \(plan.prefix(12))") }
        if let who = act.who { parts.append("by \(who)") }
        if let reason = act.reason, !reason.isEmpty { parts.append(reason) }
        return parts
    }
}

/// From when to when something is looked at.
struct PeriodOptions: ParsableArguments {
    @Option(help: "The first instant of the period.", transform: PeriodOptions.instant) var from: Timestamp?
    @Option(help: "The end of the period, which is not part of it.", transform: PeriodOptions.instant)
    var to: Timestamp?

    private static func instant(_ text: String) throws -> Timestamp {
        let isDate = text.utf8.count == 10
        guard let instant = Timestamp(rfc3339: isDate ? text + "T00:00:00Z" : text) else {
            throw ValidationError(
                "`\(text)` is no instant: write 2026-11-01 or 2026-11-01T00:00:00+01:00."
            )
        }
        return instant
    }
}
