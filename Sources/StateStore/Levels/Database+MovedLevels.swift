import GRDB
import InventoryCore

extension Database {
    /// Takes the ids from levels, which a query gives by their rows; their wishes wait for new ones.
    func loseIDs(levels query: String, at now: Timestamp) throws {
        try noteMoved(levels: query, at: now)
        try noteHistoryGone(levels: query, at: now)
        try close([.figureStranded], levels: query, at: now)
        try execute(sql: "DELETE FROM published WHERE level IN (\(query))")
        try execute(
            sql: """
                UPDATE outbox SET state = \(EntryState.unresolved.rawValue) WHERE level IN (\(query))
                    AND state IN (\(EntryState.ready.rawValue), \(EntryState.waits.rawValue))
                """
        )
        try execute(
            sql: "UPDATE levels SET level_id = NULL, named_at = NULL, product = NULL WHERE id IN (\(query))"
        )
    }

    /// Remembers the SKUs of levels that are new, gone or others, so that the next run works them out.
    ///
    /// Before all levels have been read, every SKU is worked out anyway.
    func noteMoved(levels query: String, at now: Timestamp) throws {
        guard try text(.indexCompleted) != nil else { return }
        try execute(
            sql: """
                INSERT INTO moved_skus
                SELECT DISTINCT ifnull(stock, sku), ? FROM levels WHERE id IN (\(query))
                ON CONFLICT(sku) DO UPDATE SET at = excluded.at
                """,
            arguments: [now.microseconds]
        )
    }

    /// Forgets which SKUs had moved by then: they are worked out, and what waited may go.
    func forgetMoved(until: Timestamp) throws {
        try execute(
            cached: "DELETE FROM moved_skus WHERE at <= ?",
            arguments: [until.microseconds]
        )
        if changesCount > 0 { try wakeAllWaiting() }
    }
}
