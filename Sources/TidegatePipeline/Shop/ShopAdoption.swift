import InventoryCore
package import OroClient
package import StateStore

/// Binds a state folder to the shop that is configured now.
package struct ShopAdoption {
    private let shop: Shop
    private let oro: OroClient

    package init(shop: Shop, oro: OroClient) {
        self.shop = shop
        self.oro = oro
    }

    /// What an adoption came to.
    package struct Outcome: Sendable {
        package let before: ShopBinding?
        /// Levels that the shop has.
        package let levels: Int
    }

    /// Binds it, and reads the shop's levels.
    ///
    /// Nothing is written to the shop. Where the reading is broken off, the next run goes on with it.
    ///
    /// - Throws: `Fault` where the shop does not answer; before it has, nothing is changed.
    package func perform(who: String, reason: String) async throws -> Outcome {
        do {
            let before = try await shop.state.binding()
            let first = try await oro.levelIndex(after: nil)
            var created: String?
            if let level = first.levels.first { created = try await oro.identify([level.id]).created }
            let adoption = ShopBinding.Adoption(who: who, reason: reason)
            try await shop.state.adopt(oro.shopAddress, created: created, adoption, at: .now)
            _ = try await LevelIndex(state: shop.state, shop: oro).complete()
            await shop.identity.noteConfirmed()
            return Outcome(before: before, levels: try await shop.state.resolvedLevelCount())
        } catch {
            throw Fault(error)
        }
    }
}
