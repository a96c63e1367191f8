import InventoryCore
import OroClient
import StateStore

/// Which levels the shop has: read once in whole, then kept true where something changes.
struct LevelIndex: Sendable {
    let state: StateDatabase
    let shop: OroClient

    /// SKUs asked for again in one run because the shop did not have them: one request's worth.
    static let retriedMax = 400

    /// Reads the whole index where that has never been finished; a pass that was broken off goes on.
    ///
    /// Gives whether it was read now.
    func complete() async throws -> Bool {
        var progress = try await state.indexProgress()
        if progress.completed != nil, progress.cursor == nil { return false }
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
        return true
    }

    /// Which articles the shop need not be asked for.
    struct Asking: Sendable {
        /// The shop is known not to have them, or not everywhere.
        private let lacking: Set<SKU>
        private let retried: Set<SKU>
        /// Everything has been read just now.
        let isFresh: Bool

        init(open: [StoredException], retried: Set<SKU>, isFresh: Bool) {
            let unknown = open.lazy.map(\.exception).filter {
                [.unknownSKU, .unknownLevel].contains($0.code)
            }
            lacking = Set(unknown.map { LevelKey.sku(ofSubject: $0.subject) })
            self.retried = retried
            self.isFresh = isFresh
        }

        func makesSense(for sku: SKU) -> Bool {
            !isFresh && (!lacking.contains(sku) || retried.contains(sku))
        }
    }

    /// Gives the levels of these SKUs, which come in byte order, asking the shop for those that are not known
    /// yet.
    func levels(of skus: [SKU], _ asking: Asking) async throws -> KnownLevels {
        var levels = KnownLevels(try await state.levels(of: skus))
        var lacking: [SKU] = []
        levels.forEach(of: skus) { _, article in
            if !article.own.contains(where: { $0.id != nil }) { lacking.append(article.sku) }
        }
        if let found = try await lookUp(lacking, asking) { levels.take(found) }
        return levels
    }

    /// Asks the shop for all levels of these SKUs, such as those in a warehouse that was made since the index
    /// was read; nothing where there is nothing new.
    func lookUp(_ skus: [SKU], _ asking: Asking) async throws -> [StoredLevel]? {
        let asked = skus.filter(asking.makesSense)
        guard !asked.isEmpty else { return nil }
        let found = try await shop.resolve(asked)
        guard !found.isEmpty else { return nil }
        _ = try await state.replaceIndexPage(found, at: .now)
        return try await state.levels(of: asked)
    }

    /// Finds levels whose id is gone by SKU and unit; what is not there becomes an exception.
    ///
    /// Gives whether there were any: then what waited for them can go.
    func resolveGone() async throws -> Bool {
        let lost = try await state.unresolved(limit: 10_000)
        guard !lost.isEmpty else { return false }
        let skus = Array(Set(lost.map(\.key.sku))).sorted()
        let found = try await shop.resolve(skus)
        _ = try await state.replaceIndexPage(found, at: .now)
        let keys = Set(found.map(\.key))
        let articles = Set(found.map(\.key.sku))
        let gone = lost.filter { !keys.contains($0.key) }.map { level in
            UnknownLevel(
                row: level.row,
                key: level.key,
                lack: articles.contains(level.key.sku) ? .level : .product
            )
        }
        try await state.park(gone, at: .now)
        return true
    }
}
