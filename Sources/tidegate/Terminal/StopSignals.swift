import ArgumentParser
import Foundation
import UnixSignals

/// A command that ends gracefully on SIGTERM and SIGINT:
/// it changes state or the shop, and leaves both in order.
///
/// The other commands only read; a signal ends them at once.
protocol StoppableCommand: AsyncParsableCommand {
    /// Whether it looks after the signals itself, as a service does.
    var endsItself: Bool { get }
}

extension StoppableCommand {
    var endsItself: Bool { false }
}

/// The signals that ask the process to end.
enum StopSignals {
    /// Runs a command, and cancels it at the first signal; a second one ends the process at once.
    ///
    /// - Throws: what the command throws, or `CancellationError` where a signal had ended it.
    static func run<Value: Sendable>(_ command: @escaping @Sendable () async throws -> Value) async throws
        -> Value
    {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return try await withThrowingTaskGroup(of: Ending<Value>.self) { group in
            group.addTask { .finished(try await command()) }
            group.addTask {
                for await _ in signals { return .signalled }
                return .cancelled
            }
            if case .finished(let value) = try await group.next() {
                group.cancelAll()
                return value
            }
            // What is accepted is durable, so a second signal may end the process at once.
            signal(SIGTERM, SIG_DFL)
            signal(SIGINT, SIG_DFL)
            group.cancelAll()
            do {
                // Where the command was done all the same, its result stands.
                while let ending = try await group.next() {
                    if case .finished(let value) = ending { return value }
                }
            } catch let ending as CommandEnding {
                throw ending
            } catch {
                // Whatever a cancelled command failed with, it failed because of the signal.
                throw CancellationError()
            }
            throw CancellationError()
        }
    }

    private enum Ending<Value: Sendable>: Sendable {
        case finished(Value)
        case signalled
        case cancelled
    }
}
