import GRDB
package import InventoryCore

extension StateDatabase {
    /// The operations of earlier processes that still carry values in question.
    package func questionedOperations() async throws -> [OperationID] {
        try await read("read operations in question") { db in
            let sql =
                "SELECT DISTINCT operation FROM questions WHERE operation IS NOT NULL ORDER BY operation"
            return try String.fetchAll(db, cached: sql).map { OperationID($0) }
        }
    }

    /// Notes that an operation has ended: what it carried can take effect until that moment and not later.
    package func endOperation(_ operation: OperationID, until: MachineInstant) async throws {
        try await write("end an operation in question") { db in
            try db.execute(
                cached: "UPDATE questions SET operation = NULL, boot = ?, until = ? WHERE operation = ?",
                arguments: [until.boot, until.seconds, operation.text]
            )
        }
    }

    /// Gives levels whose questions are all over, after a row and at most `limit` of them, and forgets those
    /// questions that need no reading.
    ///
    /// Questions of another start of the machine cannot be compared with its clock: they last until
    /// `restart`.
    package func endedQuestions(
        at now: MachineInstant,
        restart: MachineInstant,
        after row: LevelRow? = nil,
        limit: Int
    ) async throws -> EndedQuestions {
        try await write("read what was in question") { db in
            guard try db.hasQuestions() else { return EndedQuestions(levels: [], confirmed: 0) }
            try db.execute(
                cached:
                    "UPDATE questions SET boot = ?1, until = ?2 WHERE operation IS NULL AND boot IS NOT ?1",
                arguments: [restart.boot, restart.seconds]
            )
            let confirmed = try db.dropConfirmedQuestions(at: now)
            let rows = try Row.fetchAll(
                db,
                cached: """
                    SELECT q.level, l.level_id, p.quantity, o.quantity
                    FROM (SELECT level, max(operation IS NOT NULL OR until > ?1) AS open FROM questions
                        GROUP BY level HAVING open = 0) q
                    CROSS JOIN levels l ON l.id = q.level
                    LEFT JOIN published p ON p.level = q.level
                    LEFT JOIN outbox o ON o.level = q.level
                    WHERE q.level > ?3 AND l.level_id IS NOT NULL
                        AND q.level NOT IN (SELECT level FROM claims)
                    ORDER BY q.level LIMIT ?2
                    """,
                arguments: [now.seconds, limit, row?.number ?? 0]
            )
            return EndedQuestions(levels: try rows.map { try QuestionedLevel(db, $0) }, confirmed: confirmed)
        }
    }

    /// Ends the questions about levels that have been read back.
    ///
    /// - Parameters:
    ///   - levels: what was in question.
    ///   - shown: what each shows; a level that is missing is gone.
    ///   - now: the time of the reading.
    /// - Throws: `Fault`.
    package func endQuestions(
        _ levels: [QuestionedLevel],
        shown: [LevelID: Quantity],
        at now: Timestamp
    ) async throws {
        try await write("end questions") { db in
            for level in levels {
                if let confirmed = shown[level.level].flatMap(level.confirmed(shows:)) {
                    try db.confirm(confirmed, of: level, at: now)
                }
                try db.execute(
                    cached: "DELETE FROM questions WHERE level = ?",
                    arguments: [level.row.number]
                )
                if shown[level.level] == nil { try db.forget(level, at: now) }
            }
            try db.reconsider(levels.map(\.row), at: now)
        }
    }

