package import InventoryCore
package import OroClient
import StateStore

/// A person's decision on a held run.
package struct Approval {
    private let shop: Shop
    private let oro: OroClient
    private let events: RunEvents

    package init(shop: Shop, oro: OroClient, events: @escaping RunEvents = { _ in }) {
        self.shop = shop
        self.oro = oro
        self.events = events
    }

    /// Accepts what a run held back, and pushes it.
    ///
    /// - Throws: `Fault`: no such run (66), nothing held, or the source has said something else since (65).
    package func approve(_ prefix: String) async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch(events: events)
            let requestsBefore = oro.requestsSent
            try await shop.makeReady()
            var (record, held) = try await Approval.held(prefix, in: shop)
            let source = try shop.source(record.source)
            try await requireNewest(record, of: source)
            let planning = try Planning(shop: shop, oro: oro, at: .now)
            let deltas = held.map(\.delta)
            let result = try await planning.plan(
                accepted: deltas,
                on: await shop.stock(),
                isIndexFresh: false
            )
            record.state = .accepted(note: record.message)
            var proposal = Proposal(source: source, run: record, change: .held(deltas), plan: result)
            proposal.absencesEnded = deltas.filter { $0.after == nil }.map(\.key)
            record = try await shop.commit(proposal)
            let pushed = try await stopwatch.time(.push) { try await PushRun(shop: shop, oro: oro).push() }
            var summary = RunSummary(approved: record, push: pushed)
            summary.requests = oro.requestsSent - requestsBefore
            summary.steps = stopwatch.seconds
            events(.ended(summary))
            return summary
        } catch {
            throw Fault(error)
        }
    }

    /// Refuses a run after which another snapshot of its source was read: what the source stated then may be
    /// withdrawn.
    ///
    /// That one need not have moved the baseline: of it, too, everything may be held back, or it states again
    /// what the baseline has.
    private func requireNewest(_ record: RunRecord, of source: Source) async throws {
        let newest = try await shop.state.lastAccepted(of: source.id)
        let isSaidAgain = newest?.id == record.id || record.digest != nil && newest?.digest == record.digest
        guard isSaidAgain, try await record.generation == source.baseline.generation() else {
            throw Fault(
                .badInput,
                code: "baseline_moved",
                message: "Another snapshot was read after the run \(record.id).",
                hint: "Look at the newest run with `tidegate runs`, and approve that one."
            )
        }
    }

    /// Discards what a run held back; the baseline stays as it is, so the next snapshot is judged anew.
    ///
    /// - Throws: `Fault` as `approve`.
    package static func reject(_ prefix: String, in shop: Shop) async throws -> RunID {
        do {
            var (record, _) = try await held(prefix, in: shop)
            record.state = .rejected(reason: record.message, at: .now)
            try await shop.state.accept(Acceptance(run: record, at: .now))
            return record.id
        } catch {
            throw Fault(error)
        }
    }

    private static func held(
        _ prefix: String,
        in shop: Shop
    ) async throws -> (RunRecord, [HeldDelta]) {
        let record = try await shop.run(withPrefix: prefix)
        let held = try await shop.state.heldDeltas(of: record.id)
        guard record.state.kind == .held, !held.isEmpty else {
            throw Fault(
                .badInput,
                code: "run_not_held",
                message: "The run \(record.id) holds nothing back; it is \(record.state.kind.rawValue).",
                hint: "List the held runs with `tidegate runs`."
            )
        }
        return (record, held)
    }
}
