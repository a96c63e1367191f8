import FoundationEssentials
import GRDB
import InventoryCore

extension Database {
    /// Notes a delivery; one that is known by name, size, time and bytes is brought up to date.
    ///
    /// The same file read again is no further arrival, and one that was taken stays so.
    func upsert(_ delivery: DeliveryRecord, run: Int64?) throws {
        let known = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT number, outcome, code, tries FROM deliveries
                    WHERE source = ? AND name = ? AND size IS ? AND modified IS ?
                        AND (digest IS NULL OR ?5 IS NULL OR digest = ?5)
                    ORDER BY number DESC LIMIT 1
                    """
            ),
            arguments: [
                delivery.source.text, delivery.name, delivery.sizeBytes, delivery.modified?.microseconds,
                delivery.digest,
            ]
        )
        guard let known else { return try insert(delivery, run: run) }
        let outcome = try DeliveryRecord.Outcome(stored: known[1])
        if [.taken, .repeated].contains(outcome) { return }
        let isAgain = outcome == delivery.outcome && known[2] as String? == delivery.code
        try execute(sql: "DELETE FROM deliveries WHERE number = ?", arguments: [known[0] as Int64])
        var next = delivery
        if isAgain { next.tries = (known[3] as Int) + 1 }
        try insert(next, run: run)
    }

    private func insert(_ delivery: DeliveryRecord, run: Int64?) throws {
        let names = DeliveryRecord.columns.joined(separator: ", ")
        let marks = DeliveryRecord.columns.map { _ in "?" }.joined(separator: ", ")
        // A run that failed is recorded on its own, and known by its id.
        let statement = try cachedStatement(
            sql: """
                INSERT INTO deliveries (\(names), run)
                VALUES (\(marks), ifnull(?, (SELECT number FROM runs WHERE id = ?)))
                """
        )
        try statement.execute(arguments: StatementArguments(delivery.values + [run, delivery.run?.text]))
    }
}

extension DeliveryRecord {
    fileprivate static let columns = [
        "source", "name", "path", "size", "modified", "digest", "seeds", "scope", "as_of", "sequence", "rows",
        "outcome", "code", "tries", "at", "sha256",
    ]

    fileprivate var values: [(any DatabaseValueConvertible)?] {
        let seeds = seeds.map { words in words.flatMap(DeliveryRecord.bytes) }
        return [
            source.text, name, path, sizeBytes, modified?.microseconds, digest, seeds?.blob,
            scope?.rawValue, asOf?.microseconds, sequence, rows, outcome.rawValue, code, tries,
            at.microseconds, sha256,
        ]
    }

    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws
        -> [DeliveryRecord]
    {
        let names = columns.map { "d.\($0)" }.joined(separator: ", ")
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT \(names), r.id FROM deliveries d LEFT JOIN runs r ON r.number = d.run \(condition)
                """,
            arguments: arguments
        )
        return try rows.map { try DeliveryRecord($0) }
    }

    private init(_ row: Row) throws {
        self.init(
            source: SourceID(row[0]),
            name: row[1],
            path: row[2],
            outcome: try Outcome(stored: row[11]),
            at: Timestamp(microseconds: row[14])
        )
        sizeBytes = row[3]
        modified = (row[4] as Int64?).map(Timestamp.init(microseconds:))
        digest = row[5]
        seeds = (row[6] as Data?).flatMap { DeliveryRecord.words([UInt8](blob: $0)) }
        scope = (row[7] as String?).flatMap { SnapshotScope(rawValue: $0) }
        asOf = (row[8] as Int64?).map(Timestamp.init(microseconds:))
        sequence = row[9]
        rows = row[10]
        code = row[12]
        tries = row[13]
        sha256 = row[15]
        run = (row[16] as String?).map { RunID($0) }
    }

    private static func bytes(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }

    /// Two words, the first byte of each the least; nothing where there are not two.
    private static func words(_ bytes: [UInt8]) -> [UInt64]? {
        guard bytes.count == 16 else { return nil }
        return [bytes[..<8], bytes[8...]].map { half in
            half.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
    }
}
