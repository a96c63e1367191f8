import ArgumentParser
import Foundation
import InventoryCore
import TidegatePipeline

/// The command line.
///
/// Results go to standard output, all else to standard error; the exit status follows sysexits.
@main
struct Tidegate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Keeps an OroCommerce storefront's stock true to the ERP: reads snapshots, "
            + "writes only what changed.",
        version: "0.1.0",
        subcommands: [
            DemoCommand.self, CheckCommand.self, ReadCommand.self, DiffCommand.self, BaselineCommand.self,
            AllocateCommand.self, RulesCommand.self, PlanCommand.self, SyncCommand.self, PushCommand.self,
            ApproveCommand.self, RejectCommand.self, AuditCommand.self, ExplainCommand.self,
            StatusCommand.self, ShopCommand.self, SourcesCommand.self, RunsCommand.self,
            ExceptionsCommand.self, BackupCommand.self, RecoverCommand.self,
        ]
    )

    static func main() async {
        // A reader that goes away (`| head`) must end the command by an error, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            if try parseAsRoot() is any StoppableCommand {
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
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }

    private static func end(with error: any Error) -> Never {
        switch error {
        case let fault as Fault:
            Console().note(
                "tidegate: \(fault.sentence) [\(fault.code.rawValue)]\n  \(fault.hint.asHint)"
            )
            Foundation.exit(fault.exitStatus.rawValue)
        case let ending as CommandEnding:
            Foundation.exit(ending.status.rawValue)
        case ConsoleError.closed:
            Foundation.exit(ExitStatus.done.rawValue)
        case is CancellationError:
            end(with: Fault.stopped)
        default:
            exit(withError: error)
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
