import ArgumentParser
import Foundation
import InventoryCore
import TidegatePipeline

/// The command line.
///
/// Results go to standard output, all else to standard error; the exit status follows sysexits.
@main
struct Tidegate: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Keeps an OroCommerce storefront's stock true to the ERP: reads snapshots, "
            + "writes only what changed.",
        version: version,
        subcommands: [
            DemoCommand.self, CheckCommand.self, ReadCommand.self, DiffCommand.self, BaselineCommand.self,
            AllocateCommand.self, RulesCommand.self, PlanCommand.self, SyncCommand.self, PushCommand.self,
            ApproveCommand.self, RejectCommand.self, AuditCommand.self, ExplainCommand.self,
            HistoryCommand.self, MovementsCommand.self,
            StatusCommand.self, ShopCommand.self, SourcesCommand.self, OrdersCommand.self,
            RunsCommand.self,
            ExceptionsCommand.self, AlertsCommand.self,
            ServeCommand.self, ReloadCommand.self,
            TokenCommand.self,
            BackupCommand.self, RecoverCommand.self,
        ]
    )

    static func main() async {
        // A reader that goes away (`| head`) must end the command by an error, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            if let connection = try serviceConnection() {
                let status = try await StopSignals.run {
                    try await connection.perform(Array(CommandLine.arguments.dropFirst()))
                }
                Foundation.exit(status)
            }
            if let command = try parseAsRoot() as? any StoppableCommand, !command.endsItself {
                try await StopSignals.run { try await runParsed() }
            } else {
                try await runParsed()
            }
        } catch {
            end(with: error)
        }
    }

    /// Parses within the task that runs the command: a parsed command cannot be handed from one to another.
    private static func runParsed() async throws {
        var command = try parseAsRoot()
        try await run(&command)
    }

    /// Runs a command that was parsed, whether it waits or not.
    static func run(_ command: inout any ParsableCommand) async throws {
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    /// The service that carries the command out in our stead; nothing where none owns the state folder.
    private static func serviceConnection() throws -> ServiceConnection? {
        guard let command = try parseAsRoot() as? any ServedCommand else { return nil }
        return ServiceConnection(try command.configured.load())
    }

    private static func end(with error: any Error) -> Never {
        Foundation.exit(tell(error))
    }

    /// Says why a command ends, and gives its exit status.
    static func tell(_ error: any Error) -> Int32 {
        switch error {
        case let fault as Fault:
            Console().note(
                "tidegate: \(fault.sentence) [\(fault.code.rawValue)]\n  \(fault.hint.asHint)"
            )
            return fault.exitStatus.rawValue
        case let ending as CommandEnding: return ending.status.rawValue
        case ConsoleError.closed: return ExitStatus.done.rawValue
        case is CancellationError: return tell(Fault.stopped)
        default:
            let text = fullMessage(for: error)
            let status = exitCode(for: error)
            if !text.isEmpty {
                // Help that was asked for is a result, everything else is said about it.
                if status.isSuccess, (try? Console().lines(text)) != nil { return status.rawValue }
                Console().note(text)
            }
            return status.rawValue
        }
    }
}

/// Ends a command with a status of its own; everything has been printed before.
struct CommandEnding: Error {
    let status: ExitStatus

    /// Ends the process where the status is not plain success.
    static func unlessDone(_ status: ExitStatus) throws {
        if status != .done { throw CommandEnding(status: status) }
    }
}
