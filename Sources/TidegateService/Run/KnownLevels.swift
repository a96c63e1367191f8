import InventoryCore
import StateStore

/// The levels of some articles and of the products that show their stock, as far as they are known.
struct KnownLevels: Sendable {
    private var levels: [SKU: [StoredLevel]]

    init(_ levels: [SKU: [StoredLevel]]) {
        self.levels = levels
    }

    /// Takes what the shop has just said of some products, in place of what was known of those.
    mutating func take(_ found: [SKU: [StoredLevel]]) {
        levels.merge(found) { $1 }
    }

    /// All levels of a product, those that are gone among them.
    subscript(sku: SKU) -> [StoredLevel] { levels[sku] ?? [] }

    /// What is known of a level; one that is gone may be found again, and must not get an older wish then.
    func level(_ key: LevelKey) -> StoredLevel? {
        levels[key.sku]?.first { $0.key == key && ($0.id != nil || $0.pending != nil) }
    }

    /// Whether the shop was found not to have the article.
    func isUnknown(_ sku: SKU) -> Bool {
        self[sku].allSatisfy { $0.id == nil && ($0.pending == nil || $0.standing == .unknown) }
    }

    /// Whether the shop has the article, and a level that is wanted is not known to be there.
    func lacks(_ apportionment: Apportionment) -> Bool {
        apportionment.wanted.contains { level($0.key) == nil } && !isUnknown(apportionment.stock.sku)
    }

    /// Divides an article's stock, given the units in which the shop has it.
    func apportion(_ sku: SKU, _ positions: [Position], by apportioner: Apportioner) -> Apportionment {
        apportioner.apportion(
            sku,
            positions: positions,
            shopUnits: Planning.shopUnits(self[sku]),
            aliasUnits: { Planning.shopUnits(self[$0]) }
        )
    }
}
