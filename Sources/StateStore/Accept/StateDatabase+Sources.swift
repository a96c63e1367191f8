import GRDB
package import InventoryCore

// What is kept of each source.
extension StateDatabase {
    /// Gives the generation of each source's observed baseline; a source that was never accepted is missing.
    ///
    /// Anything that a baseline's folder has beyond it was never committed.
    package func generations() async throws -> [SourceID: UInt64] {
        try await read("read the generations") { db in
            var generations: [SourceID: UInt64] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT source, generation FROM baselines")
            while let row = try rows.next() {
                generations[SourceID(row[0])] = UInt64(row[1] as Int64)
            }
            return generations
        }
    }

    /// Gives the generation of a source's observed baseline; 0 before its first acceptance.
    package func generation(of source: SourceID) async throws -> UInt64 {
        try await read("read the generation") { db in
            let generation = try Int64.fetchOne(
                db,
                cached: "SELECT generation FROM baselines WHERE source = ?",
                arguments: [source.text]
            )
            return UInt64(generation ?? 0)
        }
    }

    /// Gives the newest accepted statement of a source.
    package func highWaterMark(of source: SourceID) async throws -> HighWaterMark? {
        try await read("read what was accepted last") { db in
            try HighWaterMark.fetch(db, of: source)
        }
    }
}

extension Database {
    /// Names the baseline of a source that the acceptance goes with.
    func set(generation: UInt64, of source: SourceID) throws {
        try execute(
            cached: """
                INSERT INTO baselines VALUES (?, ?)
                ON CONFLICT(source) DO UPDATE SET generation = excluded.generation
                    WHERE generation <> excluded.generation
                """,
            arguments: [source.text, Int64(generation)]
        )
        if changesCount > 0 { try changeStock() }
    }

    /// Raises the mark of a source; a delivery that states less than others before it lowers nothing.
    func upsert(_ mark: HighWaterMark, run: Int64) throws {
        try execute(
            cached: """
                INSERT INTO high_water
                    (source, as_of, sequence, digest, sequence_digest, newest_row, run)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(source) DO UPDATE SET
                    as_of = max(ifnull(as_of, excluded.as_of), ifnull(excluded.as_of, as_of)),
                    sequence_digest = CASE WHEN excluded.sequence IS NULL OR excluded.sequence < sequence
                        THEN sequence_digest ELSE excluded.sequence_digest END,
                    sequence = max(ifnull(sequence, excluded.sequence), ifnull(excluded.sequence, sequence)),
                    newest_row =
                        max(ifnull(newest_row, excluded.newest_row), ifnull(excluded.newest_row, newest_row)),
                    digest = excluded.digest, run = excluded.run
                """,
            arguments: [
                mark.source.text, mark.asOf?.microseconds, mark.sequence, mark.digest, mark.sequenceDigest,
                mark.newestRow?.microseconds, run,
            ]
        )
    }
}

extension BulkInsert {
    /// Appends a position's key as the columns SKU, location, unit and bin.
    mutating func append(_ key: PositionKey) {
        append(key.sku.text)
        append(key.location.text)
        append(key.unit.text)
        append(key.bin.text)
    }
}
