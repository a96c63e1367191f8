import GRDB
package import InventoryCore

extension StateDatabase {
    /// Leaves out what was kept before, be it as of another time.
    ///
    /// For statements that have no time of their own and take that of their delivery: an export that states
    /// the same shipment each time would otherwise ship it each time.
    ///
    /// - Throws: `Fault`.
    package func unsaid(_ acknowledgements: [OrderAcknowledgement]) async throws -> [OrderAcknowledgement] {
        guard !acknowledgements.isEmpty else { return [] }
        return try await read("compare acknowledgements") { db in
            // By the index that keeps statements from being kept twice.
            let statement = try db.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM order_acknowledgements INDEXED BY order_acknowledgements_once
                        WHERE name = ?1 AND ifnull(line, -1) = ?2 AND state = ?3
                            AND ifnull(quantity, -1) = ?4 AND source = ?5)
                    """
            )
            var unsaid: [OrderAcknowledgement] = []
            var seen: Set<OrderAcknowledgement> = []
            for one in acknowledgements {
                var timeless = one
                timeless.at = Timestamp(microseconds: 0)
                guard seen.insert(timeless).inserted else { continue }
                let arguments: StatementArguments = [
                    one.order, one.line ?? -1, one.state.rawValue, one.quantity?.millionths ?? -1,
                    one.source?.text ?? "",
                ]
                if try Bool.fetchOne(statement, arguments: arguments) != true { unsaid.append(one) }
            }
            return unsaid
        }
    }
}
