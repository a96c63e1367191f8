import InventoryCore
import OroClient
import StateStore

/// Which levels the shop has: all are read once, later only what changes.
struct LevelIndex: Sendable {
    let state: StateDatabase
    let shop: OroClient
    /// Asked before the shop is; nothing where whoever made this has seen to it.
    var identity: ShopIdentity?

    /// Unknown SKUs and levels that one run asks for again: one request's worth.
    static let retriedMax = 400

    /// Reads the whole index unless that was finished before; an interrupted pass goes on where it was.
    ///
    /// - Returns: whether it was read now.
    func complete() async throws -> Bool {
        try await identity?.requireAddress(of: shop)
        var progress = try await state.indexProgress()
        if progress.completed != nil, progress.cursor == nil { return false }
        try await identity?.require(shop)
        if progress.cursor == nil {
            try await state.beginIndexPass()
            progress = try await state.indexProgress()
        }
        var after = progress.cursor.map { LevelID($0) }
        while true {
            try Task.checkCancellation()
            let page = try await shop.levelIndex(after: after)
            _ = try await state.replaceIndexPage(page.levels, cursor: page.last?.text, at: .now)
            guard !page.isLast, let last = page.last else { break }
            after = last
        }
        _ = try await state.finishIndexPass(at: .now)
        await identity?.noteConfirmed()
        return true
    }

    /// Products that we can skip looking up.
    struct Asking: Sendable {
        /// The shop is known not to have them, or not everywhere.
        private let lacking: Set<SKU>
        /// Everything has been read just now.
        let isFresh: Bool

        /// Takes the open exceptions, and those of them whose products are looked up again.
        init(open: [InventoryException], retried: [InventoryException], isFresh: Bool) {
            lacking = Set(open.lazy.filter(\.isLacking).compactMap(\.subject.sku))
                .subtracting(retried.lazy.compactMap(\.subject.sku))
            self.isFresh = isFresh
        }

        func makesSense(for product: SKU) -> Bool {
            !isFresh && !lacking.contains(product)
        }
    }

    /// Gives the levels of these SKUs (in byte order), and asks the shop for those that are not known yet.
    func levels(of skus: [SKU], _ asking: Asking) async throws -> KnownLevels {
        var levels = KnownLevels(try await state.levels(of: skus))
        var lacking: [SKU] = []
        levels.forEach(of: skus) { _, levels in
            if !levels.own.contains(where: { $0.id != nil }) { lacking.append(levels.sku) }
        }
        if let found = try await lookUp(lacking, asking) { levels.take(found) }
        return levels
    }

    /// Asks the shop for all levels of these SKUs: a warehouse may be newer than the index.
    ///
    /// - Returns: the levels; nil if there is nothing new.
    func lookUp(_ skus: [SKU], _ asking: Asking) async throws -> [StoredLevel]? {
        let asked = skus.filter(asking.makesSense)
        guard !asked.isEmpty else { return nil }
        try await identity?.require(shop)
        let found = try await shop.resolve(asked)
        guard !found.isEmpty else { return nil }
        _ = try await state.replaceIndexPage(found, at: .now)
        return try await state.levels(of: asked)
    }

    /// Finds levels whose id is gone by SKU and unit; what is not there becomes an exception.
    ///
    /// - Returns: whether there were any; their wishes can be sent then.
    func resolveGone() async throws -> Bool {
        let lost = try await state.unresolved(limit: 10_000)
        guard !lost.isEmpty else { return false }
        try await identity?.require(shop)
        let skus = Array(Set(lost.map(\.key.sku))).sorted()
        let found = try await shop.resolve(skus)
        _ = try await state.replaceIndexPage(found, at: .now)
        let keys = Set(found.map(\.key))
        let known = Set(found.map(\.key.sku))
        let gone = lost.filter { !keys.contains($0.key) }.map { level in
            UnknownLevel(
                row: level.row,
                key: level.key,
                lack: known.contains(level.key.sku) ? .level : .product
            )
        }
        try await state.park(gone, at: .now)
        return true
    }
}

extension InventoryException {
    /// Whether the shop lacks what it is about.
    var isLacking: Bool { code == .unknownSKU || code == .unknownLevel }
}
