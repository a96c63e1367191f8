import GRDB
package import InventoryCore
import Synchronization

extension StateDatabase {
    /// Gives every position in doubt, of all sources.
    package func doubts() async throws -> DoubtBook { try await knownDoubts().book }

    /// Gives every position in doubt with what was counted of them; what was read last is kept, and read
    /// again once something has changed.
    package func knownDoubts() async throws -> KnownDoubts {
        let kept = keptDoubts.withLock { $0 }
        let known = try await read("read the positions in doubt") { db in
            let version = try db.stockVersion()
            if let kept, kept.version == version { return kept }
            let (totals, subject) = try db.doubtTotals()
            var book = DoubtBook(try DoubtRows.tables(db))
            book.past = try db.pastFactors()
            return KnownDoubts(book: book, version: version, totals: totals, subject: subject)
        }
        keptDoubts.withLock { $0 = known }
        return known
    }

    /// Gives the positions about which the approval or rejection of a run decides.
    package func doubts(heldBy run: RunID) async throws -> [Doubt] {
        try await read("read what the run holds") { db in
            let condition = "WHERE run = (SELECT number FROM runs WHERE id = ?)"
            return try Database.doubts(db, condition, [run.text]).all.sorted { $0.key < $1.key }
        }
    }

    /// Gives the oldest run of a source's deliveries that holds positions; nothing where none does.
    package func firstHolder(of source: SourceID) async throws -> RunID? {
        try await read("look for what waits") { db in
            let id = try String.fetchOne(
                db,
                cached: """
                    SELECT id FROM runs r
                    WHERE state = 'held' AND source = ? AND events IS NULL
                        AND EXISTS (SELECT 1 FROM doubts d WHERE d.run = r.number)
                    ORDER BY number LIMIT 1
                    """,
                arguments: [source.text]
            )
            return id.map { RunID($0) }
        }
    }

    /// Gives what a person has decided about these bytes of a source last; nothing where nobody has.
    package func decision(about digest: String, of source: SourceID) async throws -> Decision? {
        try await read("read the decisions") { db in
            try Row.fetchOne(
                db,
                cached: """
                    SELECT digest, decision, reason, at FROM decisions
                    WHERE source = ? AND digest = ? ORDER BY number DESC LIMIT 1
                    """,
                arguments: [source.text, digest]
            ).map { try Decision($0) }
        }
    }
}

/// What a person decided about something held.
package struct Decision: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case approved
        case rejected
        /// The figures of a run were taken back.
        case reverted
    }

    package let kind: Kind
    /// Of the bytes that were decided about: they do not ask again.
    package let digest: String?
    package let reason: String
    package let at: Timestamp

    package init(_ kind: Kind, digest: String?, reason: String, at: Timestamp) {
        (self.kind, self.digest, self.reason, self.at) = (kind, digest, reason, at)
    }

    fileprivate init(_ row: Row) throws {
        let text: String = row[1]
        guard let kind = Kind(rawValue: text) else { throw Fault.damaged("the decision “\(text)”") }
        self.init(kind, digest: row[0], reason: row[2], at: Timestamp(microseconds: row[3]))
    }
}

extension Doubt.Reason {
    init(stored text: String) throws {
        guard let reason = Doubt.Reason(rawValue: text) else {
            throw Fault.damaged("a position in doubt for “\(text)”")
        }
        self = reason
    }
}

