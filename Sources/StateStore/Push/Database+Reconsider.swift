import GRDB
import InventoryCore

extension Database {
    /// Looks again at the entries of levels whose published figure has changed.
    ///
    /// Entries that have become needless are dropped, the others ordered by what they now are, and what
    /// waited for these SKUs is woken. The query gives the rows of the levels that changed.
    func reconsider(levels query: String, at now: Timestamp) throws {
        try execute(cached: "DELETE FROM temp.touched")
        try execute(
            cached: """
                INSERT INTO temp.touched
                SELECT level FROM outbox WHERE level IN (\(query))
                    AND level NOT IN (SELECT level FROM claims)
                """
        )
        if changesCount > 0 {
            let sent = Database.sent(to: "outbox.level")
            let needless = """
                SELECT t.level FROM temp.touched t CROSS JOIN outbox o ON o.level = t.level
                CROSS JOIN published p ON p.level = t.level WHERE p.quantity = o.quantity
                    AND NOT \(Database.isDoubted("o.level", at: "o.quantity"))
                """
            try close([.writeRefused, .increaseParked, .unknownLevel], levels: needless, at: now)
            try execute(cached: "DELETE FROM outbox WHERE level IN (\(needless))")
            try execute(
                cached: """
                    UPDATE outbox SET wave = (
                        SELECT \(Database.wave(of: "outbox.quantity", inFlight: sent))
                        FROM (SELECT 1) LEFT JOIN published p ON p.level = outbox.level)
                    WHERE level IN (SELECT level FROM temp.touched)
                    """
            )
        }
        try releaseWaiting(levels: query)
    }

    /// The same for some rows.
    func reconsider(_ rows: [LevelRow], at now: Timestamp) throws {
        guard !rows.isEmpty else { return }
        try execute(cached: "DELETE FROM temp.shown")
        let note = try cachedStatement(sql: "INSERT OR IGNORE INTO temp.shown VALUES (?)")
        for row in rows { try note.execute(arguments: [row.number]) }
        try reconsider(levels: "SELECT level FROM temp.shown", at: now)
    }

    /// Makes entries ready that wait for another write of the stock; the next claim finds out whether they
    /// still have to.
    func releaseWaiting(levels query: String) throws {
        let waits = EntryState.waits.rawValue
        let some = try Bool.fetchOne(
            cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = \(waits))")
        )
        guard some == true else { return }
        try cachedStatement(
            sql: """
                UPDATE outbox SET state = \(EntryState.ready.rawValue)
                WHERE state = \(waits) AND level IN (
                    SELECT sibling.id FROM levels own
                    CROSS JOIN levels sibling ON sibling.sku = ifnull(own.stock, own.sku)
                    WHERE own.id IN (\(query))
                    UNION ALL
                    SELECT sibling.id FROM levels own
                    CROSS JOIN levels sibling INDEXED BY levels_by_stock
                        ON sibling.stock IS NOT NULL AND sibling.stock = ifnull(own.stock, own.sku)
                    WHERE own.id IN (\(query)))
                """
        ).execute()
    }

    /// Makes all waiting entries ready: after a start it is not known what they waited for.
    func wakeAllWaiting() throws {
        try execute(
            cached: "UPDATE outbox SET state = ? WHERE state = ?",
            arguments: [EntryState.ready.rawValue, EntryState.waits.rawValue]
        )
    }
}
