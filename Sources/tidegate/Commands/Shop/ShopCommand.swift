import ArgumentParser
import Foundation
import InventoryCore
import OroClient
import StateStore
import TidegatePipeline
import TidegateSettings

/// The shop that the state folder belongs to.
struct ShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop",
        abstract: "Shows which shop the state belongs to, or binds it to another one.",
        subcommands: [Show.self, Adopt.self],
        defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the shop that the state belongs to, and how well its names are known."
        )

        @OptionGroup var configured: ConfigurationOptions
        @Flag(help: "Prints one JSON object.") var json = false

        func run() async throws {
            let settings = try configured.load()
            let state = try StateDatabase.openForReading(StateFolder(path: settings.store.path))
            let standing = try await ShopStanding(state, settings)
            try state.close()
            let console = Console()
            if json { return try console.write(standing.line.bytes) }
            guard let binding = standing.binding else {
                return try console.line("The state belongs to no shop yet.")
            }
            try console.line("shop         \(binding.address)")
            let created = binding.created.map { ", organization made \($0)" } ?? ""
            try console.line("bound        \(binding.bound)\(created)")
            if let adoption = binding.adoption {
                try console.line("             by \(adoption.who): \(adoption.reason)")
            }
            let confirmed = binding.confirmed.map(\.description) ?? "not since"
            try console.line("confirmed    \(confirmed)")
            let names = standing.names
            let stale = "\(names.stale.grouped) of \(names.levels.grouped) stale"
            try names.stale > 0
                ? console.yellow("names        \(stale): asked for before their levels are written")
                : console.line("names        \(stale)")
            try console.line("batches      \(standing.batches ?? "not learnt yet")")
        }
    }

    struct Adopt: StoppableCommand, ServedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Binds the state to the shop that is configured now.",
            discussion: """
                For a shop that was moved, restored or made anew. Its levels are read again; what the old \
                one showed, and what was on its way there, is forgotten. Nothing is written: the next \
                `tidegate sync` works every SKU out. Who did it, when and why is kept.
                """
        )

        @Option(help: "Why; it is kept.") var reason: String
        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var logging: LoggingOptions

        func run() async throws {
            guard reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--reason says why; it is empty.")
            }
            let command = "tidegate shop adopt"
            let settings = try configured.load()
            let logger = logging.logger
            let (outcome, address) = try await settings.withOpenShop(command: command, logger: logger) {
                shop,
                oro in
                let outcome = try await ShopAdoption(shop: shop, oro: oro)
                    .perform(who: CommandHost.who, reason: String(reason.prefix(1000)))
                return (outcome, oro.shopAddress)
            }
            let before = outcome.before.map { "; before to \($0.address)" } ?? ""
            try Console().line(
                "The state belongs to \(address) now, with \(outcome.levels.grouped) levels\(before)."
            )
        }
    }
}
