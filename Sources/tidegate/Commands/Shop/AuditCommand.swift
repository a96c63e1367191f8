import ArgumentParser
import Foundation
import InventoryCore
import StateStore
import TidegatePipeline

/// Asks the shop what every level shows.
struct AuditCommand: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract:
            "Reads every level back, compares it with what the shop has confirmed, and names what differs."
    )

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Sends the published figures of drifted levels again.") var repair = false
    @Option(help: "Checks this many levels, chosen at random, instead of all.") var sample: Int?
    @Flag(help: "Prints one JSON object.") var json = false

    /// Rows shown to a person, and to a machine.
    private static let rowsShownMax = 20
    private static let rowsPrintedMax = 10_000
    private static let sampleMax = 100_000

    func validate() throws {
        if let sample, !(1...AuditCommand.sampleMax).contains(sample) {
            throw ValidationError("--sample is from 1 to \(AuditCommand.sampleMax); got \(sample).")
        }
    }

    func run() async throws {
        let settings = try configured.load()
        var options = AuditRun.Options()
        options.repairs = repair
        options.sample = sample
        let logger = logging.logger
        let steps = StepLine(Console())
        let report = try await settings.withOpenShop(command: "tidegate audit", logger: logger, json: json) {
            [options] shop, oro in
            defer { steps.clear() }
            var run = AuditRun(shop: shop, oro: oro, options: options, events: steps.show)
            return try await run.perform()
        }
        let console = Console()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let document = report.document(limit: AuditCommand.rowsPrintedMax)
            try console.write(Array(try encoder.encode(document)) + [UInt8(ascii: "\n")])
        } else {
            try write(report, console)
        }
        try CommandEnding.unlessDone(report.status)
    }

    private func write(_ report: AuditReport, _ console: Console) throws {
        let levels = report.levels
        if let began = report.resumedFrom {
            try console.line("This goes on with the audit that was broken off; it began at \(began).")
        }
        try console.line(
            "\(levels.read.grouped) levels read, \(levels.compared.grouped) compared, "
                + "\(levels.inMotion.grouped) in motion, \(levels.foreign.grouped) not ours, "
                + "\(levels.new.grouped) new, \(levels.hidden.grouped) hidden; "
                + "\(report.requests.grouped) requests, "
                + String(format: "%.2f s", report.seconds)
        )
        for line in report.notCompared { try console.line(line) }
        guard !report.rows.isEmpty else { return try console.line(report.noDrift) }
        var kinds = Table(["drift", "levels", "what it is"], [.left, .right, .left])
        for kind in Drift.Kind.allCases {
            kinds.add([kind.rawValue, (report.counts[kind] ?? 0).grouped, kind.meaning])
        }
        for line in kinds.lines { try console.line(line) }
        try console.line()
        var worst = Table(
            ["level", "drift", "published", "shown", "since", "outcome"],
            [.left, .left, .right, .right, .left, .left]
        )
        for row in report.rows.prefix(AuditCommand.rowsShownMax) {
            let drift = row.drift
            let key = [drift.key.sku.text, drift.key.unit.text, drift.key.warehouse].compactMap(\.self)
            worst.add([
                key.joined(separator: " / "), drift.kind.rawValue, drift.published.description,
                drift.shown?.description ?? "gone", drift.since.description, row.outcome.rawValue,
            ])
        }
        for line in worst.lines { try console.line(line) }
        let more = report.rows.count - AuditCommand.rowsShownMax + report.unlisted
        if more > 0 { try console.line("  and \(more.grouped) more; --json lists them") }
        try console.line()
        try console.line(
            "\(report.count(.repaired).grouped) repaired, \(report.count(.tolerated).grouped) tolerated, "
                + "\(report.count(.open).grouped) open"
        )
        if !repair, report.rows.contains(where: \.drift.isRepairable) {
            try console.line("`tidegate audit --repair` sends the published figures again.")
        }
    }
}

extension Drift.Kind {
    /// What each kind means, for a person.
    fileprivate var meaning: String {
        switch self {
        case .order: "less than published, not for long: a web order that the ERP has yet to book"
        case .manual: "more than published: changed in the shop"
        case .lost: "what it was before the last write: the write was overwritten"
        case .missing: "the level is gone"
        case .duplicate: "a second level of the same product and unit"
        case .moved: "the level is another SKU's now; the id has moved with it"
        case .unknown: "less than published, for longer than an order takes to be booked"
        case .unwritten: "made anew or moved in the shop, and not written since"
        case .stranded: "written under another name, and no source states the one that it has now"
        }
    }
}
