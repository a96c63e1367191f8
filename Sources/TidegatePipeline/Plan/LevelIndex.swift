import InventoryCore
import OroClient
import StateStore

/// Which levels the shop has: all are read once, and again and again a part of them.
struct LevelIndex: Sendable {
    let state: StateDatabase
    let shop: OroClient
    /// Asked before the shop is; nothing where whoever made this has seen to it.
    var identity: ShopIdentity?
    /// Told of each page how many levels a whole reading has seen so far.
    var onRead: (@Sendable (Int) -> Void)?

    /// Products that we can skip looking up.
    struct Asking: Sendable {
        /// The shop is known not to have them, or not everywhere.
        private let lacking: Set<SKU>
        /// Products that the shop has, as it was last found, though not with every level.
        let products: Set<SKU>
        /// Everything has been read just now.
        let isFresh: Bool
        /// Every SKU is planned.
        var isOfAll = false

        /// Takes the open exceptions, and what was found when some of them were asked for again.
        init(open: [InventoryException], again: AskedAgain, isFresh: Bool) {
            lacking = Set(open.lazy.filter(\.isLacking).compactMap(\.subject.sku))
            products = Set(open.lazy.filter { $0.code == .unknownLevel }.compactMap(\.subject.sku))
                .subtracting(again.asked).union(again.products)
            self.isFresh = isFresh
        }

        func makesSense(for product: SKU) -> Bool {
            !isFresh && !lacking.contains(product)
        }
    }

    /// Gives the levels of these SKUs (in byte order), and asks the shop for those that are not known yet.
    func levels(of skus: [SKU], _ asking: Asking) async throws -> KnownLevels {
        var levels = KnownLevels(
            try await state.levels(of: skus, areDense: asking.isOfAll),
            products: asking.products
        )
        var lacking: [SKU] = []
        levels.forEach(of: skus) { _, levels in
            if !levels.own.contains(where: { $0.id != nil }) { lacking.append(levels.sku) }
        }
        if asking.isFresh {
            // All levels have been read: a product may be there all the same, without any.
            levels.take([], products: lacking.isEmpty ? [] : try await shop.products(of: lacking))
        } else {
            _ = try await lookUp(lacking, asking, into: &levels)
        }
        return levels
    }

    /// Asks the shop for all levels of these SKUs: a warehouse may be newer than the index.
    ///
    /// - Returns: whether there is anything new.
    func lookUp(_ skus: [SKU], _ asking: Asking, into levels: inout KnownLevels) async throws -> Bool {
        let asked = skus.filter(asking.makesSense)
        guard !asked.isEmpty else { return false }
        let (found, products) = try await ask(for: asked)
        guard !found.levels.isEmpty || !products.isEmpty else { return false }
        levels.take(try await state.levels(of: asked), products: products)
        return true
    }

    /// What was found when SKUs that the shop lacked were asked for again.
    struct AskedAgain: Sendable {
        var asked: Set<SKU> = []
        /// Those of them that are products, with levels or without.
        var products: Set<SKU> = []
        /// What was open about them before; what is found closes it.
        var lacks: [InventoryException] = []
    }

    /// Asks again for products that the shop lacked: those first that were asked for longest ago, and as long
    /// as something is found all of them.
    func askAgain() async throws -> AskedAgain {
        var again = AskedAgain()
        var last: LackingSKU?
        while true {
            let lacking = try await state.lackingSKUs(after: last, limit: LevelIndex.retriedMax)
            guard let end = lacking.last else { return again }
            last = end
            let page = Set(lacking.map(\.sku)).subtracting(again.asked).sorted()
            guard !page.isEmpty else { continue }
            let told = try await state.openExceptions(of: page)
            again.lacks += told.lazy.map(\.exception).filter(\.isLacking)
            // Their exceptions end with the answer: the run may not live to work them out.
            let (found, products) = try await ask(for: page, notesNew: true)
            again.asked.formUnion(page)
            again.products.formUnion(products)
            again.products.formUnion(found.levels.map(\.key.sku))
            if found.levels.isEmpty { return again }
        }
    }

    /// Unknown SKUs that are asked for together.
    static let retriedMax = 400

    /// Asks for all levels of some SKUs and stores them; `products` are those that have none.
    private func ask(
        for skus: [SKU],
        notesNew: Bool = false
    ) async throws -> (found: NamedLevels, products: Set<SKU>) {
        try await identity?.require(shop)
        let found = try await shop.resolve(skus)
        if found.levels.isEmpty, !found.unnamed.isEmpty { try await requireSight() }
        try await store(found.levels, notesNew: notesNew)
        let known = Set(found.levels.map(\.key.sku))
        let others = skus.filter { !known.contains($0) }
        return (found, others.isEmpty ? [] : try await shop.products(of: others))
    }

    /// Finds the levels that wishes wait for: those whose name is stale by their ids, and those whose id is
    /// gone by SKU and unit; what is not there becomes an exception.
    ///
    /// - Returns: whether there were any; their wishes can be sent then.
    func resolveGone() async throws -> Bool {
        let wereStale = try await confirmWished(limit: LevelIndex.wishesMax)
        let wereLost = try await resolveLost()
        return wereStale || wereLost
    }

    /// Wishes whose levels are looked up before the first of them is sent.
    private static let wishesMax = 10_000

    private func resolveLost() async throws -> Bool {
        let lost = try await state.unresolved(limit: LevelIndex.wishesMax)
        guard !lost.isEmpty else { return false }
        let skus = Array(Set(lost.map(\.key.sku))).sorted()
        let (found, products) = try await ask(for: skus)
        let known = Set(found.levels.map(\.key.sku)).union(products)
        let keys = Set(found.levels.map(\.key))
        let gone = lost.filter { !keys.contains($0.key) }.map { level in
            let isProduct = known.contains(level.key.sku)
            return UnknownLevel(row: level.row, key: level.key, lack: isProduct ? .level : .product)
        }
        try await state.park(gone, at: .now)
        return true
    }
}

extension InventoryException {
    /// Whether the shop lacks what it is about.
    var isLacking: Bool { Code.ofLacks.contains(code) }
}
