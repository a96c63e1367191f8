import InventoryCore
import OroClient
import StateStore

/// Levels that were made anew or have moved in the shop, and wait for a run to work out what they show.
///
/// What they show was only read, so comparing it with itself would find nothing.
struct UnwrittenLevels: Sendable {
    private let shop: Shop
    private let oro: OroClient

    init(_ shop: Shop, _ oro: OroClient) {
        self.shop = shop
        self.oro = oro
    }

    /// Gives those of which another figure is wanted than they show; `others` were found already.
    func found(besides others: [FoundDrift]) async throws -> [FoundDrift] {
        let moved = try await shop.state.movedSKUs().skus
        guard !moved.isEmpty else { return [] }
        let planning = try Planning(shop: shop, oro: oro, at: .now)
        let stated = try await planning.stated(moved, in: shop.stock())
        guard !stated.isEmpty else { return [] }
        let wanted = try await WantedFigures(of: stated, in: shop)
        let told = Set(others.map(\.row))
        let levels = try await shop.state.levels(of: Set(stated).union(moved).sorted())
        return levels.compactMap { level in
            guard !level.isOurs, !told.contains(level.row), let id = level.id,
                let shown = level.published, let target = wanted[level.key], target != shown
            else { return nil }
            let audited = AuditedLevel(key: level.key, id: id, published: target)
            let drift = Drift(audited, shows: .unwritten(shown), graceSeconds: 0, now: .now)
            return drift.map { FoundDrift(row: level.row, drift: $0) }
        }
    }
}
