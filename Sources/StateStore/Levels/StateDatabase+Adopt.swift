import GRDB
package import InventoryCore

extension StateDatabase {
    /// Binds the state to another shop, in one transaction.
    ///
    /// What was known of the old shop's levels is forgotten: their ids, what they showed, and what was on its
    /// way to them. The figures that were wished are kept and wait for the new shop's levels; the next run
    /// works every SKU out.
    package func adopt(
        _ address: String,
        created: String?,
        _ adoption: ShopBinding.Adoption,
        at now: Timestamp
    ) async throws {
        try await write("bind the state to another shop") { db in
            try db.execute(
                sql: """
                    INSERT INTO shop_bindings (address, created, bound, who, reason)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [address, created, now.microseconds, adoption.who, adoption.reason]
            )
            try db.putAwaySent()
            try db.execute(
                sql: """
                    UPDATE levels SET level_id = NULL, named_at = NULL, product = NULL, audited = 0
                    WHERE level_id IS NOT NULL OR named_at IS NOT NULL OR product IS NOT NULL;
                    DELETE FROM published;
                    DELETE FROM drifts;
                    DELETE FROM raised;
                    DELETE FROM refusals;
                    DELETE FROM audits;
                    DELETE FROM strangers;
                    DELETE FROM moved_skus;
                    DELETE FROM stray_figures;
                    """
            )
            // Refused there says nothing of here; parked for want of a product neither.
            try db.execute(
                sql: "UPDATE outbox SET state = ?, attempts = 0, retry_at = NULL, batch_max = NULL",
                arguments: [EntryState.unresolved.rawValue]
            )
            let gone: [InventoryException.Code] = [
                .drift, .duplicateLevel, .writeRefused, .increaseParked, .unknownSKU, .unknownLevel,
                .figureStranded,
            ]
            for code in gone {
                try db.execute(
                    sql: "UPDATE exceptions SET closed = ? WHERE code = ? AND closed IS NULL",
                    arguments: [now.microseconds, code.rawValue]
                )
            }
            let learnt: [Setting] = [
                .indexOpen, .indexCursor, .indexCompleted, .figuresRead, .shopBatches, .learntPace,
                .sendingEnd,
            ]
            for setting in learnt { try db.set(setting, to: nil) }
            try db.set(.everythingNext, to: "1")
        }
    }
}

extension Database {
    /// Ends whatever may be on its way to the shop that was; its figures are wished again, unless newer ones
    /// are.
    fileprivate func putAwaySent() throws {
        try execute(
            sql: """
                INSERT INTO outbox (level, sequence, quantity, wave, priority, run, attempts, state)
                SELECT level, sequence, quantity, wave, priority, run, 0, \(EntryState.unresolved.rawValue)
                FROM claims WHERE true ON CONFLICT(level) DO NOTHING
                """
        )
        try execute(sql: "DELETE FROM claims")
        try execute(sql: "DELETE FROM questions")
    }
}
