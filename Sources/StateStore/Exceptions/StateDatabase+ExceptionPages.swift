import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives open exceptions of one code by subject, those after a subject; a page costs the same wherever it
    /// lies in the list.
    ///
    /// Unlike `listedExceptions` those about one unit are told one by one.
    package func openExceptions(
        of code: InventoryException.Code,
        after subject: Subject?,
        limit: Int
    ) async throws -> [StoredException] {
        try await read("read a page of exceptions") { db in
            let fields = [
                subject?.sku?.text, subject?.unit?.text, subject?.warehouse, subject?.location?.text,
                subject?.site?.text, subject?.source?.text, subject?.order,
            ]
            let behind =
                subject == nil
                ? ""
                : """
                AND (e.sku, e.unit, e.warehouse, e.location, e.site, e.source, e.web_order)
                    > (?, ?, ?, ?, ?, ?, ?)
                """
            var arguments: StatementArguments = [code.rawValue]
            if subject != nil { arguments += StatementArguments(fields.map { $0 ?? "" }) }
            arguments += [limit]
            let rows = try Row.fetchAll(
                db,
                cached: """
                    \(StoredException.query) WHERE e.closed IS NULL AND e.code = ? \(behind)
                    ORDER BY \(StoredException.order) LIMIT ?
                    """,
                arguments: arguments
            )
            return try rows.map { try StoredException($0) }
        }
    }
}
