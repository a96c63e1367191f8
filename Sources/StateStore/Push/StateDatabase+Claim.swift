import GRDB
package import InventoryCore

extension StateDatabase {
    /// Marks the wishes that go next as claimed, durably, and gives them in the order to send them.
    ///
    /// Zeros come first, then decreases, then increases. Left waiting are wishes of levels that have a
    /// claim or no id, increases of levels that are in question, and increases of a stock that has a decrease
    /// unsettled: waiting, claimed or refused, or a level of which it is not known what it shows (spec,
    /// invariants 3 and 4). Fewer than `limit` means
    /// that nothing else can go now.
    ///
    /// A claim costs some microseconds, however full the outbox is. The time is kept for reading back after a
    /// crash.
    package func claim(limit: Int, at now: Timestamp) async throws -> [Wish] {
        try await write("claim wishes") { db in
            var wishes: [Wish] = []
            var batch = limit
            while wishes.count < limit {
                let examined = try db.examine(limit: batch)
                wishes += try db.claimCandidates(of: examined, limit: limit - wishes.count, at: now)
                if examined < batch { break }
                batch = max(limit - wishes.count, examinedNextMin)
            }
            return wishes
        }
    }

    /// Gives what is claimed and unsettled, in the order it was claimed; after a start, all of it is in
    /// doubt.
    package func openClaims() async throws -> [OpenClaim] {
        try await read("read the claims") { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(Wish.columns), c.claimed, c.operation
                    FROM claims c JOIN levels l ON l.id = c.level
                    LEFT JOIN published p ON p.level = c.level ORDER BY c.sequence
                    """
            )
            var claims: [OpenClaim] = []
            while let row = try rows.next() {
                claims.append(
                    OpenClaim(
                        wish: try Wish(row),
                        claimed: Timestamp(microseconds: row[13]),
                        operation: (row[14] as String?).map { OperationID($0) }
                    )
                )
            }
            return claims
        }
    }

    /// Takes claims, by their sequences, from the operations that carried them: they are about to be sent in
    /// another way, so after a crash the end of an operation does not tell what became of them.
    package func leaveOperations(of sequences: [Int64]) async throws {
        guard !sequences.isEmpty else { return }
        try await write("take claims from operations") { db in
            let leave = try db.cachedStatement(sql: "UPDATE claims SET operation = NULL WHERE sequence = ?")
            for sequence in sequences { try leave.execute(arguments: [sequence]) }
        }
    }

    /// Notes which asynchronous operation carries claimed wishes, so that it is polled after a crash.
    package func record(operation: OperationID, of wishes: [Wish]) async throws {
        try await write("record an operation") { db in
            for start in stride(from: 0, to: wishes.count, by: claimsPerStatement) {
                let part = wishes[start..<min(start + claimsPerStatement, wishes.count)]
                let marks = Array(repeating: "?", count: part.count).joined(separator: ",")
                let values = [operation.text.databaseValue] + part.map(\.sequence.databaseValue)
                try db.cachedStatement(sql: "UPDATE claims SET operation = ? WHERE sequence IN (\(marks))")
                    .execute(arguments: StatementArguments(values))
            }
        }
    }
}

/// Claims noted by one statement, which share its cost.
private let claimsPerStatement = 64

/// Entries looked at together, at least, after the first round: where some cannot go, many cannot, and this
/// keeps the rounds few.
private let examinedNextMin = 1_000

extension Database {
    /// Looks at the first ready entries and gives how many; `candidates` then says which of them can go now.
    ///
    /// An entry that has to wait leaves the ready ones, so that it is not looked at again by every claim;
    /// what it waits for makes it ready again (`releaseWaiting`, a resolved level).
    fileprivate func examine(limit: Int) throws -> Int {
        try execute(cached: "DELETE FROM temp.candidates")
        // Mostly nothing is in question, and a look for each entry would be felt.
        let someInQuestion = try hasQuestions()
        let someMoved = try Bool.fetchOne(
            cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM published WHERE written_as IS NOT NULL)")
        )
        let unsettled = Database.decreaseUnsettled(
            mindingQuestions: someInQuestion,
            mindingMoved: someMoved == true
        )
        let inQuestion =
            someInQuestion ? "EXISTS (SELECT 1 FROM questions q WHERE q.level = o.level)" : "false"
        try cachedStatement(
            sql: """
                INSERT INTO temp.candidates (level, level_id, state)
                SELECT o.level, l.level_id,
                    CASE WHEN l.level_id IS NULL THEN \(EntryState.unresolved.rawValue)
                        WHEN \(Database.isNameStale) THEN \(EntryState.unresolved.rawValue)
                        WHEN EXISTS (SELECT 1 FROM claims c WHERE c.level = o.level)
                            THEN \(EntryState.waits.rawValue)
                        WHEN o.wave = \(Wave.increase.rawValue) AND (\(inQuestion) OR \(unsettled))
                            THEN \(EntryState.waits.rawValue)
                        ELSE \(EntryState.ready.rawValue) END
                FROM outbox o INDEXED BY outbox_order CROSS JOIN levels l ON l.id = o.level
                WHERE o.state = \(EntryState.ready.rawValue)
                ORDER BY o.wave, o.priority, o.sequence LIMIT ?
                """
        ).execute(arguments: [limit])
        let examined = changesCount
        // `UPDATE … FROM` would walk the whole outbox: the planner takes a work table for a large one.
        try cachedStatement(
            sql: """
                UPDATE outbox SET state = (SELECT state FROM temp.candidates k WHERE k.level = outbox.level)
                WHERE level IN (SELECT level FROM temp.candidates WHERE state <> \(EntryState.ready.rawValue))
                """
        ).execute()
        return examined
    }

    /// Whether the stock of `l` has a decrease that the shop has not confirmed, as SQL.
    ///
    /// A level that has been made anew under an id that is not known yet may show anything, so what goes
    /// there can still turn out to be a decrease, and so may a level where more than is wanted now may still
    /// take effect. One that has taken over another's figure, and has not been worked out since, may have to
    /// be lowered. What the shop does not have (`unknown`, without an id) shows no stock: it blocks nothing.
    private static func decreaseUnsettled(mindingQuestions: Bool, mindingMoved: Bool) -> String {
        let mayRise = """
            OR EXISTS (SELECT 1 FROM questions q WHERE q.level = s.id AND q.quantity > ifnull(
                (SELECT x.quantity FROM outbox x WHERE x.level = s.id),
                ifnull((SELECT p.quantity FROM published p WHERE p.level = s.id), -1)))
            """
        let hasMoved = """
            OR (s.id <> l.id
                AND EXISTS (SELECT 1 FROM moved_skus m WHERE m.sku = ifnull(l.stock, l.sku))
                AND EXISTS (SELECT 1 FROM published x
                    WHERE x.level = s.id AND x.written_as IS NOT NULL AND x.quantity > 0))
            """
        return someOfStock(
            where: """
                EXISTS (SELECT 1 FROM outbox x WHERE x.level = s.id
                    AND (x.state <> \(EntryState.unknown.rawValue) OR s.level_id IS NOT NULL)
                    AND (x.wave < \(Wave.increase.rawValue) OR s.level_id IS NULL))
                OR EXISTS (SELECT 1 FROM claims x WHERE x.level = s.id
                    AND (x.wave < \(Wave.increase.rawValue) OR x.level_id IS NOT s.level_id))
                \(mindingQuestions ? mayRise : "")
                \(mindingMoved ? hasMoved : "")
                """
        )
    }

    /// Claims the first of the candidates that can go; the others stay ready.
    fileprivate func claimCandidates(of examined: Int, limit: Int, at now: Timestamp) throws -> [Wish] {
        try noteParkedIncreases(at: now)
        try cachedStatement(
            sql: "DELETE FROM temp.candidates WHERE state <> \(EntryState.ready.rawValue)"
        ).execute()
        if examined > limit {
            try cachedStatement(
                sql: """
                    DELETE FROM temp.candidates WHERE place NOT IN (
                        SELECT place FROM temp.candidates ORDER BY place LIMIT ?)
                    """
            ).execute(arguments: [limit])
        }
        let claimed = "SELECT level FROM temp.candidates"
        try cachedStatement(
            sql: """
                INSERT INTO claims
                    (sequence, level, level_id, quantity, wave, priority, run, attempts, batch_max, claimed)
                SELECT o.sequence, o.level, k.level_id, o.quantity, o.wave, o.priority, o.run, o.attempts,
                    o.batch_max, ?
                FROM temp.candidates k CROSS JOIN outbox o ON o.level = k.level
                """
        ).execute(arguments: [now.microseconds])
        try cachedStatement(sql: "DELETE FROM outbox WHERE level IN (\(claimed))").execute()
        try close([.increaseParked], levels: claimed, at: now)
        let statement = try cachedStatement(
            sql: """
                SELECT \(Wish.columns) FROM temp.candidates k
                CROSS JOIN claims c ON c.level = k.level CROSS JOIN levels l ON l.id = k.level
                LEFT JOIN published p ON p.level = k.level
                ORDER BY k.place
                """
        )
        let rows = try Row.fetchCursor(statement)
        var wishes: [Wish] = []
        while let row = try rows.next() { wishes.append(try Wish(row)) }
        return wishes
    }

    /// Opens an exception for increases that wait for a decrease which the shop refused.
    private func noteParkedIncreases(at now: Timestamp) throws {
        let refused = "x.wave < \(Wave.increase.rawValue) AND x.state = \(EntryState.refused.rawValue)"
        let someRefused = try Bool.fetchOne(
            cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM outbox x WHERE \(refused))")
        )
        guard someRefused == true else { return }
        let refusedOfStock = Database.someOfStock(
            where: "EXISTS (SELECT 1 FROM outbox x WHERE x.level = s.id AND \(refused))"
        )
        let rows = try Row.fetchAll(
            self,
            cached: """
                SELECT l.id, l.sku, l.unit, l.warehouse, o.quantity, o.run, ifnull(l.stock, l.sku)
                FROM temp.candidates k
                CROSS JOIN outbox o ON o.level = k.level CROSS JOIN levels l ON l.id = k.level
                WHERE k.state = \(EntryState.waits.rawValue) AND o.wave = \(Wave.increase.rawValue)
                    AND \(refusedOfStock)
                """
        )
        let first = try cachedStatement(
            sql: """
                SELECT s.sku, s.unit, s.warehouse FROM levels s CROSS JOIN outbox x ON x.level = s.id
                WHERE (s.sku = ?1 AND s.stock IS NULL OR s.stock = ?1) AND \(refused)
                ORDER BY s.sku, s.unit, s.warehouse LIMIT 1
                """
        )
        for row in rows {
            guard let decrease = try Row.fetchOne(first, arguments: [row[6] as String]) else { continue }
            let exception = InventoryException(
                parked: LevelKey(row, at: 1),
                to: Quantity(millionths: row[4]),
                behind: LevelKey(decrease, at: 0)
            )
            try open(exception, level: row[0], run: row[5], at: now)
        }
    }
}

extension Wish {
    /// What `init(_:)` reads, from `claims c`, `levels l` and `published p`.
    fileprivate static let columns = """
        c.sequence, l.sku, l.unit, l.warehouse, c.level_id, c.quantity, c.wave, c.priority, l.stock,
        p.quantity, c.attempts, c.batch_max, l.product
        """

    fileprivate init(_ row: Row) throws {
        let number: Int = row[6]
        guard let wave = Wave(rawValue: number) else { throw Fault.damaged("the wave \(number)") }
        self.init(
            sequence: row[0],
            key: LevelKey(row, at: 1),
            stock: (row[8] as String?).map { SKU($0) },
            level: LevelID(row[4]),
            quantity: Quantity(millionths: row[5]),
            wave: wave,
            priority: row[7],
            before: (row[9] as Int64?).map(Quantity.init(millionths:)),
            product: (row[12] as String?).map { ProductID($0) },
            suspicion: Suspicion(attempts: row[10], batchMax: row[11])
        )
    }
}
