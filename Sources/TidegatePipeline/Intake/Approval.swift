package import InventoryCore
package import OroClient
import StateStore

/// A person's decision on a held run.
package struct Approval {
    private let workspace: Workspace
    private let shop: OroClient

    package init(workspace: Workspace, shop: OroClient) {
        self.workspace = workspace
        self.shop = shop
    }

    /// Accepts what a run held back, and pushes it.
    ///
    /// - Throws: `Fault`: no such run (66), nothing held, or the source has said something else since (65).
    package func approve(_ prefix: String) async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch()
            let requestsBefore = shop.requestsSent
            var (record, held) = try await Approval.held(prefix, in: workspace)
            try await requireNewest(record)
            // It is planned on what was accepted, and not on what somebody has only looked at.
            await workspace.baseline.forgetObserved()
            let planning = try Planning(workspace: workspace, shop: shop, at: .now)
            let deltas = held.map(\.delta)
            let result = try await planning.plan(accepted: deltas, since: record, isIndexFresh: false)
            record.generation = try await workspace.baseline.accept(held: deltas)
            record.state = .accepted
            record.planDigest = result.plan.digest
            record.rulesVersion = result.plan.rulesVersion
            var acceptance = Acceptance(run: record, at: .now)
            acceptance.generation = record.generation
            acceptance.writes = result.writes
            acceptance.ruleText = result.text
            acceptance.isComplete = result.isComplete
            acceptance.exceptions = result.exceptions
            acceptance.absencesEnded = deltas.filter { $0.after == nil }.map(\.key)
            try await ArchiveCopy.keep(result.certificate, of: record.id, in: workspace)
            try await workspace.state.accept(acceptance)
            var summary = try await stopwatch.time("push") {
                try await PushRun(workspace: workspace, shop: shop).perform()
            }
            summary.levels.wanted = result.wanted
            summary.levels.unchanged = result.plan.unchanged
            summary.requests = shop.requestsSent - requestsBefore
            return summary
        } catch {
            throw Fault(error)
        }
    }

    /// Refuses a run after which another snapshot was read: what the source stated then may be withdrawn.
    ///
    /// That one need not have moved the baseline: of it, too, everything may be held back, or it states again
    /// what the baseline has.
    private func requireNewest(_ record: RunRecord) async throws {
        let newest = try await workspace.state.lastAccepted()
        let isSaidAgain = newest?.id == record.id || record.digest != nil && newest?.digest == record.digest
        guard isSaidAgain, await record.generation == workspace.baseline.generation else {
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
    package static func reject(_ prefix: String, in workspace: Workspace) async throws -> RunID {
        do {
            var (record, _) = try await held(prefix, in: workspace)
            record.state = .rejected
            record.finished = .now
            try await workspace.state.accept(Acceptance(run: record, at: .now))
            return record.id
        } catch {
            throw Fault(error)
        }
    }

    private static func held(
        _ prefix: String,
        in workspace: Workspace
    ) async throws -> (RunRecord, [HeldDelta]) {
        let record = try await workspace.run(withPrefix: prefix)
        let held = try await workspace.state.heldDeltas(of: record.id)
        guard record.state == .held, !held.isEmpty else {
            throw Fault(
                .badInput,
                code: "run_not_held",
                message: "The run \(record.id) holds nothing back; it is \(record.state.rawValue).",
                hint: "List the held runs with `tidegate runs`."
            )
        }
        return (record, held)
    }
}
