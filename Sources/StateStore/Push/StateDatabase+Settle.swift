import GRDB
package import InventoryCore

extension StateDatabase {
    /// Ends claims as the shop answered, in one transaction.
    ///
    /// A wish that comes back never takes the place of a newer one. Settling what is not claimed any more
    /// changes nothing, so an answer may be recorded twice. `notesRaised` remembers the levels whose figure
    /// has grown, so that their products' status can be looked at; `questions` are what may still take effect
    /// of these wishes.
    @discardableResult
    package func settle(
        _ receipts: [Receipt],
        notesRaised: Bool = false,
        questions: [OpenQuestion] = [],
        at now: Timestamp
    ) async throws -> ReceiptCounts {
        try await write("settle wishes") { db in
            let counts = try db.fillSettled(receipts)
            if counts.applied + counts.refused > 0 { try db.countSettled() }
            try db.insert(questions, at: now)
            if notesRaised, counts.applied > 0 { try db.noteRaised() }
            if counts.applied > 0 {
                try db.keepApplied(at: now)
                try db.publishSettled(at: now)
            }
            if counts.refused > 0 { try db.recordRefusals(receipts, at: now) }
            if counts.levelGone > 0 {
                try db.publishMoved(at: now)
                try db.forgetSettledLevels(at: now)
            }
            if counts.released + counts.refused + counts.levelGone > 0 { try db.returnSettled(at: now) }
            try db.execute(cached: "DELETE FROM claims WHERE sequence IN (SELECT sequence FROM temp.settled)")
            try db.reconsider(levels: "SELECT level FROM temp.settled", at: now)
            return counts
        }
    }
}

/// An ending as its number in `settled`.
private enum Ending: Int {
    case applied = 0
    case released = 1
    case refused = 2
    case levelGone = 3

    init(_ ending: Receipt.Outcome) {
        switch ending {
        case .applied: self = .applied
        case .released: self = .released
        case .refused(.levelGone, _), .levelGone: self = .levelGone
        case .refused: self = .refused
        }
    }
}

extension Database {
    fileprivate func fillSettled(_ receipts: [Receipt]) throws -> ReceiptCounts {
        try execute(cached: "DELETE FROM temp.settled")
        try execute(cached: "DELETE FROM temp.answers")
        var insert = try IntegerInsert(self, "INSERT OR IGNORE INTO temp.answers", columns: 4)
        for receipt in receipts {
            insert.append(Int64(receipt.wish.sequence))
            insert.append(Int64(Ending(receipt.outcome).rawValue))
            insert.append(Int64(receipt.suspicion.attempts))
            insert.append(Int64(receipt.suspicion.batchMax))
            try insert.endRow()
        }
        try insert.flush()
        // The level comes from the claim: without one there is nothing to settle. An answer about an id that
        // is no longer the level's does not tell what the level shows.
        try cachedStatement(
            sql: """
                INSERT INTO temp.settled
                SELECT c.sequence, c.level,
                    iif(l.level_id IS c.level_id, a.ending, \(Ending.levelGone.rawValue)), c.quantity, c.run,
                    a.attempts, nullif(a.batch_max, \(Int.max))
                FROM temp.answers a CROSS JOIN claims c ON c.sequence = a.sequence
                CROSS JOIN levels l ON l.id = c.level
                """
        ).execute()
        var counts = ReceiptCounts()
        let endings = try Row.fetchCursor(
            cachedStatement(sql: "SELECT ending, count(*) FROM temp.settled GROUP BY ending")
        )
        while let row = try endings.next() {
            switch Ending(rawValue: row[0]) {
            case .applied: counts.applied = row[1]
            case .released: counts.released = row[1]
            case .refused: counts.refused = row[1]
            case .levelGone: counts.levelGone = row[1]
            case nil: break
            }
        }
        counts.ignored =
            receipts.count - counts.applied - counts.released - counts.refused - counts.levelGone
        return counts
    }

