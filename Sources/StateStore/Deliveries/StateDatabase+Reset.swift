import GRDB
package import InventoryCore

extension StateDatabase {
    /// Takes a source's high-water mark back, to that of a run or to none, and keeps who did it and why.
    ///
    /// Deliveries that were refused for being stale or of the future may be taken again.
    ///
    /// - Returns: the reset with the mark that was there.
    @discardableResult
    package func reset(_ reset: SourceReset, to run: RunRecord?) async throws -> SourceReset {
        try await write("take the high-water mark back") { db in
            let source = reset.source.text
            let before = try HighWaterMark.fetch(db, of: reset.source)
            try db.execute(
                sql: """
                    INSERT INTO source_resets
                        (source, at, who, reason, to_run, as_of, sequence, digest, newest_row)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    source, reset.at.microseconds, reset.who, reset.reason, reset.toRun?.text,
                    before?.asOf?.microseconds, before?.sequence, before?.digest,
                    before?.newestRow?.microseconds,
                ]
            )
            try db.execute(sql: "DELETE FROM high_water WHERE source = ?", arguments: [source])
            try db.takeBackStated(of: reset.source, to: run?.asOf)
            try db.takeBackKnown(of: reset.source, from: before?.asOf, to: run?.asOf)
            if let run {
                let number = try db.upsert(run)
                let stated = try Int64.fetchOne(
                    db,
                    sql: "SELECT as_of FROM deliveries WHERE run = ? ORDER BY number DESC LIMIT 1",
                    arguments: [number]
                )
                // A run's own as-of may be that of its newest row.
                let asOf = stated.map(Timestamp.init(microseconds:))
                let mark = HighWaterMark(
                    source: reset.source,
                    asOf: asOf,
                    sequence: run.sequence,
                    digest: run.digest,
                    newestRow: asOf == nil ? run.asOf : nil
                )
                try db.upsert(mark, run: number)
            }
            try db.execute(
                sql: """
                    DELETE FROM deliveries
                    WHERE source = ? AND (outcome = 'stale' OR outcome = 'rejected' AND code IN
                        ('as_of_in_future', 'same_sequence_other_content'))
                    """,
                arguments: [source]
            )
            return SourceReset(
                source: reset.source,
                at: reset.at,
                who: reset.who,
                reason: reset.reason,
                toRun: reset.toRun,
                before: before
            )
        }
    }

    /// Gives how often high-water marks were taken back, the newest first.
    package func resets(of source: SourceID, limit: Int = 100) async throws -> [SourceReset] {
        try await read("read what was taken back") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT at, who, reason, to_run, as_of, sequence, digest, newest_row
                    FROM source_resets WHERE source = ? ORDER BY number DESC LIMIT ?
                    """,
                arguments: [source.text, limit]
            )
            return rows.map { row in
                SourceReset(
                    source: source,
                    at: Timestamp(microseconds: row[0]),
                    who: row[1],
                    reason: row[2],
                    toRun: (row[3] as String?).map { RunID($0) },
                    before: HighWaterMark(
                        source: source,
                        asOf: (row[4] as Int64?).map(Timestamp.init(microseconds:)),
                        sequence: row[5],
                        digest: row[6],
                        newestRow: (row[7] as Int64?).map(Timestamp.init(microseconds:))
                    )
                )
            }
        }
    }
}

extension HighWaterMark {
    static func fetch(_ db: Database, of source: SourceID) throws -> HighWaterMark? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT as_of, sequence, digest, sequence_digest, newest_row FROM high_water WHERE source = ?
                """,
            arguments: [source.text]
        ).map { row in
            HighWaterMark(
                source: source,
                asOf: (row[0] as Int64?).map(Timestamp.init(microseconds:)),
                sequence: row[1],
                digest: row[2],
                sequenceDigest: row[3],
                newestRow: (row[4] as Int64?).map(Timestamp.init(microseconds:))
            )
        }
    }
}

extension Database {
    /// Forgets as of when positions in doubt were known, where a mark says so that is taken back: whatever
    /// has grown elsewhere may then have grown since.
    fileprivate func takeBackKnown(
        of source: SourceID,
        from wrong: Timestamp?,
        to right: Timestamp?
    ) throws {
        guard let first = right.map({ $0.microseconds + 1 }) ?? wrong?.microseconds else { return }
        try execute(
            sql: "UPDATE doubts SET known_as_of = ? WHERE source = ? AND known_as_of >= ?",
            arguments: [right?.microseconds, source.text, first]
        )
        if changesCount > 0 { try changeStock() }
    }
}
