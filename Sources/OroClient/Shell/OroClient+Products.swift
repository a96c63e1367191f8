package import InventoryCore
import NIOHTTP1

/// A product that the shop has set to `out_of_stock`.
package struct SoldOutProduct: Hashable, Sendable {
    /// The shop's id.
    package let id: String
    package let sku: SKU

    package init(id: String, sku: SKU) {
        self.id = id
        self.sku = sku
    }
}

extension OroClient {
    /// Gives the products of these SKUs that the shop has set to `out_of_stock`.
    ///
    /// The shop's checkout does that at zero, and nothing in the shop takes it back (API contract, section
    /// 6); `discontinued` products are not included.
    package func soldOut(_ skus: [SKU]) async throws(Fault) -> [SoldOutProduct] {
        let asked = Set(skus.filter { LevelQuery.canAsk($0) })
        let query = LevelQuery(urlBytesMax: options.urlBytesMax)
        var found: [SoldOutProduct] = []
        for (range, list) in query.lists(asked.map(\.text).sorted(), countMax: options.readBackIDsMax) {
            let document = try await required(
                LevelQuery.statuses(list, size: range.count),
                needing: .viewProducts
            )
            for (id, product) in document.products where product.inventoryStatus == StatusRules.outOfStock {
                found.append(SoldOutProduct(id: id, sku: SKU(product.sku)))
            }
        }
        return found.sorted { $0.sku < $1.sku }
    }

    /// Sets a product to `in_stock` and says what became of it; `levelGone` means that the product is gone.
    package func setInStock(_ product: SoldOutProduct) async -> WriteAnswer {
        let call = Call(
            method: .PATCH,
            path: "/products/\(LevelQuery.encoded(product.id))?\(LevelQuery.statusOnly)",
            body: WriteBody.inStock(product.id),
            timeoutSeconds: options.timeouts.writeSeconds
        )
        switch StatusRules.decide(await exchange(call), product: product.id) {
        case .answer(let answer): return answer
        case .askForCollection:
            if let trouble = await probe() { return .trouble(trouble) }
            return .record(.refused(.levelGone, detail: "the shop has no product with this id"))
        }
    }
}
