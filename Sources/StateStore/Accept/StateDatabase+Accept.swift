import GRDB
package import InventoryCore

extension StateDatabase {
    /// Makes a whole acceptance durable in one transaction: this is the commit point of a run.
    ///
    /// The same acceptance again changes nothing.
    ///
    /// - Parameters:
    ///   - acceptance: what becomes durable.
    ///   - sealing: called last, when all the rest is ready: gives the run with the generation that
    ///     the baseline folder has made durable meanwhile. May block, and with it whoever writes else.
    /// - Returns: what it did to the outbox.
    /// - Throws: `Fault` and what the closure throws, and then nothing was committed.
    @discardableResult
    package func accept(
        _ acceptance: Acceptance,
        sealing: (@Sendable () throws -> RunRecord)? = nil
    ) async throws -> AcceptanceCounts {
        try await write("accept a snapshot") { db in
            let run = try db.upsert(acceptance.run)
            if let generation = acceptance.generation {
                try db.set(.generation, to: String(generation))
            }
            if acceptance.isComplete { try db.set(.everythingNext, to: nil) }
            if let mark = acceptance.highWater { try db.upsert(mark, run: run) }
            let counts = try db.wish(acceptance.writes, run: run, at: acceptance.at)
            try db.apply(acceptance.exceptions, run: run, at: acceptance.at)
            try db.replaceRejectedRows(acceptance.rejectedRows, run: run)
            try db.upsert(acceptance.absences, ended: acceptance.absencesEnded, run: run)
            try db.upsert(acceptance.heldDeltas, run: run)
            if let text = acceptance.ruleText { try db.keep(text, of: acceptance.run) }
            try db.forgetOldRuns(before: run)
            try db.forgetClosedExceptions(at: acceptance.at)
            if let sealed = try sealing?() {
                _ = try db.upsert(sealed)
                if let generation = sealed.generation { try db.set(.generation, to: String(generation)) }
            }
            return counts
        }
    }

    /// Makes the next run work out every article: what the baseline says now may differ from what it said
    /// when their figures were worked out.
    package func workOutEverythingNext() async throws {
        try await write("remember what the next run has to do") { db in
            try db.set(.everythingNext, to: "1")
        }
    }

    /// Whether the next run has to work out every article.
    package func worksOutEverythingNext() async throws -> Bool {
        try await read("read what the next run has to do") { db in try db.text(.everythingNext) != nil }
    }

    /// Gives the newest accepted statement of a source.
    package func highWaterMark(of source: String) async throws -> HighWaterMark? {
        try await read("read what was accepted last") { db in
            try Row.fetchOne(
                db,
                sql: "SELECT as_of, sequence, digest FROM high_water WHERE source = ?",
                arguments: [source]
            ).map { row in
                HighWaterMark(
                    source: source,
                    asOf: (row[0] as Int64?).map(Timestamp.init(microseconds:)),
                    sequence: row[1],
                    digest: row[2]
                )
            }
        }
    }

    /// Gives every position whose absence is being counted.
    package func absences() async throws -> [PositionKey: Int] {
        try await read("read the absent positions") { db in
            var absences: [PositionKey: Int] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT sku, location, unit, count FROM absences")
            while let row = try rows.next() {
                let key = PositionKey(sku: SKU(row[0]), location: Location(row[1]), unit: StockUnit(row[2]))
                absences[key] = row[3]
            }
            return absences
        }
    }

    /// Gives the differences that a run holds back, by SKU, location and unit.
    package func heldDeltas(of run: RunID) async throws -> [HeldDelta] {
        try await read("read the held differences") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sku, location, unit, before, after, reason FROM held_deltas
                    WHERE run = (SELECT number FROM runs WHERE id = ?)
                    """,
                arguments: [run.text]
            )
            return try rows.map { row in
                let key = PositionKey(sku: SKU(row[0]), location: Location(row[1]), unit: StockUnit(row[2]))
                let before = (row[3] as Int64?).map(Quantity.init(millionths:))
                let after = (row[4] as Int64?).map(Quantity.init(millionths:))
                guard let change = Delta.Change(before: before, after: after) else {
                    throw Fault.damaged("a held difference of \(key.sku) without quantities")
                }
                return HeldDelta(delta: Delta(key: key, change: change), reason: row[5])
            }
        }
    }
}

extension Delta.Change {
    fileprivate init?(before: Quantity?, after: Quantity?) {
        switch (before, after) {
        case (nil, let after?): self = .added(after)
        case (let before?, let after?): self = .changed(from: before, to: after)
        case (let before?, nil): self = .removed(before)
        case (nil, nil): return nil
        }
    }
}

extension Database {
    fileprivate func upsert(_ mark: HighWaterMark, run: Int64) throws {
        try execute(
            sql: """
                INSERT INTO high_water (source, as_of, sequence, digest, run) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT(source) DO UPDATE SET
                    as_of = excluded.as_of, sequence = excluded.sequence,
                    digest = excluded.digest, run = excluded.run
                """,
            arguments: [mark.source, mark.asOf?.microseconds, mark.sequence, mark.digest, run]
        )
    }

    fileprivate func replaceRejectedRows(_ rows: [RejectedRow], run: Int64) throws {
        try execute(sql: "DELETE FROM rejected_rows WHERE run = ?", arguments: [run])
        var insert = BulkInsert(self, "INSERT INTO rejected_rows", columns: 7)
        for (place, row) in rows.prefix(Acceptance.rejectedRowsMax).enumerated() {
            insert.append(run)
            insert.append(place)
            insert.append(row.line)
            insert.append(row.column)
            insert.append(row.reason.rawValue)
            insert.append(row.message)
            insert.append(row.bytes.blob)
            try insert.endRow()
        }
        try insert.flush()
    }

    fileprivate func upsert(_ absences: [Absence], ended: [PositionKey], run: Int64) throws {
        // `OR REPLACE` is safe here: nothing refers to these rows.
        var insert = BulkInsert(self, "INSERT OR REPLACE INTO absences", columns: 5)
        for absence in absences {
            insert.append(absence.key)
            insert.append(absence.count)
            insert.append(run)
            try insert.endRow()
        }
        try insert.flush()
        let delete = try cachedStatement(
            sql: "DELETE FROM absences WHERE sku = ? AND location = ? AND unit = ?"
        )
        for key in ended {
            try delete.execute(arguments: [key.sku.text, key.location.text, key.unit.text])
        }
    }

    fileprivate func upsert(_ held: [HeldDelta], run: Int64) throws {
        try execute(sql: "DELETE FROM held_deltas WHERE run = ?", arguments: [run])
        var insert = BulkInsert(self, "INSERT OR REPLACE INTO held_deltas", columns: 7)
        for one in held {
            insert.append(run)
            insert.append(one.delta.key)
            insert.append(one.delta.before?.millionths)
            insert.append(one.delta.after?.millionths)
            insert.append(one.reason)
            try insert.endRow()
        }
        try insert.flush()
    }
}

extension BulkInsert {
    /// Appends a position's key as the columns SKU, location and unit.
    fileprivate mutating func append(_ key: PositionKey) {
        append(key.sku.text)
        append(key.location.text)
        append(key.unit.text)
    }
}
