package import InventoryCore

/// What became of the events of a run; each is counted once.
package struct EventTally: Hashable, Sendable {
    /// In effect, or held with what they state.
    package var applied = 0
    /// Something later, which contains them, was known.
    package var stale = 0
    package var duplicate = 0
    package var conflicting = 0
    /// Waiting for the source's next delivery, by reason; those that only say to look again among them.
    package var parked: [EventHint.Reason: Int] = [:]

    package init() {}

    package var total: Int { applied + stale + duplicate + conflicting + parked.values.reduce(0, +) }

    mutating func count(_ verdict: EventFold.Verdict) {
        switch verdict {
        case .applied: applied += 1
        case .stale: stale += 1
        case .duplicate: duplicate += 1
        case .conflicting: conflicting += 1
        case .parked(let reason): parked[reason, default: 0] += 1
        }
    }
}
