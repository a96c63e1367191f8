import DeltaEngine
import InventoryCore
import StateStore

/// What the guards look at where events change something: each location with what events did to it lately.
///
/// A storm of zeros comes as many small runs; each of them alone would pass.
struct EventGuards {
    private(set) var statistics = SnapshotStatistics()
    /// Counts changes against the totals of the baseline and the moves of the last minutes.
    init(_ deltas: [Delta], stated: Int, events: Int, totals: LocationTotals, lately: [Location: EventMoves])
    {
        statistics.rows = events
        // A restatement of what is known is no empty delivery.
        statistics.positions = max(stated, 1)
        for delta in deltas {
            let location = delta.key.location
            let total = totals[location]
            var counted = statistics.locations[location] ?? EventGuards.before(total, lately[location])
            let before = delta.before?.millionths ?? 0
            let after = delta.after?.millionths ?? 0
            if delta.before == nil { counted.positionsAfter += 1 }
            if delta.after == nil { counted.positionsAfter -= 1 }
            counted.totalAfter += Int128(after) - Int128(before)
            counted.newlyZero = max(0, counted.newlyZero + EventGuards.falls(from: before, to: after))
            statistics.locations[location] = counted
        }
    }

    private static func before(_ total: LocationTotal, _ lately: EventMoves?) -> LocationStatistics {
        var counted = LocationStatistics()
        counted.positionsBefore = total.positions
        counted.positionsAfter = total.positions
        counted.newlyZero = max(0, lately?.newlyZero ?? 0)
        counted.totalBefore = total.net - Int128(lately?.change ?? 0)
        counted.totalAfter = total.net
        return counted
    }

    /// 1 where a position has sold out, -1 where one that had is there again: one that goes up and down all
    /// the time is one position.
    private static func falls(from before: Int64, to after: Int64) -> Int {
        before > 0 && after <= 0 ? 1 : before <= 0 && after > 0 ? -1 : 0
    }

    /// What was accepted adds to what events did lately; what a guard holds has moved nothing.
    func moves(accepting accepted: [Delta]) -> [Location: EventMoves] {
        var moved: [Location: EventMoves] = [:]
        for delta in accepted {
            let (before, after) = (delta.before?.millionths ?? 0, delta.after?.millionths ?? 0)
            var moves = moved[delta.key.location] ?? EventMoves()
            moves.newlyZero += EventGuards.falls(from: before, to: after)
            let change = after.subtractingReportingOverflow(before)
            guard !change.overflow else { continue }
            let sum = moves.change.addingReportingOverflow(change.partialValue)
            moves.change = sum.overflow ? moves.change : sum.partialValue
            moved[delta.key.location] = moves
        }
        return moved
    }
}
