/// Which of a snapshot's differences are accepted, which wait for a person, and which are only noted.
///
/// Held differences and first absences stay out of the baseline, so the next snapshot shows them again.
package struct Judgement: Sendable {
    /// Set where the whole snapshot is refused.
    package private(set) var rejection: GuardTrip?
    package private(set) var trips: [GuardTrip] = []
    package private(set) var accepted: [Delta] = []
    package private(set) var held: [(delta: Delta, reason: GuardTrip.Code)] = []
    /// Positions that are missing, with how many full snapshots in a row have missed them.
    package private(set) var absences: [(key: PositionKey, count: Int)] = []
    package private(set) var absencesEnded: [PositionKey] = []

    /// Judges; a pure function of its inputs.
    ///
    /// `promised` are guards that already tripped on the contract or the high-water mark; `absentBefore`
    /// counts the full snapshots that have missed a position so far. A repeated statement (`isRepeated`) is
    /// judged as before and does not count as one more snapshot without the position. What is said of
    /// `refused` locations is left out: another source states them.
    package init(
        deltas: [Delta],
        statistics: SnapshotStatistics,
        scope: SnapshotScope,
        isRepeated: Bool = false,
        promised: [GuardTrip],
        absentBefore: [PositionKey: Int],
        refused: Set<Location> = [],
        thresholds: GuardThresholds
    ) {
        var judged = statistics
        for location in refused { judged.locations[location] = nil }
        trips = promised + Guards(thresholds: thresholds).trips(on: judged, removalsCount: scope == .full)
        if let rejection = trips.first(where: { $0.consequence == .rejectSnapshot }) {
            self.rejection = rejection
            return
        }
        let holding = HeldDeltas(trips: trips)
        let countsAbsences = scope == .full && !isRepeated
        var absentNow: Set<PositionKey> = []
        for delta in deltas where !refused.contains(delta.key.location) {
            if case .removed = delta.change {
                guard countsAbsences else { continue }
                absentNow.insert(delta.key)
                let count = absentBefore[delta.key, default: 0] + 1
                guard count >= thresholds.removalSnapshots else {
                    absences.append((delta.key, count))
                    continue
                }
            }
            if let reason = holding.reason(toHold: delta) {
                held.append((delta, reason))
            } else {
                accepted.append(delta)
            }
        }
        guard countsAbsences else { return }
        let counting = Set(absences.map(\.key))
        let heldKeys = Set(held.map(\.delta.key))
        absencesEnded = absentBefore.keys.filter { key in
            !counting.contains(key) && !(absentNow.contains(key) && heldKeys.contains(key))
        }.sorted()
    }
}
