import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives open exceptions as they are listed, by code and subject: those about one unit as one, with their
    /// count and a few of the SKUs.
    ///
    /// A unit that is taken out of the configuration concerns all SKUs that have it.
    package func listedExceptions(
        code: InventoryException.Code? = nil,
        limit: Int
    ) async throws -> [StoredException] {
        try await read("read the exceptions") { db in
            let grouped = InventoryException.Code.unknownUnit
            var listed: [StoredException] = []
            if code == nil || code == grouped {
                listed = try StoredException.groups(of: grouped, limit, in: db)
            }
            guard code != grouped else { return listed }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    \(StoredException.query)
                    WHERE e.closed IS NULL AND (?1 IS NULL OR e.code = ?1) AND e.code <> ?2
                    ORDER BY \(StoredException.order) LIMIT ?3
                    """,
                arguments: [code?.rawValue, grouped.rawValue, limit]
            )
            while let row = try rows.next() { listed.append(try StoredException(row)) }
            // Of one code they are in order already.
            let places = listed.enumerated().sorted {
                ($0.element.exception.code.rawValue, $0.offset) < (
                    $1.element.exception.code.rawValue, $1.offset
                )
            }
            return places.prefix(limit).map(\.element)
        }
    }
}

extension StoredException {
    /// SKUs that are named of a group.
    private static let examplesMax = 3

    /// The exceptions of one code, those about one unit as one.
    fileprivate static func groups(
        of code: InventoryException.Code,
        _ limit: Int,
        in db: Database
    ) throws -> [StoredException] {
        let groups = try Row.fetchAll(
            db,
            sql: """
                SELECT unit, count(*), min(opened), max(seen) FROM exceptions
                WHERE code = ? AND closed IS NULL GROUP BY unit ORDER BY unit LIMIT ?
                """,
            arguments: [code.rawValue, limit]
        )
        return try groups.compactMap { group in
            let unit: String = group[0]
            let examples = try Row.fetchAll(
                db,
                sql: """
                    \(query) WHERE e.closed IS NULL AND e.code = ? AND e.unit = ?
                    ORDER BY \(order) LIMIT ?
                    """,
                arguments: [code.rawValue, unit, examplesMax]
            ).map { try StoredException($0) }
            return StoredException(
                examples,
                of: group[1],
                opened: Timestamp(microseconds: group[2]),
                seen: Timestamp(microseconds: group[3])
            )
        }
    }

    /// One exception for those about many SKUs; a single one stays as it is.
    private init?(_ examples: [StoredException], of count: Int, opened: Timestamp, seen: Timestamp) {
        guard let first = examples.first else { return nil }
        guard count > 1 else {
            self = first
            return
        }
        let names = examples.compactMap(\.exception.subject.sku?.text).joined(separator: ", ")
        self.init(
            exception: InventoryException(
                code: first.exception.code,
                subject: Subject(unit: first.exception.subject.unit),
                message: "\(count) SKUs: \(names)\(count > examples.count ? ", …" : ""). "
                    + first.exception.message
            ),
            opened: opened,
            seen: seen,
            closed: nil,
            firstRun: first.firstRun,
            lastRun: first.lastRun
        )
        skus = count
    }
}
