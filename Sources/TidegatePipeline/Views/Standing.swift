package import InventoryCore
package import StateStore
import TidegateSettings

/// How things stand: the last run, the outbox, what needs a person, and how old the published stock is.
package struct Standing: Sendable {
    package let last: RunRecord?
    package let backlog: Backlog
    /// Those of one cause are one.
    package let exceptions: Int
    /// The SKUs, levels and orders that the exceptions are about.
    package let exceptionCases: Int
    package let positions: Int
    /// Now − as-of of the newest wholly confirmed snapshot; nothing where no snapshot said when it was true.
    ///
    /// Of several sources that of the one whose statement is the oldest.
    package let lagSeconds: Int?

    /// Sources whose newest statement is older than it may be.
    package let silent: [Freshness]

    /// Web orders that the ERP does not know yet; nothing where they are not read.
    package let orders: OrderStanding?

    /// SKUs whose levels have moved at the shop: the next run, or push, works them out.
    package let moved: Int

    package var waiting: Int { backlog.unsettled - backlog.claimed + moved }

    package init(_ shop: Shop, at now: Timestamp = .now) async throws {
        do {
            last = try await shop.state.lastRuns(limit: 1).first
            backlog = try await shop.state.backlog()
            moved = try await shop.state.movedSKUCount()
            let counts = try await shop.state.exceptionCounts().values
            exceptions = counts.reduce(0) { $0 + $1.groups }
            exceptionCases = counts.reduce(0) { $0 + $1.cases }
            // Doubts change no count, and reading them takes as long as there are.
            positions = await shop.stock(DoubtfulStock()).count
            let done = try await shop.state.lastRuns(limit: 100).filter { $0.state.kind == .done }
            orders = shop.settings.orders == nil ? nil : try await shop.state.orderStanding()
            let freshness = try await shop.freshness(at: now)
            silent = freshness.filter(\.isSilent)
            var newest: [Timestamp] = []
            for one in freshness {
                // A time that has not come says nothing of how old the stock is, nor one that was taken back.
                let last = done.first { run in
                    run.source == one.source && run.asOf.map { $0 <= now } ?? false
                        && one.reset.map { run.started > $0.at || run.id == $0.toRun } ?? true
                }
                newest += [last?.asOf].compactMap(\.self)
            }
            lagSeconds = newest.min().map { Int((now.microseconds - $0.microseconds) / 1_000_000) }
        } catch {
            throw Fault(error)
        }
    }
}
