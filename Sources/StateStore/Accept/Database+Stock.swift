import GRDB
import InventoryCore

extension Database {
    /// Notes whose stock the levels show, so that a decrease of one product holds the increases of another
    /// that shows a part of the same stock.
    func assignStocks(_ wishes: [AcceptedWish]) throws {
        // Few have one; left to itself SQLite would walk all levels to find them.
        let known = Set(
            try String.fetchAll(
                self,
                cached: "SELECT sku FROM levels INDEXED BY levels_by_stock WHERE stock IS NOT NULL"
            )
        )
        let assign = try cachedStatement(
            sql: """
                UPDATE levels SET stock = ?1
                WHERE sku = ?2 AND unit = ?3 AND warehouse = ?4 AND stock IS NOT ?1
                """
        )
        for accepted in wishes {
            let key = accepted.wish.key
            guard let stock = accepted.stock else { continue }
            let isOwn = stock == key.sku
            if isOwn, !known.contains(key.sku.text) { continue }
            guard key.isStorable else { continue }
            try assign.execute(
                arguments: [isOwn ? nil : stock.text, key.sku.text, key.unit.text, key.warehouse ?? ""]
            )
        }
    }

    /// Whether some level `s` of the stock of the level `l` meets the condition, as SQL.
    ///
    /// Levels of the stock's own product and those of second products are found by an index each.
    static func someOfStock(where condition: String) -> String {
        let stock = "ifnull(l.stock, l.sku)"
        return """
            (EXISTS (SELECT 1 FROM levels s
                WHERE s.sku = \(stock) AND s.stock IS NULL AND (\(condition)))
            OR EXISTS (SELECT 1 FROM levels s INDEXED BY levels_by_stock
                WHERE s.stock IS NOT NULL AND s.stock = \(stock) AND (\(condition))))
            """
    }
}
