import InventoryCore
import OroClient
import StateStore

/// Levels that were made anew or have moved in the shop: whose figure each shows, and what it should.
struct MovedFigures: Sendable {
    private let shop: Shop
    private let oro: OroClient

    init(_ shop: Shop, _ oro: OroClient) {
        self.shop = shop
        self.oro = oro
    }

    /// Finds out who follows the names under which figures of ours stand by now: tells of those that nobody
    /// does, and takes what a run has worked out for the names' own.
    ///
    /// - Returns: those that nobody follows.
    @discardableResult
    func settle() async throws -> [MovedFigure] {
        let figures = try await shop.state.movedFigures()
        guard !figures.isEmpty else { return [] }
        try await shop.makeReady()
        let moved = Set(try await shop.state.movedSKUs().skus)
        let names = try await FollowedNames(figures.map(\.key.sku), in: shop)
        let byOwner = Dictionary(grouping: figures) { figure in
            let written = WrittenFigure(figure.quantity, hasMoved: true)
            let standing = names.standing(of: figure.key.sku, moved: moved)
            return FigureOwner(of: written, shows: figure.quantity, under: standing)
        }
        let stranded = byOwner[.nobody, default: []]
        try await shop.state.settleMoved(
            stranded: stranded,
            own: byOwner[.name, default: []],
            followed: byOwner[.nextRun, default: []],
            at: .now
        )
        return stranded
    }

    /// Gives the levels that wait for a run and show another figure than is wanted of them, and those whose
    /// figure nobody follows; `others` were found already.
    ///
    /// What they show was only read or written for another name, so comparing it with itself would find
    /// nothing.
    func found(besides others: [FoundDrift]) async throws -> [FoundDrift] {
        let told = Set(others.map(\.row))
        let stranded = try await settle().filter { !told.contains($0.row) }.map { figure in
            AuditedLevel(key: figure.key, id: figure.id, published: figure.quantity).drift(
                .stranded(figure.quantity),
                in: figure.row
            )
        }
        return stranded.compactMap(\.self) + (try await unwritten(besides: told))
    }

    private func unwritten(besides told: Set<LevelRow>) async throws -> [FoundDrift] {
        let moved = try await shop.state.movedSKUs().skus
        guard !moved.isEmpty else { return [] }
        let planning = try Planning(shop: shop, oro: oro, at: .now)
        let stated = try await planning.stated(moved, in: shop.stock())
        guard !stated.isEmpty else { return [] }
        let wanted = try await WantedFigures(of: stated, in: shop)
        let others = Set(try await shop.state.movedFigures().map(\.row))
        let products = Set(stated).union(moved).union(planning.apportioner.rules.aliases(of: stated))
        return try await shop.state.levels(of: products.sorted()).compactMap { level in
            guard !level.isOurs || others.contains(level.row), !told.contains(level.row), let id = level.id,
                let shown = level.published, let target = wanted[level.key], target != shown
            else { return nil }
            return AuditedLevel(key: level.key, id: id, published: target).drift(
                .unwritten(shown),
                in: level.row
            )
        }
    }
}

extension AuditedLevel {
    /// A drift that no grace excuses.
    fileprivate func drift(_ shown: ShownLevel, in row: LevelRow) -> FoundDrift? {
        Drift(self, shows: shown, graceSeconds: 0, now: .now).map { FoundDrift(row: row, drift: $0) }
    }
}
