import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives, of products that show a part of another SKU's stock, that SKU; the others are missing.
    package func stocks(shownBy products: [SKU]) async throws -> [SKU: SKU] {
        try await read("read whose stock the levels show") { db in
            var stocks: [SKU: SKU] = [:]
            let asked = Set(products)
            // Few products have one: reading all of them is less than asking for each.
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT sku, stock FROM levels INDEXED BY levels_by_stock WHERE stock IS NOT NULL"
            )
            while let row = try rows.next() {
                let product = SKU(row[0])
                if asked.contains(product) { stocks[product] = SKU(row[1]) }
            }
            return stocks
        }
    }
}
