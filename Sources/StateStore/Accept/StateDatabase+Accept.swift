import GRDB
package import InventoryCore

extension StateDatabase {
    /// Makes a whole acceptance durable in one transaction: this is the commit point of a run.
    ///
    /// The same acceptance again changes nothing.
    ///
    /// - Parameters:
    ///   - acceptance: what becomes durable.
    ///   - sealing: called last, when all the rest is ready: gives what has become known meanwhile, as the
    ///     generation that the run's baseline has made durable. May block; no other write runs meanwhile.
    /// - Returns: what it did to the outbox.
    /// - Throws: `Fault` and what the closure throws, and then nothing was committed.
    @discardableResult
    package func accept(
        _ acceptance: Acceptance,
        sealing: (@Sendable () throws -> Sealing)? = nil
    ) async throws -> AcceptanceCounts {
        let stop = TransactionStop()
        return try await withTaskCancellationHandler {
            try await write("accept a snapshot") { db in
                // Without a seal it is a person's decision, which is small.
                guard let sealing else { return try db.fill(acceptance).counts }
                let isCounted = try acceptance.counted.map { $0.version == (try db.stockVersion()) } ?? false
                let (run, counts) = try stop.heeding(db) { try db.fill(acceptance) }
                try db.seal(try sealing(), as: run, acceptance)
                // Not where others have changed what it was counted of.
                if isCounted, let counted = acceptance.counted { try db.keep(counted) }
                return counts
            }
        } onCancel: {
            stop.stop()
        }
    }

    /// Makes the next run work out every SKU: what the baseline says now may differ from what it said when
    /// the figures were worked out.
    ///
    /// With a source, what is remembered of its bytes is forgotten too: its next delivery is read as another.
    package func workOutEverythingNext(rereading source: SourceID? = nil) async throws {
        try await write("remember what the next run has to do") { db in
            try db.set(.everythingNext, to: "1")
            guard let source else { return }
            try db.execute(
                cached: "UPDATE high_water SET digest = NULL, sequence_digest = NULL WHERE source = ?",
                arguments: [source.text]
            )
        }
    }

    /// Whether the next run has to work out every SKU.
    package func worksOutEverythingNext() async throws -> Bool {
        try await read("read what the next run has to do") { db in try db.text(.everythingNext) != nil }
    }
}

extension Database {
    fileprivate func replaceRejectedRows(_ rows: [RejectedRow], run: Int64) throws {
        try execute(cached: "DELETE FROM rejected_rows WHERE run = ?", arguments: [run])
        let names = "run, place, line, lines, column_name, reason, message, bytes, sku, location, unit, bin"
        var insert = BulkInsert(self, "INSERT INTO rejected_rows (\(names))", columns: 12)
        for (place, row) in rows.prefix(Acceptance.rejectedRowsMax).enumerated() {
            insert.append(run)
            insert.append(place)
            insert.append(row.line)
            insert.append(row.lines)
            insert.append(row.column)
            insert.append(row.reason.rawValue)
            insert.append(row.message)
            insert.append(row.bytes)
            insert.append(row.key?.sku.text)
            insert.append(row.key?.location.text)
            insert.append(row.key?.unit.text)
            insert.append(row.key?.bin.text)
            try insert.endRow()
        }
        try insert.flush()
    }
}

extension Database {
    /// Writes all of an acceptance but what is known only at its end; gives the number of its run.
    fileprivate func fill(_ acceptance: Acceptance) throws -> (run: Int64, counts: AcceptanceCounts) {
        let source = acceptance.run.source
        let run = try upsert(acceptance.run)
        if let generation = acceptance.generation { try set(generation: generation, of: source) }
        if acceptance.isComplete { try set(.everythingNext, to: nil) }
        if let until = acceptance.movedUntil {
            try forgetMoved(until: until)
        }
        if let ledger = acceptance.ledger { try apply(ledger, at: acceptance.at) }
        if !acceptance.waiting.isEmpty { try touch(acceptance.waiting, at: acceptance.at) }
        if let mark = acceptance.highWater {
            precondition(mark.source == source, "a mark of another source than the run's")
            try upsert(mark, run: run)
        }
        if let delivery = acceptance.delivery { try upsert(delivery, run: run) }
        if let parts = acceptance.history {
            try keep(parts, of: acceptance.run, number: run, at: acceptance.at)
        }
        let counts = try wish(acceptance.wishes, run: run, at: acceptance.at)
        try apply(acceptance.exceptions, run: run, at: acceptance.at)
        if let rows = acceptance.rejectedRows { try replaceRejectedRows(rows, run: run) }
        try apply(acceptance.doubts)
        if let growth = acceptance.growth { try keep(growth, of: source) }
        try replaceHolds(acceptance.held, released: acceptance.released)
        if let decision = acceptance.decision {
            try insert(decision, of: source, run: run)
            if decision.kind == .approved {
                try forgetMoves(of: source)
                if !acceptance.doubts.ended.isEmpty { try endHeldWholes(since: run, of: source) }
            }
        }
        try endHeldRuns(but: run, at: acceptance.at)
        if let events = acceptance.events { try apply(events, of: source, at: acceptance.at) }
        if let rules = acceptance.rules { try keep(rules) }
        try forgetOldRuns(before: run, isOfEvents: acceptance.run.events != nil)
        try forgetClosedExceptions(at: acceptance.at)
        return (run, counts)
    }

    /// Writes what is known when all the rest is durable.
    fileprivate func seal(_ sealing: Sealing, as run: Int64, _ acceptance: Acceptance) throws {
        let sealed = sealing.run
        precondition(sealed.id == acceptance.run.id, "another run was sealed than was accepted")
        try noteFigures(of: sealing.figures, acceptance.run.source)
        _ = try upsert(sealed)
        if let digest = sealed.planDigest {
            try note(plan: digest, of: run, at: acceptance.at)
            if let plan = acceptance.plan {
                try keep(plan, of: run)
            } else if acceptance.history != nil {
                // The history outlives the plans in the database.
                try note(plan: digest, ofActOf: run)
            }
        }
        if let generation = sealed.generation { try set(generation: generation, of: acceptance.run.source) }
    }
}
