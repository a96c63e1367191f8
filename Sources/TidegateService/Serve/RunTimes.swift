import InventoryCore
import Synchronization
import TidegatePipeline

/// How long the steps of the last runs took, for as long as the process lives.
final class RunTimes: Sendable {
    private struct Known {
        var steps: [RunID: [RunStep: Double]] = [:]
        /// The oldest first.
        var order: [RunID] = []
    }

    private let known = Mutex(Known())

    /// Runs that are remembered; the oldest goes first.
    static let runsMax = 500

    /// Remembers a run that is over.
    func note(_ summary: RunSummary) {
        guard !summary.steps.isEmpty else { return }
        known.withLock { known in
            if known.steps.updateValue(summary.steps, forKey: summary.run) == nil {
                known.order.append(summary.run)
            }
            guard known.order.count > RunTimes.runsMax else { return }
            known.steps[known.order.removeFirst()] = nil
        }
    }

    func steps(of run: RunID) -> [RunStep: Double] { known.withLock { $0.steps[run] ?? [:] } }
}
