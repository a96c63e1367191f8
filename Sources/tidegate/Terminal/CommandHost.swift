import ArgumentParser
import Foundation
import InventoryCore
import Logging
import OroClient
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// Where a command runs: in a process of its own, or inside the service that owns the state folder.
enum CommandHost {
    /// What a command has inside a service.
    struct Inside: Sendable {
        let served: ServedShop
        let call: CommandCall
        let output: CommandOutput
    }

    @TaskLocal static var inside: Inside?

    /// Who has typed the command.
    static var who: String { inside?.call.who ?? NSUserName() }

    /// Carries out a command that was typed beside the service; its exit status is that of the process
    /// that it would have been.
    static let run: RunCommand = { call, served, output in
        await $inside.withValue(Inside(served: served, call: call, output: output)) {
            do {
                var command = try Tidegate.parseAsRoot(call.arguments)
                guard command is any ServedCommand else {
                    throw ValidationError("a running service does not carry out this command")
                }
                try await Tidegate.run(&command)
                return ExitStatus.done.rawValue
            } catch {
                return Tidegate.tell(error)
            }
        }
    }
}

/// A command that changes the state or the shop: beside a service the service carries it out.
protocol ServedCommand: AsyncParsableCommand {
    var configured: ConfigurationOptions { get }
}

extension Logger {
    /// What logs the runs of a command, and lets the service know of them where it runs inside one.
    func commandEvents(of shop: ShopID) -> RunEvents {
        let log = runEvents(of: shop)
        guard let inside = CommandHost.inside else { return log }
        let served = inside.served.events
        return { event in
            log(event)
            served(event)
        }
    }
}
