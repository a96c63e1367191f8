import GRDB
import InventoryCore

extension Database {
    /// Adds what a run of events did to positions to what events did lately.
    ///
    /// One position counts as sold out once, in the minute in which it last did.
    func store(_ moved: [PositionKey: PositionMove], of source: SourceID, at now: Timestamp) throws {
        guard !moved.isEmpty else { return }
        let minute = now.microseconds / 60_000_000
        try forgetMoves(of: source, until: minute - EventMoves.minutesMax)
        let kept = try Int.fetchOne(
            self,
            cached: "SELECT ifnull(sum(moves), 0) FROM event_minutes WHERE source = ?",
            arguments: [source.text]
        )
        var room = EventMoves.keptMax - (kept ?? 0)
        let turn = try cachedStatement(
            sql: """
                UPDATE event_moves SET newly_zero = 0
                WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND newly_zero <> 0
                """
        )
        let add = try cachedStatement(
            sql: """
                INSERT INTO event_moves VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET newly_zero = newly_zero + excluded.newly_zero,
                    change = change + excluded.change
                """
        )
        for (key, move) in moved {
            if move.turn != nil { try turn.execute(arguments: key.arguments(of: source)) }
            let newlyZero = move.turn == .soldOut ? 1 : 0
            guard newlyZero > 0 || move.change != 0 else { continue }
            let place =
                room > 0
                ? key.arguments(of: source) : [source.text, "", key.location.text, "", ""]
            try add.execute(arguments: place + [minute, newlyZero, Double(move.change)])
            room -= 1
        }
    }

    /// Begins to count anew what events do to the locations of a source: somebody has looked at it.
    func forgetMoves(of source: SourceID) throws {
        try forgetMoves(of: source, until: .max)
    }

    /// Of sums that are gone already nothing is taken away.
    private func forgetMoves(of source: SourceID, until minute: Int64) throws {
        for table in ["event_minutes", "event_moves"] {
            try execute(
                cached: "DELETE FROM \(table) WHERE source = ? AND minute <= ?",
                arguments: [source.text, minute]
            )
        }
    }

    /// Forgets what events did to the positions of a source that a full delivery has answered.
    ///
    /// Its own guards have judged them. Where a later level stays in effect, it says nothing of the position.
    func settleMoves(of source: SourceID) throws {
        try execute(
            cached: """
                DELETE FROM event_moves AS m WHERE source = ? AND NOT EXISTS (
                    SELECT 1 FROM event_levels AS l WHERE l.source = m.source AND l.sku = m.sku
                        AND l.location = m.location AND l.unit = m.unit AND l.bin = m.bin)
                """,
            arguments: [source.text]
        )
    }

    /// The same of one position that a delivery states, or states as another one.
    func settleMoves(_ key: PositionKey, of source: SourceID) throws {
        try execute(
            cached: """
                DELETE FROM event_moves AS m
                WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND NOT EXISTS (
                    SELECT 1 FROM event_levels AS l WHERE l.source = m.source AND l.sku = m.sku
                        AND l.location = m.location AND l.unit = m.unit AND l.bin = m.bin)
                """,
            arguments: key.arguments(of: source)
        )
    }
}