    /// Gives levels with a value in question that has not been seen to arrive, in the order of their rows.
    package func openQuestions(after row: LevelRow?, limit: Int) async throws -> [QuestionedLevel] {
        try await read("read what is in question") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT q.level, l.level_id, p.quantity, o.quantity FROM (
                        SELECT DISTINCT level FROM questions WHERE level > ? ORDER BY level) q
                    CROSS JOIN levels l ON l.id = q.level
                    LEFT JOIN published p ON p.level = q.level
                    CROSS JOIN outbox o ON o.level = q.level
                    WHERE l.level_id IS NOT NULL AND q.level NOT IN (SELECT level FROM claims)
                    ORDER BY q.level LIMIT ?
                    """,
                arguments: [row?.number ?? 0, limit]
            ).map { try QuestionedLevel(db, $0) }
        }
    }

    /// Notes which values in question the shop shows; they stay in question, since older ones may follow.
    package func noteArrivals(
        _ levels: [QuestionedLevel],
        shown: [LevelID: Quantity],
        at now: Timestamp
    ) async throws {
        try await write("note what has arrived") { db in
            var rows: [LevelRow] = []
            for level in levels {
                guard let quantity = shown[level.level], let arrived = level.confirmed(shows: quantity),
                    arrived == level.sent.last?.quantity
                else { continue }
                try db.confirm(arrived, of: level, at: now)
                rows.append(level.row)
            }
            try db.reconsider(rows, at: now)
        }
    }

    /// Takes over the claims of a process that has ended, apart from those that an operation carries.
    ///
    /// - Parameters:
    ///   - sent: the wishes that were sent or about to be; nothing where that is not known, so that any may
    ///     have been.
    ///   - until: until when those may still take effect.
    ///   - now: the time of the takeover.
    /// - Returns: how many may have been sent.
    /// - Throws: `Fault`.
    @discardableResult
    package func takeOverClaims(
        sent: Set<Int64>?,
        until: MachineInstant,
        at now: Timestamp
    ) async throws -> Int {
        try await write("take over claims") { db in
            let claims = try Row.fetchAll(db, cached: "SELECT sequence FROM claims WHERE operation IS NULL")
            let sequences = claims.map { $0[0] as Int64 }
            guard !sequences.isEmpty else { return 0 }
            let doubted = sequences.filter { sent?.contains($0) ?? true }
            try db.insert(doubted.map { OpenQuestion(sequence: $0, until: until) }, at: now)
            try db.execute(
                cached: """
                    INSERT INTO outbox (level, sequence, quantity, wave, priority, run, attempts, batch_max)
                    SELECT level, sequence, quantity, wave, priority, run, attempts, batch_max FROM claims
                    WHERE operation IS NULL
                    ON CONFLICT(level) DO NOTHING
                    """
            )
            try db.execute(cached: "DELETE FROM temp.shown")
            try db.execute(
                cached: "INSERT INTO temp.shown SELECT level FROM claims WHERE operation IS NULL"
            )
            try db.execute(cached: "DELETE FROM claims WHERE operation IS NULL")
            try db.reconsider(levels: "SELECT level FROM temp.shown", at: now)
            return doubted.count
        }
    }

    /// When the last of the questions is over, on the machine's clock; nothing where an operation carries
    /// some, or there is none.
    package func lastQuestionEnd() async throws -> MachineInstant? {
        try await read("read until when values are in question") { db in
            let row = try Row.fetchOne(
                db,
                cached: """
                    SELECT boot, until FROM questions WHERE boot IS NOT NULL AND until IS NOT NULL
                    ORDER BY until DESC LIMIT 1
                    """
            )
            return row.map { MachineInstant(boot: $0[0], seconds: $0[1]) }
        }
    }
}

extension Database {
    func hasQuestions() throws -> Bool {
        try Bool.fetchOne(cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM questions)")) == true
    }

    /// Levels where another value than the confirmed one may still take effect.
    func levelsInQuestion() throws -> Int {
        guard try hasQuestions() else { return 0 }
        return try Int.fetchOne(
            self,
            cached: """
                SELECT count(DISTINCT q.level) FROM questions q
                LEFT JOIN published p ON p.level = q.level
                WHERE p.quantity IS NOT q.quantity AND q.level NOT IN (SELECT level FROM outbox)
                """
        ) ?? 0
    }

    /// The greatest value in question of a level, as SQL.
    static func sent(to level: String) -> String {
        "(SELECT max(q.quantity) FROM questions q WHERE q.level = \(level))"
    }

    /// Whether another value was sent to a level without an answer, and nothing was confirmed since.
    static func isDoubted(_ level: String, at quantity: String) -> String {
        """
        EXISTS (SELECT 1 FROM questions q LEFT JOIN published r ON r.level = q.level
            WHERE q.level = \(level) AND q.quantity <> \(quantity) AND ifnull(r.at, 0) <= q.asked)
        """
    }

    /// Notes what may still take effect of claimed wishes, before their claims end: of the levels that have
    /// the ids now.
    func insert(_ questions: [OpenQuestion], at now: Timestamp) throws {
        guard !questions.isEmpty else { return }
        let insert = try cachedStatement(
            sql: """
                INSERT INTO questions (level, level_id, quantity, before, run, operation, boot, until, asked)
                SELECT ifnull((SELECT id FROM levels WHERE level_id = c.level_id), c.level), c.level_id,
                    c.quantity, p.quantity, c.run, ?2, ?3, ?4, ?5
                FROM claims c LEFT JOIN published p ON p.level = c.level WHERE c.sequence = ?1
                """
        )
        for question in questions {
            try insert.execute(
                arguments: [
                    question.sequence, question.operation?.text, question.until?.boot,
                    question.until?.seconds, now.microseconds,
                ]
            )
        }
    }

    /// Forgets questions that are over where nothing else can have come: their value is the confirmed one, or
    /// their level is not there any more.
    ///
    /// - Returns: of how many levels.
    fileprivate func dropConfirmedQuestions(at now: MachineInstant) throws -> Int {
        try execute(cached: "DELETE FROM temp.shown")
        try execute(
            cached: """
                INSERT OR IGNORE INTO temp.shown
                SELECT q.level FROM questions q LEFT JOIN levels l ON l.id = q.level
                LEFT JOIN published p ON p.level = q.level
                GROUP BY q.level
                HAVING max(q.operation IS NOT NULL OR q.until > ?) = 0 AND (
                    max(q.quantity IS NOT p.quantity) = 0 OR max(l.level_id IS q.level_id) = 0)
                """,
            arguments: [now.seconds]
        )
        let count = changesCount
        guard count > 0 else { return 0 }
        try execute(cached: "DELETE FROM questions WHERE level IN (SELECT level FROM temp.shown)")
        try releaseWaiting(levels: "SELECT level FROM temp.shown")
        return count
    }

    fileprivate func forget(_ level: QuestionedLevel, at now: Timestamp) throws {
        try execute(
            cached: "UPDATE levels SET level_id = NULL WHERE id = ? AND level_id = ?",
            arguments: [level.row.number, level.level.text]
        )
        try noteHistoryGone(levels: "SELECT \(level.row.number)", at: now)
        try execute(cached: "DELETE FROM published WHERE level = ?", arguments: [level.row.number])
        guard let wanted = level.wanted else { return }
        try wish(wanted, for: level)
    }

    fileprivate func confirm(_ quantity: Quantity, of level: QuestionedLevel, at now: Timestamp) throws {
        try keepArrived(quantity, of: level.row.number, at: now)
        try execute(
            cached: """
                INSERT INTO published (level, quantity, at, run, written_as)
                VALUES (?1, ?2, ?3, NULL,
                    (SELECT level FROM exceptions WHERE level = ?1 AND closed IS NULL AND code = ?4))
                ON CONFLICT(level) DO UPDATE SET
                    before = iif(quantity <> excluded.quantity, quantity, before),
                    quantity = excluded.quantity, at = excluded.at
                """,
            arguments: [
                level.row.number, quantity.millionths, now.microseconds,
                InventoryException.Code.figureStranded.rawValue,
            ]
        )
        if let wanted = level.wanted, wanted != quantity { try wish(wanted, for: level) }
    }

    /// Keeps in the history that a level shows what was sent without an answer, or something else.
    private func keepArrived(_ quantity: Quantity, of level: Int64, at now: Timestamp) throws {
        let before = try shown(by: level)
        guard before != quantity.millionths else { return }
        let act = try Int64.fetchOne(
            self,
            cached: """
                SELECT ifnull(h.act, 0) FROM questions q LEFT JOIN history_runs h ON h.run = q.run
                WHERE q.level = ? AND q.quantity = ? ORDER BY q.number DESC LIMIT 1
                """,
            arguments: [level, quantity.millionths]
        )
        let kind: HistoryLevel.Kind = act == nil ? .read : .arrived
        try noteHistory(
            of: level,
            kind,
            before: before,
            after: quantity.millionths,
            act: act ?? 0,
            at: now
        )
    }

    /// Wishes for what the level should show, unless the outbox has a wish for it.
    fileprivate func wish(_ quantity: Quantity, for level: QuestionedLevel) throws {
        let sequence = (try number(.sequence) ?? 0) + 1
        try execute(
            cached: """
                INSERT INTO outbox (level, sequence, quantity, wave, priority, run)
                SELECT ?1, ?2, ?3, \(Wave.increase.rawValue), 0, ifnull(max(number), 0) FROM runs
                WHERE true
                ON CONFLICT(level) DO NOTHING
                """,
            arguments: [level.row.number, sequence, quantity.millionths]
        )
        if changesCount > 0 { try set(.sequence, to: String(sequence)) }
    }
}

extension QuestionedLevel {
    fileprivate init(_ db: Database, _ row: Row) throws {
        let number: Int64 = row[0]
        let sent = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT quantity, before FROM questions WHERE level = ? ORDER BY number"),
            arguments: [number]
        )
        self.init(
            row: LevelRow(number),
            level: LevelID(row[1]),
            sent: sent.map {
                SentValue(
                    quantity: Quantity(millionths: $0[0]),
                    before: ($0[1] as Int64?).map(Quantity.init(millionths:))
                )
            },
            published: (row[2] as Int64?).map(Quantity.init(millionths:)),
            wished: (row[3] as Int64?).map(Quantity.init(millionths:))
        )
    }
}
