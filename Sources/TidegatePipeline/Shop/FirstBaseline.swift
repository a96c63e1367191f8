import DeltaEngine
import InventoryCore
import SnapshotFormats

/// A first snapshot as the baseline that it becomes when it is accepted; its file is gone if it is not.
///
/// Where nothing was observed before, every position is new, and there is nothing to compare: building the
/// file costs a tenth of ten million differences, and none of their memory.
final class FirstBaseline {
    /// Under a name of its own.
    let baseline: ObservedBaseline
    let summary: DiffSummary
    private var isAccepted = false

    /// Reads a snapshot into a file beside the one that it may become; one that was left there is replaced.
    ///
    /// - Throws: `Fault`, `Fault`, `Fault`.
    init(
        of intake: SnapshotIntake,
        format: SnapshotFormat,
        beside path: String,
        options: DiffOptions,
        rejected: (RejectedRow) -> Void
    ) throws {
        do {
            (baseline, summary) = try ObservedBaseline.build(
                from: try intake.open(),
                format: format,
                path: path + ".first",
                generation: 1,
                options: options,
                rejected: rejected
            )
        } catch {
            FirstBaseline.discard(beside: path)
            throw error
        }
    }

    /// Removes what a killed run has left.
    static func discard(beside path: String) {
        ObservedBaseline.discard(path: path + ".first")
    }

    deinit {
        if !isAccepted { ObservedBaseline.discard(path: baseline.path) }
    }

    /// Gives the file its name, durably; the new generation counts only once the database names it.
    ///
    /// - Throws: `Fault`.
    func accept(as path: String) throws -> ObservedBaseline {
        let accepted = try baseline.moved(to: path)
        isAccepted = true
        return accepted
    }
}
