import ArgumentParser
import Foundation
import InventoryCore
import TidegatePipeline
import TidegateService
import TidegateSettings

extension SourcesCommand {
    /// Stops a schedule.
    struct Pause: ServedCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Stops the schedule of a source until it is resumed; runs that are asked for still begin."
        )

        @Argument(help: "The source, as the configuration names it.") var source: String
        @Option(help: "Why; whoever looks at the source reads it.") var reason: String
        @OptionGroup var configured: ConfigurationOptions

        func validate() throws {
            guard reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--reason says why; it is empty.")
            }
        }

        func run() async throws {
            let settings = try configured.load()
            let id = try settings.source(named: source).id
            let reason = String(reason.prefix(1000))
            if let served = CommandHost.inside?.served {
                try await served.pause(id, reason: reason, who: CommandHost.who)
            } else {
                try await settings.withOpenState(command: "tidegate sources pause") { shop in
                    try await SourceAgenda.pause(id, in: shop, reason: reason, who: CommandHost.who)
                }
            }
            try Console().line("\(id) is paused")
        }
    }

    /// Lets a schedule go on.
    struct Resume: ServedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets the schedule of a source go on; failures are counted anew."
        )

        @Argument(help: "The source, as the configuration names it.") var source: String
        @OptionGroup var configured: ConfigurationOptions

        func run() async throws {
            let settings = try configured.load()
            let id = try settings.source(named: source).id
            if let served = CommandHost.inside?.served {
                try await served.resume(id)
            } else {
                try await settings.withOpenState(command: "tidegate sources resume") { shop in
                    try await SourceAgenda.resume(id, in: shop)
                }
            }
            try Console().line("\(id) goes on")
        }
    }
}
