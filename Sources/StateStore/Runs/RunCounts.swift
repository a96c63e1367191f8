package import InventoryCore

/// What a run counted: the record of a run and its summary tell the same ones.
package struct RunCounts: Hashable, Sendable {
    /// Rows read, the rejected ones included.
    package var rows = 0
    package var rejected = 0
    /// Positions that the snapshot states.
    package var positions = 0
    package var deltas = DeltaCounts()
    /// Levels whose figure was worked out, and those of them that the shop shows already.
    package var wanted = 0
    package var unchanged = 0
    /// Levels that the shop has confirmed, and those it refused.
    package var written = 0
    package var refused = 0

    package init() {}
}