extension Database {
    static func doubts(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> DoubtBook {
        let statement = try db.cachedStatement(
            sql: """
                SELECT source, sku, location, unit, reason, since, known_as_of, last, stated, grown, absent,
                    keyless, spoiled, guard_code, run, lines, asked, bin
                FROM doubts \(condition)
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var doubts: [Doubt] = []
        // Thousands of doubts wait for the decision about one run.
        var runs: [Int64: RunID] = [:]
        var missed: [SourceID: Int] = [:]
        while let row = try rows.next() {
            var doubt = try Doubt(row)
            if doubt.reason == .absent { doubt.absentCount += try db.missed(doubt.source, &missed) }
            if let number = row[14] as Int64? { doubt.run = try db.run(number, &runs) }
            doubts.append(doubt)
        }
        return DoubtBook(doubts)
    }

    func apply(_ changes: DoubtChanges) throws {
        guard !changes.set.isEmpty || !changes.ended.isEmpty || changes.missed != nil else { return }
        try changeStock()
        if let source = changes.missed { try missOnceMore(source) }
        var missed: [SourceID: Int] = [:]
        let delete = try cachedStatement(
            sql: "DELETE FROM doubts WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ?"
        )
        for doubt in changes.ended {
            let key = doubt.key
            try delete.execute(
                arguments: [
                    doubt.source.text, key.sku.text, key.location.text, key.unit.text, key.bin.text,
                ]
            )
        }
        var numbers: [RunID: Int64] = [:]
        // `OR REPLACE` is safe here: nothing refers to these rows.
        var insert = BulkInsert(self, "INSERT OR REPLACE INTO doubts", columns: 18)
        for doubt in changes.set {
            insert.append(doubt.source.text)
            insert.append(doubt.key)
            insert.append(doubt.reason.rawValue)
            insert.append(doubt.since.microseconds)
            insert.append(doubt.knownAsOf?.microseconds)
            insert.append(doubt.last?.millionths)
            insert.append(doubt.stated?.millionths)
            insert.append(doubt.askedAbout?.millionths)
            insert.append(doubt.grown.millionths)
            insert.append(try stored(doubt, &missed))
            insert.append(doubt.keylessBefore)
            insert.append(doubt.spoiledCount)
            insert.append(doubt.guardCode?.rawValue)
            insert.append(try doubt.run.flatMap { try number(of: $0, &numbers) })
            insert.append(doubt.lines.map(String.init).joined(separator: ","))
            try insert.endRow()
        }
        try insert.flush()
    }

    func number(of run: RunID, _ known: inout [RunID: Int64]) throws -> Int64? {
        if let number = known[run] { return number }
        let number = try Int64.fetchOne(
            self,
            cached: "SELECT number FROM runs WHERE id = ?",
            arguments: [run.text]
        )
        known[run] = number
        return number
    }

    /// Gives the name of the run of a number; nothing where it is not kept any more.
    func run(_ number: Int64, _ known: inout [Int64: RunID]) throws -> RunID? {
        if let run = known[number] { return run }
        let id = try String.fetchOne(
            self,
            cached: "SELECT id FROM runs WHERE number = ?",
            arguments: [number]
        )
        known[number] = id.map { RunID($0) }
        return known[number]
    }

    /// Remembers a decision; the oldest beyond the limit are forgotten.
    func insert(_ decision: Decision, of source: SourceID, run: Int64) throws {
        try execute(
            cached: """
                INSERT INTO decisions (source, digest, run, decision, reason, at) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                source.text, decision.digest, run, decision.kind.rawValue, decision.reason,
                decision.at.microseconds,
            ]
        )
        try execute(
            cached: "DELETE FROM decisions WHERE number <= (SELECT max(number) FROM decisions) - ?",
            arguments: [decisionsMax]
        )
    }

    /// Ends the hold of runs of which newer statements, rules or decisions have left nothing to decide, and
    /// says so in their records.
    ///
    /// The state of the present one is not looked at.
    func endHeldRuns(but run: Int64? = nil, at now: Timestamp) throws {
        try execute(
            cached: """
                UPDATE runs SET message = trim(ifnull(message, '') || ' ' || ?2), state = iif(
                    finished IS NULL OR number IN (\(Database.unsettledRuns)), 'accepted', 'done')
                WHERE state = 'held' AND number IS NOT ?1
                    AND NOT EXISTS (SELECT 1 FROM doubts WHERE doubts.run = runs.number)
                    AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.run = runs.number AND NOT rejected)
                """,
            arguments: [run, endedHold]
        )
    }
}

extension Database {
    /// Notes that what newer deliveries held as a whole was approved with the run that they had joined: later
    /// ones are compared with the newest.
    func endHeldWholes(since run: Int64, of source: SourceID) throws {
        try execute(
            cached: """
                UPDATE runs SET held_whole = 0
                WHERE source = ?1 AND number > ?2 AND held_whole AND state IN ('accepted', 'done', 'held')
                    AND NOT EXISTS (SELECT 1 FROM doubts WHERE source = ?1 AND run IS NOT NULL)
                """,
            arguments: [source.text, run]
        )
    }
}

/// Added to what a run says of its guards, once nothing of it waits.
private let endedHold =
    "It waits no longer: what it held was stated or worked out anew since, or decided."

/// Decisions that are kept.
private let decisionsMax = 10_000

extension Doubt {
    fileprivate init(_ row: Row) throws {
        let guardCode = (row[13] as String?).map(GuardTrip.Code.init(rawValue:))
        if case .some(.none) = guardCode { throw Fault.damaged("the guard of a position in doubt") }
        self.init(
            source: SourceID(row[0]),
            key: PositionKey(
                sku: SKU(row[1]),
                location: Location(row[2]),
                unit: StockUnit(row[3]),
                bin: Bin(row[17])
            ),
            reason: try Doubt.Reason(stored: row[4]),
            since: Timestamp(microseconds: row[5]),
            knownAsOf: (row[6] as Int64?).map(Timestamp.init(microseconds:)),
            last: (row[7] as Int64?).map(Quantity.init(millionths:))
        )
        stated = (row[8] as Int64?).map(Quantity.init(millionths:))
        askedAbout = (row[16] as Int64?).map(Quantity.init(millionths:))
        grown = Quantity(millionths: row[9])
        absentCount = row[10]
        keylessBefore = row[11]
        spoiledCount = row[12]
        self.guardCode = guardCode ?? nil
        let lines: String = row[15]
        if !lines.isEmpty { self.lines = lines.split(separator: ",").compactMap { Int($0) } }
    }
}
