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
}