    /// Counts what the shop took and refused with the runs that wished for it.
    fileprivate func countSettled() throws {
        let counts = try Row.fetchAll(
            self,
            cached: """
                SELECT run, sum(ending = \(Ending.applied.rawValue)), sum(ending = \(Ending.refused.rawValue))
                FROM temp.settled GROUP BY run
                """
        )
        let update = try cachedStatement(
            sql: "UPDATE runs SET written = written + ?2, refused = refused + ?3 WHERE number = ?1"
        )
        for row in counts {
            try update.execute(arguments: [row[0] as Int64, row[1] as Int64, row[2] as Int64])
        }
    }

    /// Runs before `published` moves, which still says what the figure was.
    fileprivate func noteRaised() throws {
        try execute(
            cached: """
                DELETE FROM raised WHERE level IN (
                    SELECT level FROM temp.settled
                    WHERE ending = \(Ending.applied.rawValue) AND quantity <= 0)
                """
        )
        try execute(
            cached: """
                INSERT OR IGNORE INTO raised (level)
                SELECT s.level FROM temp.settled s LEFT JOIN published p ON p.level = s.level
                WHERE s.ending = \(Ending.applied.rawValue)
                    AND s.quantity > 0 AND (p.quantity IS NULL OR p.quantity < s.quantity)
                """
        )
    }

    /// Keeps in the history what levels show from now on; before `published` moves.
    fileprivate func keepApplied(at now: Timestamp) throws {
        try execute(
            cached: """
                INSERT INTO history_levels (level, at, kind, before, after, act)
                SELECT s.level, ?, \(HistoryLevel.Kind.applied.rawValue), p.quantity, s.quantity,
                    ifnull(h.act, 0)
                FROM temp.settled s LEFT JOIN published p ON p.level = s.level
                LEFT JOIN history_runs h ON h.run = s.run
                WHERE s.ending = \(Ending.applied.rawValue) AND p.quantity IS NOT s.quantity
                """,
            arguments: [now.microseconds]
        )
    }

