import InventoryCore
import OroClient
import StateStore

extension LevelIndex {
    /// How often levels are asked for that take each other's ids: each round follows one more renaming.
    private static let roundsMax = 8
    /// Levels asked for by their ids whose answers are stored together.
    private static let confirmedMax = 4_000

    /// Stores what the shop shows, and asks by their ids for levels of which it and earlier answers say
    /// different things.
    @discardableResult
    func store(
        _ levels: [ShopLevel],
        cursor: String? = nil,
        notesNew: Bool = false
    ) async throws -> IndexChanges {
        let changes = try await state.replaceIndexPage(levels, cursor: cursor, notesNew: notesNew, at: .now)
        if !changes.contested.isEmpty { try await confirm(Array(changes.contested)) }
        return changes
    }

    /// What became of levels that were asked for by their ids.
    struct Confirmation: Sendable {
        /// All that was shown, also of levels that were not asked for at first.
        var shown: [LevelID: ShopLevel] = [:]
        /// Shown without product or unit: the role may not view them.
        var hidden: Set<LevelID> = []
        /// Ids that are gone, or another level's than they were.
        var lost: Set<LevelID> = []
        var duplicates: [DuplicateLevel] = []
    }

    /// Asks what some levels are called now, and stores it: an id belongs to the SKU that carries it.
    ///
    /// - Throws: `Fault`, `shop_permission` where the role sees none of them because it sees nothing.
    @discardableResult
    func confirm(_ levels: [LevelID]) async throws -> Confirmation {
        var confirmation = Confirmation()
        for start in stride(from: 0, to: levels.count, by: LevelIndex.confirmedMax) {
            let part = levels[start..<min(start + LevelIndex.confirmedMax, levels.count)]
            try await confirm(part: Array(part), &confirmation)
        }
        return confirmation
    }

    private func confirm(part: [LevelID], _ confirmation: inout Confirmation) async throws {
        var open = part
        for round in 0..<LevelIndex.roundsMax where !open.isEmpty {
            let answer = try await shop.named(open)
            if answer.levels.isEmpty { try await requireSight() }
            // One that is hidden is there: it keeps its id, unless another level claims its name.
            let hidden = round == 0 ? Set(answer.unnamed) : []
            let asked = open.filter { !hidden.contains($0) }
            let changes = try await state.confirmNames(of: asked, shown: answer.levels, at: .now)
            for level in answer.levels { confirmation.shown[level.id] = level }
            confirmation.hidden.formUnion(answer.unnamed)
            confirmation.lost.formUnion(changes.lost)
            confirmation.duplicates += changes.duplicates
            open = changes.contested.sorted()
        }
        // Renamed faster than it can be followed: the next that asks by SKU finds them.
        if !open.isEmpty { _ = try await state.confirmNames(of: open, shown: [], at: .now) }
        try await state.park(unnamed: confirmation.hidden.sorted(), at: .now)
    }

    /// Confirms names that wishes wait for: those that are sent first, and at least half of them.
    ///
    /// - Returns: whether there were any.
    func confirmWished(limit: Int) async throws -> Bool {
        let stale = try await state.staleWishes(limit: .max)
        guard !stale.isEmpty else { return false }
        try await identity?.require(shop)
        try await confirm(Array(stale.prefix(max(limit, stale.count / 2))))
        return true
    }

    /// Refuses to believe that levels are gone where the shop shows the role nothing at all.
    func requireSight() async throws {
        guard try await seesProducts() else { throw Fault.productsHidden("it shows no product") }
        guard try await shop.listsLevels() else { throw Fault.productsHidden("it lists no level at all") }
    }

    /// Whether the role sees any product.
    func seesProducts() async throws -> Bool {
        do {
            return try await shop.listsProducts()
        } catch {
            guard error.code == .shopPermission else { throw error }
            return false
        }
    }
}
