import GRDB
package import InventoryCore

extension StateDatabase {
    /// Notes durably that a run is under way.
    ///
    /// Opening the database anew turns it into an interrupted one, unless it was recorded otherwise.
    package func begin(_ run: RunRecord) async throws {
        precondition(run.state == .running, "the run \(run.id) has ended")
        try await record(run)
    }

    /// Stores a run as it is now, new or known.
    package func record(_ run: RunRecord) async throws {
        try await write("record the run") { db in
            _ = try db.upsert(run)
        }
    }

    /// Notes what a push has come to: accepted runs are done once none of their wishes is unsettled,
    /// whichever push it was that settled the last.
    ///
    /// - Throws: `Fault`.
    package func endPush(at now: Timestamp) async throws {
        try await write("record the push") { db in
            try db.execute(
                cached: """
                    UPDATE runs SET finished = ?1, state = iif(
                        state = 'accepted' AND number NOT IN (\(Database.unsettledRuns)), 'done', state)
                    WHERE state = 'accepted' OR state = 'held' AND number = (
                        SELECT max(number) FROM runs WHERE state IN ('accepted', 'done', 'held'))
                    """,
                arguments: [now.microseconds]
            )
        }
    }

    /// Gives the newest run of any source that was accepted; nothing before the first.
    package func lastAccepted() async throws -> RunRecord? {
        try await accepted("ORDER BY number DESC")
    }

    /// Gives the newest run of a source that was accepted; nothing before its first.
    package func lastAccepted(of source: SourceID) async throws -> RunRecord? {
        try await accepted("AND source = ? ORDER BY number DESC", [source.text])
    }

    /// Gives the runs that took a delivery, of one source or of all, the newest first: also those of which a
    /// person has rejected what was held, since the rest of the delivery counts.
    package func takenRuns(of source: SourceID? = nil, limit: Int = .max) async throws -> [RunRecord] {
        try await read("read the runs that took a delivery") { db in
            // Only the commit gives a run the generation of its baseline.
            let condition = """
                WHERE generation IS NOT NULL AND delivery <> '' AND (?1 IS NULL OR source = ?1)
                ORDER BY number DESC LIMIT ?2
                """
            return try RunRecord.fetch(db, condition, [source?.text, limit])
        }
    }

    /// Gives the newest run that read a delivery of a source and was not held as a whole: what later
    /// deliveries are compared with.
    package func lastComparable(of source: SourceID) async throws -> RunRecord? {
        try await accepted(
            "AND source = ? AND NOT held_whole AND delivery <> '' ORDER BY number DESC",
            [source.text]
        )
    }

    /// Whether the newest run of a source that judged a delivery held it as a whole, whatever was decided.
    package func isLastHeldWhole(of source: SourceID) async throws -> Bool {
        try await read("read the last run") { db in
            try Bool.fetchOne(
                db,
                cached: """
                    SELECT held_whole FROM runs
                    WHERE source = ? AND delivery <> '' AND state IN ('accepted', 'done', 'held', 'rejected')
                    ORDER BY number DESC LIMIT 1
                    """,
                arguments: [source.text]
            ) ?? false
        }
    }

    /// Gives the first of the accepted runs in an order, which `rest` names with further conditions.
    private func accepted(_ rest: String, _ arguments: StatementArguments = []) async throws -> RunRecord? {
        try await read("read the accepted runs") { db in
            try RunRecord.fetch(
                db,
                "WHERE state IN ('accepted', 'done', 'held') \(rest) LIMIT 1",
                arguments
            ).first
        }
    }

    /// Gives the newest runs, the last started first; those of events and orders, of which there are many a
    /// second, only where they are wanted.
    package func lastRuns(limit: Int, withEvents: Bool = true) async throws -> [RunRecord] {
        try await read("read the runs") { db in
            let condition = withEvents ? "" : "WHERE events IS NULL"
            return try RunRecord.fetch(db, "\(condition) ORDER BY number DESC LIMIT ?", [limit])
        }
    }

    /// Gives how many runs wait for a person's decision about a part of them.
    package func heldRunCount() async throws -> Int {
        try await read("count the held runs") { db in
            try Int.fetchOne(
                db,
                cached: "SELECT count(*) FROM runs WHERE state = ?",
                arguments: [RunRecord.State.Kind.held.rawValue]
            ) ?? 0
        }
    }

    /// Gives the runs that wait for a person's decision about a part of them, the newest first.
    package func heldRuns() async throws -> [RunID] {
        try await read("read the held runs") { db in
            try RunRecord.fetch(db, "WHERE state = 'held' ORDER BY number DESC", []).map(\.id)
        }
    }

    /// Gives the accepted runs that take a run's figures back, the newest first.
    package func reverts(of run: RunID) async throws -> [RunRecord] {
        try await read("read the reverts of the run") { db in
            let condition = """
                WHERE reverts = ? AND state IN ('accepted', 'done', 'held') ORDER BY number DESC
                """
            return try RunRecord.fetch(db, condition, [run.text])
        }
    }

    package func run(_ id: RunID) async throws -> RunRecord? {
        try await read("read the run") { db in
            try RunRecord.fetch(db, "WHERE id = ?", [id.text]).first
        }
    }

    /// Gives the runs whose id begins with `prefix`, newest first, at most `limit`: more than one is
    /// ambiguous.
    package func runs(withPrefix prefix: String, limit: Int = 5) async throws -> [RunRecord] {
        try await read("read the runs") { db in
            try RunRecord.fetch(
                db,
                "WHERE substr(id, 1, length(?1)) = ?1 ORDER BY number DESC LIMIT ?2",
                [prefix, limit]
            )
        }
    }
}

