package import InventoryCore

/// What a shop says of some levels that are taken for its own.
package struct ShopIdentityAnswer: Hashable, Sendable {
    package let levels: [ShopLevel]
    /// Levels that it shows without product or unit.
    package let unnamed: [LevelID]
    /// When their organization was made, as the shop writes it; nothing where the role may not read it.
    package let created: String?
}

extension OroClient {
    /// Scheme, host, port and the path of the back office, in one spelling.
    package var shopAddress: String { address.identity }

    /// Asks for some levels by their ids, in one request.
    package func identify(_ levels: [LevelID]) async throws(Fault) -> ShopIdentityAnswer {
        let list = Substring(levels.map { LevelQuery.encoded($0.text) }.joined(separator: ","))
        let document = try await required(IdentityQuery.levels(list, size: levels.count))
        let page = LevelIndexPage(document)
        return ShopIdentityAnswer(
            levels: page.levels,
            unnamed: page.unnamed,
            created: document.organizations.values.min()
        )
    }

    /// Whether the shop lists any level; a role that may not view products sees none.
    package func listsLevels() async throws(Fault) -> Bool {
        try await required(LevelQuery.probe).levels.isEmpty == false
    }

    /// Which of some SKUs the shop has products of; the role may not be allowed to view them all.
    package func products(of skus: [SKU]) async throws(Fault) -> Set<SKU> {
        let asked = Set(skus.filter { LevelQuery.canAsk($0) })
        let query = LevelQuery(urlBytesMax: options.urlBytesMax)
        var found: Set<SKU> = []
        for (range, list) in query.lists(asked.map(\.text).sorted(), countMax: options.readBackIDsMax) {
            let document = try await required(
                IdentityQuery.products(list, size: range.count),
                needing: .viewProducts
            )
            found.formUnion(document.products.values.map { SKU($0.sku) })
        }
        return found
    }

    /// Whether the shop shows any product.
    ///
    /// - Throws: `Fault`, `shop_permission` where the role may not view products.
    package func listsProducts() async throws(Fault) -> Bool {
        try await required(IdentityQuery.anyProduct, needing: .viewProducts).products.isEmpty == false
    }
}
