package import InventoryCore
package import StateStore

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

    package var levels = AuditProgress.Counts()
    /// When the earlier audit began that this one continues; nothing where it continues none.
    package var resumedFrom: Timestamp?
    /// The drifts that were found, the largest first; at most `AuditRun.driftsMax`.
    package var rows: [Row] = []
    /// Drifts beyond those, which are only counted.
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

    /// Why levels were not compared, a sentence each.
    package var notCompared: [String] {
        [
            (levels.inMotion, "in motion: a write is on its way to them, so what they show proves nothing"),
            (levels.foreign, "not ours: never written, and not published from the ERP's stock"),
            (levels.new, "new: read for the first time"),
            (levels.hidden, "hidden: the role may not view their product or unit"),
        ].filter { $0.0 > 0 }.map { "  not compared: \($0.0) \($0.1)" }
    }

    /// What there is to say where no drift was found; no more than was compared.
    package var noDrift: String {
        let all = notCompared.isEmpty ? "all \(levels.compared)" : "the \(levels.compared)"
        return
            "No drift: \(all) levels that were compared have the SKU they had, and show what was published."
    }
}
