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

    /// What is known of one article, looked up once.
    func article(_ sku: SKU) -> ArticleLevels {
        ArticleLevels(sku: sku, own: self[sku], others: self)
    }
}

/// The levels of one article, and beside them those of the products that show its stock.
struct ArticleLevels: Sendable {
    let sku: SKU
    /// All levels of the article's own product, those that are gone among them.
    let own: [StoredLevel]
    private let others: KnownLevels

    fileprivate init(sku: SKU, own: [StoredLevel], others: KnownLevels) {
        self.sku = sku
        self.own = own
        self.others = others
    }

    /// All levels of a product, those that are gone among them.
    subscript(product: SKU) -> [StoredLevel] { product == sku ? own : others[product] }

    /// What is known of a level; one that is gone may be found again, and must not get an older wish then.
    func level(_ key: LevelKey) -> StoredLevel? {
        self[key.sku].first { $0.key == key && ($0.id != nil || $0.pending != nil) }
    }

    /// Whether the shop was found not to have the article.
    var isUnknown: Bool {
        own.allSatisfy { $0.id == nil && ($0.pending == nil || $0.standing == .unknown) }
    }

    /// Whether the shop has the article, and a level that is wanted is not known to be there.
    func lacks(_ apportionment: Apportionment) -> Bool {
        apportionment.wanted.contains { level($0.key) == nil } && !isUnknown
    }

    /// Divides the article's stock, given the units in which the shop has it.
    func apportion(_ positions: [Position], by apportioner: Apportioner) -> Apportionment {
        apportioner.apportion(
            sku,
            positions: positions,
            shopUnits: Planning.shopUnits(own),
            aliasUnits: { Planning.shopUnits(self[$0]) }
        )
    }
}
