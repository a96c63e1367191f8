import Glibc
import InventoryCore
import SnapshotFormats
import Synchronization

/// A first snapshot as the baseline file that it becomes when it is accepted; the file is gone if it is not.
final class FirstSnapshot: Sendable {
    let view: BaselineView
    let summary: DiffSummary
    /// The name that the file is to have.
    let path: String
    private let isTemporary = Mutex(true)

    /// That of every first snapshot; the empty baseline before it has 0.
    static let generation: UInt64 = 1

    /// Reads a snapshot into a file beside the one that it may become; one that was left there is replaced.
    ///
    /// - Throws: `Fault`, and what the input throws.
    init(
        of input: any ByteSource,
        format: SnapshotFormat,
        beside path: String,
        options: DiffOptions,
        rejected: (RejectedRow) -> Void
    ) throws {
        self.path = path
        do {
            let built = try ObservedBaseline.build(
                from: input,
                format: format,
                path: FirstSnapshot.temporary(path),
                generation: FirstSnapshot.generation,
                options: options,
                rejected: rejected
            )
            (view, summary) = (built.baseline.view, built.summary)
        } catch {
            FirstSnapshot.discard(beside: path)
            throw error
        }
    }

    deinit {
        isTemporary.withLock { if $0 { FirstSnapshot.discard(beside: path) } }
    }

    /// Gives the file its name, durably.
    ///
    /// - Throws: `Fault` with `cannot_write`.
    func commit() throws(Fault) {
        try BaselineFile.move(FirstSnapshot.temporary(path), to: path)
        isTemporary.withLock { $0 = false }
    }

    /// Removes what was not accepted, and what killed processes have left.
    static func discard(beside path: String) {
        unlink(temporary(path))
        BaselineFile.clearLeftovers(of: temporary(path))
    }

    private static func temporary(_ path: String) -> String { path + ".first" }
}
