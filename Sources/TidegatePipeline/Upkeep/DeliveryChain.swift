import InventoryCore
import StateStore

/// The deliveries that a source's baseline was made of: the newest full one and what followed it, or all of a
/// source that states parts.
///
/// Pure: what the database knows of the runs, against what the archive has of them.
struct DeliveryChain: Sendable {
    /// One delivery, and where its bytes are kept.
    struct Link: Sendable {
        /// The newest run that read these bytes.
        let newest: RunRecord
        /// The run that read them first, and put them aside.
        fileprivate(set) var first: RunRecord
        /// The run under whose name the archive has them; nothing where it has none.
        fileprivate(set) var copy: RunID?
    }

    /// The newest first; the last one is full, or the first that was ever taken.
    private(set) var links: [Link] = []

    /// Goes through the runs of one source that took a delivery, the newest first.
    init(_ runs: [RunRecord], kept copies: Set<RunID>) {
        for run in runs {
            // The bytes of the run before, read once more, have no copy of their own.
            if let last = links.last, let digest = run.digest, last.first.digest == digest {
                links[links.count - 1].first = run
                if copies.contains(run.id) { links[links.count - 1].copy = run.id }
                continue
            }
            if links.last?.first.scope == .full { return }
            links.append(Link(newest: run, first: run, copy: copies.contains(run.id) ? run.id : nil))
        }
    }

    /// The newest delivery that the archive does not have.
    var missing: RunRecord? { links.first { $0.copy == nil }?.newest }

    /// The oldest delivery that the archive has.
    var oldestKept: RunRecord? { links.last { $0.copy != nil }?.first }
}
