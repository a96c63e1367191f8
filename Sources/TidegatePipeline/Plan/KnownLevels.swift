import InventoryCore
import StateStore

/// The levels of some SKUs and of the products that show their stock, as far as they are known.
struct KnownLevels: Sendable {
    /// In byte order of their products.
    private let levels: [StoredLevel]
    /// Newer answers of the shop, by product; they replace `levels`.
    private var newer: [SKU: [StoredLevel]] = [:]
    /// Products that the shop has although levels of them are missing.
    private var products: Set<SKU>

    /// Takes levels in any order.
    ///
    /// A product must have all of its levels in them, or none.
    init(_ levels: [StoredLevel], products: Set<SKU> = []) {
        self.levels = levels.sorted(byBytesOf: \.key.sku)
        self.products = products
    }

    /// Replaces what was known of some products by what the shop has just said.
    mutating func take(_ found: [StoredLevel], products: Set<SKU> = []) {
        newer.merge(Dictionary(grouping: found, by: \.key.sku)) { $1 }
        self.products.formUnion(products)
    }

    /// Whether the shop has a product: it has shown a level of it, or the product itself.
    func hasProduct(_ product: SKU) -> Bool {
        products.contains(product) || self[product].contains { $0.id != nil }
    }

    /// All levels of a product, including those that are gone.
    subscript(product: SKU) -> ArraySlice<StoredLevel> {
        var place = 0
        return own(product, from: &place)
    }

    /// The same for products in byte order: the search begins at `place`, which moves behind what it finds.
    private func own(_ product: SKU, from place: inout Int) -> ArraySlice<StoredLevel> {
        if !newer.isEmpty, let newer = newer[product] { return newer[...] }
        var (low, step) = (place, 1)
        // The next product is near: search in growing steps.
        while low + step < levels.count, levels[low + step].key.sku < product {
            low += step
            step *= 2
        }
        var high = min(levels.count, low + step)
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].key.sku < product { low = middle + 1 } else { high = middle }
        }
        while high < levels.count, levels[high].key.sku == product { high += 1 }
        place = high
        return levels[low..<high]
    }

    /// Calls the body with each SKU and its levels; `skus` must be in byte order.
    func forEach(of skus: [SKU], _ body: (_ number: Int, SKULevels) throws -> Void) rethrows {
        var place = 0
        for (number, sku) in skus.enumerated() {
            try body(number, SKULevels(sku: sku, own: own(sku, from: &place), others: self))
        }
    }
}

/// The levels of one SKU, and beside them those of the products that show its stock.
struct SKULevels: Sendable {
    let sku: SKU
    /// All levels of the SKU's own product, including those that are gone.
    let own: ArraySlice<StoredLevel>
    private let others: KnownLevels

    fileprivate init(sku: SKU, own: ArraySlice<StoredLevel>, others: KnownLevels) {
        self.sku = sku
        self.own = own
        self.others = others
    }

    /// All levels of a product, including those that are gone.
    subscript(product: SKU) -> ArraySlice<StoredLevel> { product == sku ? own : others[product] }

    /// What is known of a level.
    ///
    /// Those that are gone count: when found again, they must not get an older
    /// wish.
    func figure(_ key: LevelKey) -> KnownFigure? {
        let levels = self[key.sku]
        guard
            let place = levels.firstIndex(where: {
                $0.key == key && ($0.id != nil || $0.pending != nil)
            })
        else { return nil }
        return KnownFigure(
            row: levels[place].row,
            current: CurrentLevel(published: levels[place].published, pending: levels[place].pending),
            isUnknown: levels[place].standing == .unknown
        )
    }

    /// Whether the shop has a product, be it without levels.
    func hasProduct(_ product: SKU) -> Bool { others.hasProduct(product) }

    /// Whether the shop was found not to have a level of the SKU.
    var isUnknown: Bool {
        own.allSatisfy { $0.id == nil && ($0.pending == nil || $0.standing == .unknown) }
    }

    /// The units in which the shop has the SKU.
    var shopUnits: [ShopUnit] { Planning.shopUnits(own) }

    /// The units in which the shop has a product that shows the SKU's stock.
    func shopUnits(of product: SKU) -> [ShopUnit] { Planning.shopUnits(self[product]) }
}

/// What a level shows, or is about to.
struct KnownFigure {
    let row: LevelRow
    let current: CurrentLevel
    /// Whether the shop was found not to have the level.
    let isUnknown: Bool
}
