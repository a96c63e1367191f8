import InventoryCore
import StateStore

/// Keeps a shop up to date for as long as its process lives.
///
/// What is accepted meanwhile is pushed at once, also while operations of other levels are waited for.
/// Nothing of it is kept in memory: what is in question, parked or learnt is in the database, so the end of a
/// process at any moment is the same as a pause. Trouble of the shop ends nothing either; it is asked again,
/// less and less often.
package struct PushSession: Sendable {
    private let pusher: Pusher
    private let changes: OutboxChanges
    /// Called after each push.
    private let report: @Sendable (Pusher.Outcome) -> Void

    /// Seconds between two looks at what only time can settle: questions, parked wishes, products' statuses.
    private static let idleSecondsMax = 60.0
    private static let troubledSecondsMax = 60.0

    package init(
        pusher: Pusher,
        changes: OutboxChanges,
        report: @escaping @Sendable (Pusher.Outcome) -> Void = { _ in }
    ) {
        self.pusher = pusher
        self.changes = changes
        self.report = report
    }

    /// Runs until it is cancelled; what is being sent then is still answered and written down.
    ///
    /// - Throws: `Fault` where the state cannot be written.
    package func run() async throws {
        var pauseSeconds = 1.0
        while !Task.isCancelled {
            let outcome: Pusher.Outcome
            do {
                outcome = try await pusher.push(waking: changes)
            } catch is CancellationError {
                return
            }
            report(outcome)
            if outcome.trouble == nil {
                pauseSeconds = 1
                await rest(seconds: try await idleSeconds())
            } else {
                await rest(seconds: pauseSeconds)
                pauseSeconds = min(pauseSeconds * 2, PushSession.troubledSecondsMax)
            }
        }
    }

    private func idleSeconds() async throws -> Double {
        guard let end = try await pusher.state.lastQuestionEnd() else { return PushSession.idleSecondsMax }
        return min(PushSession.idleSecondsMax, max(0.05, end.seconds - MachineInstant.now.seconds))
    }

    /// Waits so long, or until the outbox changes.
    private func rest(seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await changes.changed() }
            group.addTask {
                do {
                    try await Task.sleep(for: .seconds(seconds))
                } catch {
                    return
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
