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

    /// Gives the levels of these SKUs, asking the shop for those that are not known yet.
    ///
    /// SKUs that the shop is known not to have are only asked again when `retried` names them.
    func levels(of skus: [SKU], retried: Set<SKU>, isFresh: Bool) async throws -> [SKU: [StoredLevel]] {
        var levels = Dictionary(grouping: try await state.levels(of: skus), by: \.key.sku)
        guard !isFresh else { return levels }
        let lacking = skus.filter { sku in levels[sku]?.contains { $0.id != nil } != true }
        let known = Set(
            try await state.openExceptions(code: .unknownSKU, limit: .max).map(\.exception.subject)
        )
        let asked = lacking.filter { !known.contains($0.text) || retried.contains($0) }
        guard !asked.isEmpty else { return levels }
        let found = try await shop.resolve(asked)
        guard !found.isEmpty else { return levels }
        _ = try await state.replaceIndexPage(found, at: .now)
        let again = try await state.levels(of: asked)
        levels.merge(Dictionary(grouping: again, by: \.key.sku)) { $1 }
        return levels
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
