package import InventoryCore

/// What an audit found and what became of it.
package struct AuditReport: Sendable {
    package struct Row: Hashable, Sendable {
        package let drift: Drift
        package var outcome: Outcome
    }

    /// What became of a drift.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// An order that the ERP may still book: left alone.
        case tolerated
        case repaired
        /// For a person, or for `--repair`.
        case open
    }

    /// Levels that the shop has shown, and those of them that were compared.
    package var read = 0
    package var compared = 0
    /// Left out because a write is on its way to them.
    package var inMotion = 0
    /// Left out because they are not ours: never written, and their articles are not in the ERP.
    package var foreign = 0
    /// Levels that the shop has and the state does not know.
    package var new = 0
    /// The drifts that were found, the largest first; at most `AuditRun.driftsMax`.
    package var rows: [Row] = []
    /// Drifts beyond those, which were only counted.
    package var unlisted = 0
    /// Drifts by kind, the unlisted ones included.
    package var counts: [Drift.Kind: Int] = [:]
    package var requests = 0
    package var seconds = 0.0

    package init() {}

    package func count(_ outcome: Outcome) -> Int {
        rows.count { $0.outcome == outcome } + (outcome == .open ? unlisted : 0)
    }

    /// How a process that ends with this report exits.
    package var status: ExitStatus { count(.open) > 0 ? .exceptionsOpen : .done }
}
