import InventoryCore
package import OroClient
import StateStore

/// Keeps a shop up to date for as long as its process lives.
///
/// What is accepted meanwhile is pushed at once, also while operations of other levels are waited for.
/// Nothing of it is kept in memory: what is in question, parked or learnt is in the database, so the end of a
/// process at any moment is the same as a pause. Trouble of the shop ends nothing either; it is asked again,
/// less and less often.
package struct PushSession: Sendable {
    private let run: PushRun
    private let state: StateDatabase
    private let changes: OutboxChanges

    /// Seconds between two looks at what only time can settle: questions, parked wishes, products' statuses,
    /// names.
    private static let idleSecondsMax = 60.0
    private static let troubledSecondsMax = 60.0

    /// Prepares a session; it is told of new wishes by `changes`.
    package init(
        shop: Shop,
        oro: OroClient,
        changes: OutboxChanges,
        events: @escaping RunEvents = { _ in }
    ) {
        run = PushRun(shop: shop, oro: oro, events: events)
        state = shop.state
        self.changes = changes
    }

    /// Runs until it is cancelled; what is being sent then is still answered and written down.
    ///
    /// - Throws: `Fault` where the state cannot be written, or it is another shop.
    package func perform() async throws {
        var pauseSeconds = 1.0
        while !Task.isCancelled {
            do {
                _ = try await run.push(waking: changes)
                pauseSeconds = 1
                await rest(seconds: try await idleSeconds())
            } catch {
                let fault = Fault(error)
                if Task.isCancelled { return }
                guard fault.isShopTrouble else { throw fault }
                run.tell(fault)
                await rest(seconds: pauseSeconds)
                pauseSeconds = min(pauseSeconds * 2, PushSession.troubledSecondsMax)
            }
        }
    }

    private func idleSeconds() async throws -> Double {
        guard let end = try await state.lastQuestionEnd() else { return PushSession.idleSecondsMax }
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
