import ArgumentParser
import Foundation
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// What people are told by itself.
struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Lists what waits to be told and what failed, or tries every receiver.",
        subcommands: [List.self, Test.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the receivers, what waits for each, and why it failed last."
        )

        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "How many waiting alerts.") var limit = 20
        @Flag(help: "Prints one JSON object a line: the receivers, then what waits.") var json = false

        func run() async throws {
            let console = Console()
            let settings = try configured.load()
            let state = try StateDatabase.openForReading(StateFolder(path: settings.store.path))
            let known = try await state.alertStandings(at: .now)
            let waiting = try await state.waitingAlerts(limit: max(1, min(limit, 10_000)))
            try state.close()
            let standings = settings.alerts.receivers.map { receiver in
                known.first { $0.receiver == receiver.name } ?? AlertStanding(of: receiver.name)
            }
            if json { return try lines(standings, waiting, console) }
            guard !standings.isEmpty else {
                return try console.line(
                    "Nobody is told: the configuration has no `alerts.receivers`."
                )
            }
            var table = Table(
                ["receiver", "waiting", "told last", "dropped in 7 days", "failed with"],
                [.left, .right, .left, .right, .left]
            )
            for one in standings {
                table.add([
                    one.receiver, one.waiting.grouped, one.sent?.description ?? "never",
                    one.dropped.grouped, one.failure ?? "",
                ])
            }
            for row in table.lines { try console.line(row) }
            for one in waiting {
                let tries = one.attempts == 0 ? "" : ", failed \(one.attempts) times"
                try console.line("  \(one.receiver) from \(one.tryAt) on\(tries): \(one.alert.title)")
            }
            let all = standings.reduce(0) { $0 + $1.waiting }
            if waiting.count < all {
                try console.line("  … \(waiting.count.grouped) of \(all.grouped); more with --limit")
            }
        }

        private func lines(
            _ standings: [AlertStanding],
            _ waiting: [AlertDelivery],
            _ console: Console
        ) throws {
            var line = JSONLine()
            for one in standings {
                line.open()
                line.field("receiver", one.receiver)
                line.field("waiting", one.waiting)
                line.field("sent", one.sent?.description)
                line.field("dropped", one.dropped)
                line.field("failure", one.failure)
                line.close()
            }
            for one in waiting {
                line.open()
                line.field("receiver", one.receiver)
                line.field("kind", one.alert.kind.rawValue)
                line.field("title", one.alert.title)
                line.field("try_at", one.tryAt.description)
                line.field("attempts", one.attempts)
                line.field("failure", one.failure)
                line.close()
            }
            try console.write(line.bytes)
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells each receiver a test alert now, and says what came back."
        )

        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var logging: LoggingOptions
        @Option(help: "Only this receiver.") var receiver: String?

        func run() async throws {
            let console = Console()
            let settings = try configured.load()
            let all = settings.alerts.receivers
            let chosen = all.filter { $0.name == receiver ?? $0.name }
            guard !chosen.isEmpty else {
                let names = all.map(\.name).joined(separator: ", ")
                throw Fault(
                    .usage,
                    code: "unknown_receiver",
                    place: settings.file,
                    message: "No receiver of alerts \(receiver.map { "is named \($0)" } ?? "is configured").",
                    hint: names.isEmpty ? "Add one under `alerts.receivers`." : "There are: \(names)."
                )
            }
            let outcomes = try await AlertTrial(settings, logger: logging.logger).perform(chosen)
            var isWell = true
            for (receiver, outcome) in zip(chosen, outcomes) {
                switch outcome {
                case .taken: try console.line("\(receiver.name): taken")
                case .failed(let reason, _):
                    isWell = false
                    try console.yellow("\(receiver.name): \(reason)")
                }
            }
            try CommandEnding.unlessDone(isWell ? .done : .unavailable)
        }
    }
}
