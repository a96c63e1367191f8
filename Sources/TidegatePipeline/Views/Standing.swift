package import InventoryCore
package import StateStore

/// How things stand: the last run, the outbox, what needs a person, and how old the published stock is.
package struct Standing: Sendable {
    package let last: RunRecord?
    package let backlog: Backlog
    package let exceptions: Int
    package let positions: Int
    /// Now − as-of of the newest wholly confirmed snapshot; nothing where no snapshot said when it was true.
    package let lagSeconds: Int?

    package var waiting: Int { backlog.unsettled - backlog.claimed }

    package init(_ workspace: Workspace, at now: Timestamp = .now) async throws {
        do {
            last = try await workspace.state.lastRuns(limit: 1).first
            backlog = try await workspace.state.backlog()
            exceptions = try await workspace.state.openExceptionCounts().values.reduce(0, +)
            positions = await workspace.baseline.count
            let confirmed = try await workspace.state.lastRuns(limit: 100).first { $0.state == .done }
            lagSeconds = confirmed?.asOf.map { Int((now.microseconds - $0.microseconds) / 1_000_000) }
        } catch {
            throw Fault(error)
        }
    }
}
