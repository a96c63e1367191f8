import Foundation
import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives what was ordered on some products, of each since a time of its own; also what figures of the ERP
    /// contain long since, but nothing that was taken back.
    package func quotaLines(since times: [SKU: Timestamp]) async throws -> [SKU: [QuotaLine]] {
        guard !times.isEmpty else { return [:] }
        return try await read("read what groups have bought") { db in
            let wanted = times.map { WantedProduct(sku: $0.key.text, since: $0.value.microseconds) }
            let list = try JSONEncoder().encode(wanted)
            // One statement for all, and a look-up in the index for each.
            let rows = try Row.fetchCursor(
                try db.cachedStatement(
                    sql: """
                        SELECT l.web_order, l.sku, l.unit, l.warehouse, l.ordered, l.placed, o.customer_group
                        FROM json_each(?) w
                        CROSS JOIN order_lines l INDEXED BY order_lines_by_time
                            ON l.sku = w.value ->> 'sku' AND l.placed >= w.value ->> 'since'
                        CROSS JOIN web_orders o ON o.id = l.web_order
                        WHERE l.ending IS NULL OR l.ending = 'contained'
                        """
                ),
                arguments: [String(decoding: list, as: UTF8.self)]
            )
            var lines: [SKU: [QuotaLine]] = [:]
            while let row = try rows.next() {
                let line = QuotaLine(row)
                lines[line.level.sku, default: []].append(line)
            }
            return lines
        }
    }

    /// Gives before which time orders are forgotten that had ended; nothing where none ever were.
    package func ordersForgotten() async throws -> Timestamp? {
        try await read("read which orders are forgotten") { db in
            try db.number(.ordersForgotten).map(Timestamp.init(microseconds:))
        }
    }

    /// Forgets orders that were placed before a time and have ended, and acknowledgements of orders that
    /// never came.
    package func forgetOrders(endedBefore time: Timestamp) async throws {
        try await write("forget old orders") { db in
            for sql in [
                """
                DELETE FROM order_lines WHERE web_order IN (
                    SELECT id FROM web_orders WHERE NOT is_open AND placed < ?1)
                """,
                """
                DELETE FROM order_parts WHERE web_order IN (
                    SELECT id FROM web_orders WHERE NOT is_open AND placed < ?1)
                """,
                "DELETE FROM web_orders WHERE NOT is_open AND placed < ?1",
                "DELETE FROM order_acknowledgements WHERE received < ?1",
                "DELETE FROM order_releases WHERE at < ?1",
            ] { try db.execute(sql: sql, arguments: [time.microseconds]) }
            let last = try db.number(.ordersForgotten) ?? .min
            try db.set(.ordersForgotten, to: String(max(last, time.microseconds)))
        }
    }
}

/// Of which product lines are wanted, and since when, in microseconds.
private struct WantedProduct: Encodable {
    let sku: String
    let since: Int64
}

extension QuotaLine {
    fileprivate init(_ row: Row) {
        self.init(
            order: OrderID(row[0]),
            level: LevelKey(row, at: 1),
            customerGroup: row[6],
            ordered: Quantity(millionths: row[4]),
            placed: Timestamp(microseconds: row[5])
        )
    }
}