extension Database {
    /// The numbers of the runs of which the shop has not confirmed everything yet.
    static let unsettledRuns = """
        SELECT run FROM outbox WHERE state IN (\(Database.unsettledStates))
        UNION ALL SELECT run FROM claims
        UNION ALL SELECT q.run FROM questions q LEFT JOIN published p ON p.level = q.level
            WHERE p.quantity IS NOT q.quantity
        """
}

/// Runs that are kept; the next acceptance forgets older ones, but never a held one.
private let runsMax = 10_000
/// The same of runs that took events, of which there may be fifty a second.
private let eventRunsMax = 1_000
/// Newest runs whose rejected rows are kept.
private let runsWithRejectedRowsMax = 100

extension Database {
    /// Stores the run and gives its number, by which other tables name it.
    ///
    /// What was written of a known one stays: only receipts count that.
    func upsert(_ run: RunRecord) throws -> Int64 {
        let names = RunRecord.columns
        let marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
        let kept: Set = ["id", "written", "refused"]
        let updated = names.filter { !kept.contains($0) }
        let updates = updated.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let statement = try cachedStatement(
            sql: """
                INSERT INTO runs (\(names.joined(separator: ", "))) VALUES (\(marks))
                ON CONFLICT(id) DO UPDATE SET \(updates) RETURNING number
                """
        )
        guard let number = try Int64.fetchOne(statement, arguments: StatementArguments(run.values)) else {
            throw Fault.damaged("no number for the run \(run.id)")
        }
        return number
    }

    /// Ends the runs of a process that is gone.
    func interruptRuns(at now: Timestamp) throws {
        try execute(
            cached: "UPDATE runs SET state = ?, finished = ?, message = ? WHERE state = ?",
            arguments: [
                RunRecord.State.Kind.interrupted.rawValue, now.microseconds,
                "The process ended while the run was going on; nothing of it was accepted.",
                RunRecord.State.Kind.running.rawValue,
            ]
        )
    }

    /// Forgets runs of the kind of the newest one, and rejected rows, beyond what is kept of them.
    func forgetOldRuns(before run: Int64, isOfEvents: Bool) throws {
        let kind = isOfEvents ? "events IS NOT NULL" : "events IS NULL"
        func oldest(kept: Int) -> String {
            "(SELECT number FROM runs WHERE \(kind) AND number < ?1 "
                + "ORDER BY number DESC LIMIT 1 OFFSET \(kept))"
        }
        if !isOfEvents {
            try execute(
                cached: "DELETE FROM rejected_rows WHERE run <= \(oldest(kept: runsWithRejectedRowsMax - 1))",
                arguments: [run]
            )
        }
        let kept = isOfEvents ? eventRunsMax : runsMax
        try cachedStatement(
            sql: """
                DELETE FROM runs WHERE number <= \(oldest(kept: kept - 1)) AND \(kind) AND state <> 'held'
                """
        ).execute(arguments: [run])
    }
}

extension RunRecord {
    fileprivate static let columns = [
        "id", "state", "source", "scope", "started", "finished", "as_of", "sequence", "digest", "rows",
        "rejected", "added", "changed", "removed", "wanted", "unchanged", "written", "refused", "generation",
        "rules_version", "plan_digest", "message", "delivery", "size", "positions",
        "keyless", "ends_inside_line", "mapping", "held_whole", "stated_columns", "reverts", "events",
    ]

    /// The values of `columns`, in their order.
    fileprivate var values: [(any DatabaseValueConvertible)?] {
        [
            id.text, state.kind.rawValue, source.text, scope.rawValue, started.microseconds,
            finished?.microseconds,
            asOf?.microseconds, sequence, digest, counts.rows,
            counts.rejected, counts.deltas.added, counts.deltas.changed, counts.deltas.removed,
            counts.wanted, counts.unchanged, counts.written, counts.refused,
            generation.map { Int64($0) }, rulesVersion, planDigest, message,
            delivery, sizeBytes, counts.positions, keylessRows, endsInsideLine, mapping,
            isHeldWhole, statedColumns, reverts?.text, events,
        ]
    }

    static func fetch(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> [RunRecord] {
        let sql = "SELECT \(columns.joined(separator: ", ")) FROM runs \(condition)"
        return try Row.fetchAll(db, cached: sql, arguments: arguments).map { try RunRecord($0) }
    }

    private init(_ row: Row) throws {
        let (state, scope): (String, String) = (row[1], row[3])
        guard let kind = State.Kind(rawValue: state), let extent = SnapshotScope(rawValue: scope) else {
            throw Fault.damaged("a run in the state “\(state)”, scope “\(scope)”")
        }
        let started = Timestamp(microseconds: row[4])
        self.init(
            id: RunID(row[0]),
            state: State(
                kind,
                message: row[21],
                finished: (row[5] as Int64?).map(Timestamp.init(microseconds:)),
                started: started
            ),
            source: SourceID(row[2]),
            delivery: row[22],
            scope: extent,
            started: started
        )
        asOf = (row[6] as Int64?).map(Timestamp.init(microseconds:))
        sequence = row[7]
        digest = row[8]
        counts.rows = row[9]
        counts.rejected = row[10]
        counts.deltas.added = row[11]
        counts.deltas.changed = row[12]
        counts.deltas.removed = row[13]
        counts.wanted = row[14]
        counts.unchanged = row[15]
        counts.written = row[16]
        counts.refused = row[17]
        generation = (row[18] as Int64?).map { UInt64($0) }
        rulesVersion = row[19]
        planDigest = row[20]
        sizeBytes = row[23]
        counts.positions = row[24]
        keylessRows = row[25]
        endsInsideLine = row[26]
        mapping = row[27]
        isHeldWhole = row[28]
        statedColumns = row[29]
        reverts = (row[30] as String?).map { RunID($0) }
        events = row[31]
    }
}
