import ArgumentParser
import Foundation
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// The sources and what they have delivered.
struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "Lists the sources with what they last said, their deliveries, or takes a mark back.",
        subcommands: [List.self, Deliveries.self, Reset.self, Pause.self, Resume.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the sources, with the newest delivery, its age, and deliveries by outcome."
        )

        @OptionGroup var configured: ConfigurationOptions
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let settings = try configured.load()
            let sources = try await ListedSource.all(settings)
            var line = JSONLine()
            for source in sources {
                if json { line.append(source) } else { try write(source, console) }
                if !json { try await write(agendaOf: source.id, settings, console) }
            }
            if json { try console.write(line.bytes) }
        }

        private func write(agendaOf source: SourceID, _ settings: Settings, _ console: Console) async throws {
            guard settings.sources.contains(where: { $0.id == source }) else { return }
            let agenda = try await SourceAgenda(of: source, in: settings)
            if let pause = agenda.memory.pause {
                try console.yellow("  paused      since \(pause.since) by \(pause.who): \(pause.reason)")
            } else if let next = agenda.next {
                try console.line("  next run    \(next), where `tidegate serve` runs")
            }
        }

        private func write(_ source: ListedSource, _ console: Console) throws {
            if let settings = source.settings {
                try console.line(
                    "\(source.id)  \(settings.kind.rawValue)  \(settings.path)  "
                        + "scope \(settings.scope.rawValue)"
                )
            } else {
                let positions = source.positions.map { "\($0.grouped) positions" } ?? "its baseline"
                let left = "\(source.id)  not configured any more; \(positions) left in the state"
                try console.yellow(left)
            }
            if let newest = source.newest {
                try console.line("  newest      \(newest.name), \(newest.outcome.rawValue) \(newest.at)")
            } else {
                try console.line("  newest      nothing yet")
            }
            if let fresh = source.freshness, let stated = fresh.stated, let age = fresh.ageSeconds {
                let limit = fresh.limitSeconds.map { ", fresh for \(Age(seconds: Int($0)))" } ?? ""
                let text = "  as of       \(stated), \(Age(seconds: age)) old\(limit)"
                try fresh.isSilent ? console.yellow(text + ": silent") : console.line(text)
            }
            if let mark = source.mark { try console.line("  mark        \(mark.shown)") }
            let counts = DeliveryRecord.Outcome.allCases.compactMap { outcome in
                source.counts[outcome].map { "\($0.grouped) \(outcome.rawValue)" }
            }
            if !counts.isEmpty { try console.line("  deliveries  \(counts.joined(separator: ", "))") }
            if source.hints.count > 0 {
                let since = source.hints.oldest.map { ", the oldest since \($0)" } ?? ""
                try console.line(
                    "  hints       \(source.hints.count.grouped) wait for the next delivery\(since)"
                )
            }
            if let reset = source.reset {
                let to = reset.toRun.map { " to the run \($0)" } ?? ""
                try console.line("  reset       \(reset.at)\(to) by \(reset.who): \(reset.reason)")
            }
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what arrived, the newest first, and what became of it."
        )

        @Argument(help: "The source; without it those of all.") var source: String?
        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "How many.") var limit = 20
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let settings = try configured.load()
            let state = try StateDatabase.openForReading(StateFolder(path: settings.store.path))
            // One that is not configured any more is asked for by its name, too.
            let deliveries = try await state.deliveries(of: source.map { SourceID($0) }, limit: max(1, limit))
            try state.close()
            var table = Table(
                ["source", "name", "outcome", "as of", "size", "rows", "run", "code"],
                [.left, .left, .left, .left, .right, .right, .left, .left]
            )
            var line = JSONLine()
            for one in deliveries {
                line.append(one)
                table.add([
                    one.source.text, one.name, one.outcome.rawValue, one.asOf?.description ?? "",
                    one.sizeBytes.map { Int($0).grouped } ?? "", one.rows.grouped, one.run?.text ?? "",
                    one.code ?? "",
                ])
            }
            if json { return try console.write(line.bytes) }
            for row in table.lines { try console.line(row) }
        }
    }

    struct Reset: ServedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a source's high-water mark back, where a wrong clock or number has raised it.",
            discussion: """
                Without --to-run the source has no mark then, and its next delivery is taken whatever time \
                or number it states. Who did it, when and why is kept, and shown by `tidegate sources`.
                """
        )

        @Argument(help: "The source, as the configuration names it.") var source: String
        @Option(help: "Why; it is kept.") var reason: String
        @Option(help: "The accepted run whose mark it shall have, or the beginning of its name.")
        var toRun: String?
        @OptionGroup var configured: ConfigurationOptions

        func run() async throws {
            guard reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--reason says why; it is empty.")
            }
            let settings = try configured.load()
            let id = try settings.source(named: source).id
            let reset = try await settings.withOpenState(command: "tidegate sources reset") { shop in
                try await MarkReset(shop)
                    .perform(id, toRun: toRun, who: CommandHost.who, reason: String(reason.prefix(1000)))
            }
            try Console().line("\(id) had the mark: \(reset.before?.shown ?? "none")")
        }
    }
}

extension HighWaterMark {
    /// The mark in words.
    fileprivate var shown: String {
        let parts = [
            sequence.map { "sequence \($0)" }, asOf.map { "as of \($0)" },
            newestRow.map { "newest row \($0)" },
        ]
        let text = parts.compactMap(\.self).joined(separator: ", ")
        // Such a delivery has its place by its name.
        return text.isEmpty ? "no time and no sequence" : text
    }
}
