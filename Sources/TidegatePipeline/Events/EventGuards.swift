import DeltaEngine
import InventoryCore
import StateStore

/// What the guards look at where events change something: each location with what events did to it lately.
///
/// A storm of zeros comes as many small runs; each of them alone would pass.
struct EventGuards {
    private(set) var statistics = SnapshotStatistics()

    /// Counts changes against the totals of the baseline and the moves of the last minutes, those of the
    /// positions that turn now left out: a position counts once.
    init(
        _ deltas: [Delta],
        _ moves: [PositionKey: PositionMove],
        stated: Int,
        events: Int,
        totals: LocationTotals,
        lately: [Location: EventMoves]
    ) {
        statistics.rows = events
        // A restatement of what is known is no empty delivery.
        statistics.positions = max(stated, 1)
        for delta in deltas {
            let location = delta.key.location
            var counted =
                statistics.locations[location] ?? EventGuards.before(totals[location], lately[location])
            if delta.before == nil { counted.positionsAfter += 1 }
            if delta.after == nil { counted.positionsAfter -= 1 }
            counted.totalAfter += delta.difference
            statistics.locations[location] = counted
        }
        for (key, move) in moves where move.turn == .soldOut {
            statistics.locations[key.location]?.newlyZero += 1
        }
    }

    private static func before(_ total: LocationTotal, _ lately: EventMoves?) -> LocationStatistics {
        var counted = LocationStatistics()
        counted.positionsBefore = total.positions
        counted.positionsAfter = total.positions
        counted.newlyZero = max(0, lately?.newlyZero ?? 0)
        counted.totalBefore = total.net - (lately?.change ?? 0)
        counted.totalAfter = total.net
        return counted
    }
}

extension EventBatch {
    /// What changes do to positions; what a guard holds moves nothing.
    ///
    /// What is counted in another unit from now on has sold out where nothing is left in that one.
    func moves(of deltas: [Delta]) -> [PositionKey: PositionMove] {
        var moves: [PositionKey: PositionMove] = [:]
        var hadStock: Set<PositionKey> = []
        for delta in deltas {
            guard let new = moved[delta.key], let before = delta.before, before > .zero else { continue }
            hadStock.insert(new)
        }
        for delta in deltas {
            let (before, after) = (delta.before ?? .zero, delta.after ?? .zero)
            if let new = moved[delta.key] {
                let isThere = stated[new].map { $0 > .zero } == true
                moves[delta.key] = PositionMove(isThere ? .restocked : nil, change: delta.difference)
                continue
            }
            let had = before > .zero || hadStock.contains(delta.key)
            let turn: PositionMove.Turn? =
                had == (after > .zero) ? nil : had ? .soldOut : .restocked
            moves[delta.key] = PositionMove(turn, change: delta.difference)
        }
        // Stated as it is known.
        for key in hadStock where moves[key] == nil {
            if let value = stated[key], value <= .zero { moves[key] = PositionMove(.soldOut) }
        }
        return moves
    }
}

extension Delta {
    /// How much more there is, in millionths.
    fileprivate var difference: Int128 {
        Int128(after?.millionths ?? 0) - Int128(before?.millionths ?? 0)
    }
}