    fileprivate func publishSettled(at now: Timestamp) throws {
        try execute(
            cached: """
                INSERT INTO published (level, quantity, at, run)
                SELECT level, quantity, ?, run FROM temp.settled
                WHERE ending = \(Ending.applied.rawValue)
                ON CONFLICT(level) DO UPDATE SET
                    before = iif(quantity <> excluded.quantity, quantity, before),
                    quantity = excluded.quantity, at = excluded.at, run = excluded.run, written_as = NULL
                """,
            arguments: [now.microseconds]
        )
        let applied = "SELECT level FROM temp.settled WHERE ending = \(Ending.applied.rawValue)"
        if try Bool.fetchOne(cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM refusals)")) == true {
            try execute(cached: "DELETE FROM refusals WHERE level IN (\(applied))")
        }
        try close([.writeRefused, .increaseParked, .drift, .figureStranded], levels: applied, at: now)
    }

    /// Publishes what was taken under an id that is another level's by now: it stands there, and the next run
    /// works that level out.
    ///
    /// A newer figure that was confirmed there since stays.
    fileprivate func publishMoved(at now: Timestamp) throws {
        let moved = try Row.fetchAll(
            self,
            cached: """
                SELECT n.id, c.quantity, c.run, c.claimed, c.level
                FROM temp.answers a CROSS JOIN claims c ON c.sequence = a.sequence
                CROSS JOIN levels n ON n.level_id = c.level_id
                WHERE a.ending = \(Ending.applied.rawValue) AND n.id <> c.level
                    AND n.id NOT IN (SELECT level FROM claims)
                """
        )
        for row in moved {
            let (level, quantity): (Int64, Int64) = (row[0], row[1])
            let before = try shown(by: level)
            try execute(
                cached: """
                    INSERT INTO published (level, quantity, at, run, written_as)
                    VALUES (?1, ?2, ?3, ?4, ?6)
                    ON CONFLICT(level) DO UPDATE SET
                        quantity = excluded.quantity, at = excluded.at, run = excluded.run, before = NULL,
                        written_as = excluded.written_as
                    WHERE ifnull(at, 0) < ?5
                    """,
                arguments: [
                    level, quantity, now.microseconds, row[2] as Int64, row[3] as Int64, row[4] as Int64,
                ]
            )
            guard changesCount > 0 else { continue }
            if before != quantity {
                try noteHistory(of: level, .read, before: before, after: quantity, at: now)
            }
            if quantity <= 0 { try close([.figureStranded], levels: "SELECT \(level)", at: now) }
            try noteMoved(levels: "SELECT \(level)", at: now)
            try reconsider([LevelRow(level)], at: now)
        }
    }

    fileprivate func recordRefusals(_ receipts: [Receipt], at now: Timestamp) throws {
        let claim = try cachedStatement(
            sql: """
                SELECT level, quantity, run FROM temp.settled
                WHERE sequence = ? AND ending = \(Ending.refused.rawValue)
                """
        )
        let insert = try cachedStatement(
            sql:
                """
                INSERT OR REPLACE INTO refusals (level, quantity, at, run, reason, detail)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        let keep = try cachedStatement(
            sql: """
                INSERT INTO history_levels (level, at, kind, before, after, refusal, act)
                VALUES (?1, ?2, ?3, (SELECT quantity FROM published WHERE level = ?1), ?4, ?5,
                    ifnull((SELECT act FROM history_runs WHERE run = ?6), 0))
                """
        )
        for receipt in receipts {
            guard case .refused(let reason, let detail) = receipt.outcome,
                let row = try Row.fetchOne(claim, arguments: [receipt.wish.sequence])
            else { continue }
            let (level, quantity, run): (Int64, Int64, Int64) = (row[0], row[1], row[2])
            try keep.execute(
                arguments: [
                    level, now.microseconds, HistoryLevel.Kind.refused.rawValue, quantity, reason.rawValue,
                    run,
                ]
            )
            let bounded = String(detail.prefix(refusalDetailMax))
            try insert.execute(arguments: [level, quantity, now.microseconds, run, reason.rawValue, bounded])
            let exception = InventoryException(
                code: .writeRefused,
                subject: Subject(receipt.wish.key),
                message:
                    "OroCommerce does not take \(receipt.wish.quantity) (\(reason.rawValue)): \(bounded). "
                    + "It is tried again at \(now.adding(seconds: parkedSeconds)), "
                    + "and whenever its figure changes."
            )
            try open(exception, level: level, run: run, at: now)
        }
    }

    /// Forgets the shop's id and what it showed under it: a level with a new id may show anything.
    fileprivate func forgetSettledLevels(at now: Timestamp) throws {
        let gone = "SELECT level FROM temp.settled WHERE ending = \(Ending.levelGone.rawValue)"
        // The index may have found a new id meanwhile, but it takes no figure while a claim is open, so the
        // level is looked up again.
        try execute(cached: "UPDATE levels SET level_id = NULL WHERE id IN (\(gone))")
        try noteHistoryGone(levels: gone, at: now)
        try execute(cached: "DELETE FROM published WHERE level IN (\(gone))")
    }

    /// Puts wishes back that were not applied, unless a newer one waits.
    fileprivate func returnSettled(at now: Timestamp) throws {
        let retryAt = now.adding(seconds: parkedSeconds).microseconds
        try execute(
            cached: """
                INSERT INTO outbox
                    (level, sequence, quantity, wave, priority, run, attempts, batch_max, state, retry_at)
                SELECT c.level, c.sequence, c.quantity, c.wave, c.priority, c.run, s.attempts, s.batch_max,
                    CASE s.ending WHEN \(Ending.refused.rawValue) THEN \(EntryState.refused.rawValue)
                        WHEN \(Ending.levelGone.rawValue) THEN \(EntryState.unresolved.rawValue)
                        ELSE \(EntryState.ready.rawValue) END,
                    CASE s.ending WHEN \(Ending.refused.rawValue) THEN ?1 END
                FROM temp.settled s CROSS JOIN claims c ON c.sequence = s.sequence
                WHERE s.ending <> \(Ending.applied.rawValue)
                ON CONFLICT(level) DO NOTHING
                """,
            arguments: [retryAt]
        )
    }
}

/// How long a parked wish rests before it is tried again by itself.
private let parkedSeconds: Int64 = 3_600

/// Characters kept of the shop's reason for a refusal.
private let refusalDetailMax = 500
