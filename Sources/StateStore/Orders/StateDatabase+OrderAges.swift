import GRDB
package import InventoryCore

extension StateDatabase {
    /// Counts the open web orders by when they were placed: one count for each span between two bounds, the
    /// newest first, and one for all that is older.
    ///
    /// `bounds` are the beginnings of the spans, falling.
    package func openOrderCounts(placedSince bounds: [Timestamp]) async throws -> [Int] {
        try await read("count open orders by age") { db in
            var counts = Array(repeating: 0, count: bounds.count + 1)
            let placed = try Int64.fetchCursor(
                db,
                sql: "SELECT placed FROM web_orders WHERE is_open"
            )
            while let time = try placed.next() {
                let span = bounds.firstIndex { time >= $0.microseconds } ?? bounds.count
                counts[span] += 1
            }
            return counts
        }
    }
}
