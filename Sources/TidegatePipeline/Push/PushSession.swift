package import InventoryCore
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
    private let onTrouble: @Sendable (Fault?) async -> Void

    /// Seconds between two looks at what only time can settle: questions, parked wishes, products' statuses,
    /// names.
    private static let idleSecondsMax = 60.0
    private static let troubledSecondsMax = 60.0

    /// Prepares a session; it is told of new wishes by `changes`.
    ///
    /// `onTrouble` hears why the shop takes nothing, and with nothing that it does again.
    package init(
        shop: Shop,
        oro: OroClient,
        changes: OutboxChanges,
        events: @escaping RunEvents = { _ in },
        onTrouble: @escaping @Sendable (Fault?) async -> Void = { _ in }
    ) {
        run = PushRun(shop: shop, oro: oro, events: events)
        state = shop.state
        self.changes = changes
        self.onTrouble = onTrouble
    }

    /// Runs until it is cancelled; what is being sent then is still answered and written down.
    ///
    /// - Throws: `Fault` where the state cannot be written, or it is another shop.
    package func perform() async throws {
        var pauseSeconds = 1.0
        await onTrouble(nil)
        while !Task.isCancelled {
            do {
                changes.beginPush()
                try await push(afterTrouble: pauseSeconds > 1)
                changes.rest()
                pauseSeconds = 1
                await changes.changed(within: try await idleSeconds())
            } catch {
                let fault = Fault(error)
                if Task.isCancelled { return }
                guard fault.isShopTrouble else { throw fault }
                run.tell(fault)
                await onTrouble(fault)
                changes.rest(fault)
                await changes.changed(within: pauseSeconds)
                pauseSeconds = min(pauseSeconds * 2, PushSession.troubledSecondsMax)
            }
        }
    }

    /// Pushes what waits.
    ///
    /// After trouble the first figure that the shop takes says that it is over: while new wishes come, a push
    /// need not end for hours.
    private func push(afterTrouble: Bool) async throws {
        guard afterTrouble else {
            _ = try await run.push(waking: changes)
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { if await changes.applied() { await onTrouble(nil) } }
            _ = try await run.push(waking: changes)
            group.cancelAll()
        }
        await onTrouble(nil)
    }

    private func idleSeconds() async throws -> Double {
        guard let end = try await state.lastQuestionEnd() else { return PushSession.idleSecondsMax }
        return min(PushSession.idleSecondsMax, max(0.05, end.seconds - MachineInstant.now.seconds))
    }
}
