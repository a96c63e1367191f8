import Foundation
import GRDB
import InventoryCore

extension Database {
    /// Has what was ordered of renamed products count for the stock of their new names, all of them at once.
    ///
    /// The shop's own lines keep the old SKU, and the order's time does not move. The old name may have gone
    /// to another product, of which orders are here already, so that all of them are read again.
    func renameOrdered(_ names: [SKU: SKU], at now: Timestamp) throws {
        guard !names.isEmpty else { return }
        let some = "SELECT EXISTS (SELECT 1 FROM order_lines)"
        guard try Bool.fetchOne(self, cached: some) == true else { return }
        let list = try JSONEncoder().encode(
            names.map { RenamedProduct(former: $0.key.text, name: $0.value.text) }
        )
        let arguments: StatementArguments = [String(decoding: list, as: UTF8.self)]
        try execute(
            cached: """
                UPDATE web_orders SET read_at = 0 WHERE is_open AND id IN (
                    SELECT web_order FROM order_lines INDEXED BY order_lines_by_time WHERE sku IN (
                        SELECT value ->> 'former' FROM json_each(?1)
                        UNION SELECT value ->> 'name' FROM json_each(?1)))
                """,
            arguments: arguments
        )
        try execute(
            cached: """
                UPDATE order_lines SET sku = (
                    SELECT value ->> 'name' FROM json_each(?1) WHERE value ->> 'former' = order_lines.sku)
                WHERE sku IN (SELECT value ->> 'former' FROM json_each(?1))
                """,
            arguments: arguments
        )
        try touch(Set(names.keys).union(names.values), at: now)
    }
}

/// What a product was called, and is now.
private struct RenamedProduct: Encodable {
    let former: String
    let name: String
}
