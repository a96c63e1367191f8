import InventoryCore
import StateStore
import TidegateSettings

/// Which products some source follows: it states their SKU, or one whose stock they show.
struct FollowedNames: Sendable {
    private let followed: [SKU: [SKU]]

    /// Asks what the sources state, as it was last accepted.
    init(_ products: some Sequence<SKU>, in shop: Shop) async throws {
        let products = Set(products)
        guard !products.isEmpty else {
            followed = [:]
            return
        }
        let rules = try shop.settings.apportioner(at: .now).rules
        var shown: [SKU: [SKU]] = [:]
        for product in products { shown[product] = [product] + rules.stocks(shownAs: product) }
        let positions = try await shop.stock().positions(of: Set(shown.values.joined()).sorted())
        followed = shown.mapValues { stocks in stocks.filter { positions[$0]?.isEmpty == false } }
    }

    /// The stated SKUs whose stock a product shows; its own is one of them.
    func stocks(of product: SKU) -> [SKU] { followed[product] ?? [] }

    /// `moved` are the SKUs whose levels have moved since a run worked them out.
    func standing(of product: SKU, moved: Set<SKU> = []) -> NameStanding {
        let stocks = stocks(of: product)
        if stocks.isEmpty { return .unstated }
        return moved.isDisjoint(with: stocks) ? .stated : .toWorkOut
    }
}
