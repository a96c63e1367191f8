import InventoryCore
package import OroClient
import StateStore

/// The push alone: what an earlier run accepted goes to the shop.
package struct PushRun {
    private let workspace: Workspace
    private let shop: OroClient

    package init(workspace: Workspace, shop: OroClient) {
        self.workspace = workspace
        self.shop = shop
    }

    /// Pushes until the outbox is empty; the summary names the last accepted run.
    ///
    /// - Throws: `Fault`; the outbox is kept.
    package func perform() async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch()
            let requestsBefore = shop.requestsSent
            let last = try await workspace.state.lastAccepted()
            let pusher = Pusher(
                state: workspace.state,
                shop: shop,
                settings: workspace.settings
            )
            let outcome = try await stopwatch.time("push") { try await pusher.push() }
            if let trouble = outcome.trouble { throw trouble }
            if var last, last.state == .accepted {
                last.state = .done
                last.written += outcome.progress.applied
                last.refused += outcome.progress.refused
                last.finished = .now
                try await workspace.state.record(last)
            }
            var summary = RunSummary(run: last?.id ?? RunID(startedAt: .now, salt: 0))
            summary.add(outcome)
            summary.exceptions = try await workspace.state.openExceptionCounts().values.reduce(0, +)
            summary.requests = shop.requestsSent - requestsBefore
            summary.seconds = stopwatch.seconds
            return summary
        } catch {
            throw Fault(error)
        }
    }
}
