import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives, of some SKUs, the products that have shown a part of their stock, whatever the rules say now.
    package func products(showing skus: [SKU]) async throws -> [SKU: [SKU]] {
        try await read("read which products show the stock") { db in
            let some =
                "SELECT EXISTS (SELECT 1 FROM levels INDEXED BY levels_by_stock WHERE stock IS NOT NULL)"
            guard try Bool.fetchOne(db, cached: some) == true else { return [:] }
            var products: [SKU: Set<SKU>] = [:]
            for start in stride(from: 0, to: skus.count, by: skusPerQuery) {
                let chunk = skus[start..<min(start + skusPerQuery, skus.count)]
                let marks = Array(repeating: "?", count: chunk.count).joined(separator: ",")
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT stock, sku FROM levels INDEXED BY levels_by_stock
                        WHERE stock IS NOT NULL AND stock IN (\(marks))
                        """
                )
                let rows = try Row.fetchCursor(statement, arguments: StatementArguments(chunk.map(\.text)))
                while let row = try rows.next() { products[SKU(row[0]), default: []].insert(SKU(row[1])) }
            }
            return products.mapValues { $0.sorted() }
        }
    }

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

/// SKUs asked with one statement; its text is the same for all full chunks, so it is prepared once.
private let skusPerQuery = 500
