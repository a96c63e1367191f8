import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives what is known of a source's deliveries, the newest first.
    package func deliveries(
        of source: SourceID? = nil,
        limit: Int = .max
    ) async throws -> [DeliveryRecord] {
        try await read("read the deliveries") { db in
            try DeliveryRecord.fetch(
                db,
                "WHERE ?1 IS NULL OR d.source = ?1 ORDER BY d.number DESC LIMIT ?2",
                [source?.text, limit]
            )
        }
    }

    /// Gives the deliveries of a source that had these bytes and were taken, the newest first.
    package func deliveries(of source: SourceID, digest: String) async throws -> [DeliveryRecord] {
        try await read("read the deliveries") { db in
            try DeliveryRecord.fetch(
                db,
                "WHERE d.source = ? AND d.digest = ? AND d.outcome = 'taken' ORDER BY d.number DESC",
                [source.text, digest]
            )
        }
    }

    /// Gives the deliveries of a source that came as these bytes, whatever became of them, the newest first.
    package func deliveries(of source: SourceID, sha256: String) async throws -> [DeliveryRecord] {
        try await read("read the deliveries") { db in
            try DeliveryRecord.fetch(
                db,
                "WHERE d.source = ? AND d.sha256 = ? ORDER BY d.number DESC",
                [source.text, sha256]
            )
        }
    }

    /// Gives the delivery of a source whose file was written last.
    package func lastArrived(of source: SourceID) async throws -> DeliveryRecord? {
        try await first("WHERE d.source = ? ORDER BY d.modified DESC, d.number DESC LIMIT 1", source)
    }

    /// Gives the newest delivery of a source that was taken.
    package func lastTaken(of source: SourceID) async throws -> DeliveryRecord? {
        try await first(
            "WHERE d.source = ? AND \(DeliveryRecord.wasRead) ORDER BY d.number DESC LIMIT 1",
            source
        )
    }

    /// Gives the newest delivery of a source that was taken and was not the one before it, sent again.
    package func lastCounted(of source: SourceID) async throws -> DeliveryRecord? {
        try await first(
            """
            WHERE d.source = ? AND \(DeliveryRecord.wasRead) AND d.code IS NOT '\(DeliveryRecord.sentAgain)'
            ORDER BY d.number DESC LIMIT 1
            """,
            source
        )
    }

    private func first(_ condition: String, _ source: SourceID) async throws -> DeliveryRecord? {
        try await read("read the deliveries") { db in
            try DeliveryRecord.fetch(db, condition, [source.text]).first
        }
    }

    /// Gives the seeds under which the newest delivery of a source was marked: those of its baseline; nothing
    /// where none is known.
    package func baselineSeeds(of source: SourceID) async throws -> [UInt64]? {
        try await first(
            """
            WHERE d.source = ? AND d.seeds IS NOT NULL AND \(DeliveryRecord.wasRead)
            ORDER BY d.number DESC LIMIT 1
            """,
            source
        )?.seeds
    }

    /// Gives when the newest statements of a source were true, as far as that is known: once its mark was
    /// taken back, those of that mark and those that came later.
    package func statements(of source: SourceID, limit: Int = 100) async throws -> [Timestamp] {
        try await read("read the deliveries") { db in
            // The last one may be exported again; another that is only touched says nothing.
            let condition = """
                WHERE d.source = ?1 AND (\(DeliveryRecord.wasRead) OR d.outcome = 'repeated' AND d.name =
                    (SELECT d.name FROM deliveries d WHERE d.source = ?1 AND \(DeliveryRecord.wasRead)
                    ORDER BY d.number DESC LIMIT 1))
                AND (d.run = (SELECT number FROM runs WHERE id =
                        (SELECT to_run FROM source_resets WHERE source = ?1 ORDER BY number DESC LIMIT 1))
                    OR NOT EXISTS (SELECT 1 FROM source_resets WHERE source = ?1 AND at >= d.at))
                ORDER BY d.number DESC LIMIT ?2
                """
            return try DeliveryRecord.fetch(db, condition, [source.text, limit]).map(\.stated)
        }
    }

    /// Gives how many deliveries of each source are kept by their outcomes.
    package func deliveryCounts() async throws -> [SourceID: [DeliveryRecord.Outcome: Int]] {
        try await read("count the deliveries") { db in
            var counts: [SourceID: [DeliveryRecord.Outcome: Int]] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT source, outcome, count(*) FROM deliveries GROUP BY source, outcome"
            )
            while let row = try rows.next() {
                let outcome = try DeliveryRecord.Outcome(stored: row[1])
                counts[SourceID(row[0]), default: [:]][outcome] = row[2]
            }
            return counts
        }
    }

    /// Notes deliveries that no run was made of, or whose run failed.
    package func record(_ deliveries: [DeliveryRecord]) async throws {
        guard !deliveries.isEmpty else { return }
        try await write("record the deliveries") { db in
            for delivery in deliveries { try db.upsert(delivery, run: nil) }
        }
    }

    /// Forgets the oldest deliveries of a source beyond those kept, but none that still lies there: it would
    /// be taken again.
    ///
    /// Those of `present` names lie there; `keeping` of them are kept in any case.
    package func forgetDeliveries(
        of source: SourceID,
        except present: Set<String>,
        keeping: Int = DeliveryRecord.keptMax
    ) async throws {
        try await write("forget old deliveries") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT number, name FROM deliveries WHERE source = ?
                    ORDER BY number DESC LIMIT -1 OFFSET ?
                    """,
                arguments: [source.text, keeping]
            )
            let delete = try db.cachedStatement(sql: "DELETE FROM deliveries WHERE number = ?")
            for row in rows where !present.contains(row[1]) {
                try delete.execute(arguments: [row[0] as Int64])
            }
        }
    }

    /// Whether bytes were accepted before, and others since: an old statement that comes once more.
    ///
    /// What is held for this very reason was not accepted, until a person approves it.
    package func wasSuperseded(_ digest: String, of source: SourceID) async throws -> Bool {
        try await read("look for the delivery") { db in
            let accepted = """
                d.source = ?1 AND d.outcome = 'taken' AND (d.code IS NOT 'replayed' OR EXISTS
                    (SELECT 1 FROM runs r WHERE r.number = d.run AND r.state IN ('accepted', 'done')
                        AND NOT r.held_whole))
                """
            let sql = """
                SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.digest = ?2 AND \(accepted))
                    AND (SELECT d.digest FROM deliveries d WHERE \(accepted)
                        ORDER BY d.number DESC LIMIT 1) IS NOT ?2
                """
            return try Bool.fetchOne(db, sql: sql, arguments: [source.text, digest]) ?? false
        }
    }
}

extension DeliveryRecord {
    /// Deliveries kept of each source, beside those that still lie where they were dropped.
    package static let keptMax = 10_000

    /// The code of an upload that is the one before it, sent again: what is absent from it was counted.
    package static let sentAgain = "sent_again"

    /// A condition for what a run has read: a touched file is known without one.
    static let wasRead = "(d.outcome = 'taken' OR d.outcome = 'repeated' AND d.run IS NOT NULL)"
}

extension DeliveryRecord.Outcome {
    init(stored text: String) throws {
        guard let outcome = DeliveryRecord.Outcome(rawValue: text) else {
            throw Fault.damaged("the outcome “\(text)” of a delivery")
        }
        self = outcome
    }
}
