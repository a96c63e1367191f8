import InventoryCore
import OroClient
import StateStore

/// What some levels show at the shop, of those that can be read and have no write of ours under way.
struct LevelSight: Sendable {
    /// Levels that cannot be told apart, or that the shop does not have: nobody will ever read them.
    private(set) var invisible: Set<LevelKey> = []
    private var levels: [(key: LevelKey, row: LevelRow, id: LevelID, last: Quantity)] = []

    /// Finds the levels; a line without a warehouse means the only one of its product and unit.
    init(of keys: Set<LevelKey>, in state: StateDatabase) async throws {
        let skus = Set(keys.map(\.sku)).sorted()
        let stored = Dictionary(grouping: try await state.levels(of: skus), by: \.key.sku)
        for key in keys.sorted() {
            let found = (stored[key.sku] ?? []).filter { level in
                level.key.unit == key.unit && (key.warehouse == nil || level.key.warehouse == key.warehouse)
            }
            guard found.count == 1, let level = found.first, let id = level.id else {
                invisible.insert(key)
                continue
            }
            guard let last = level.published else { continue }
            levels.append((key, level.row, id, last))
        }
        // What is on its way may show or not: nothing can be read from such a level.
        let moved = try await state.moved(
            levels.map { ObservedLevel(row: $0.row, last: $0.last, shown: $0.last) }
        )
        levels.removeAll { moved.contains($0.row) }
    }

    /// Reads them.
    ///
    /// - Throws: `Fault` where the shop cannot be reached.
    func read(from oro: OroClient) async throws -> [LevelKey: OrderPoll.Seen] {
        guard !levels.isEmpty else { return [:] }
        let found: [LevelID: Quantity]
        switch await oro.readBack(levels.map(\.id)) {
        case .trouble(let trouble): throw Fault(trouble)
        case .levels(let quantities): found = quantities
        }
        var seen: [LevelKey: OrderPoll.Seen] = [:]
        for level in levels {
            guard let shown = found[level.id] else { continue }
            let observed = ObservedLevel(row: level.row, last: level.last, shown: shown)
            seen[level.key] = OrderPoll.Seen(key: level.key, level: observed)
        }
        return seen
    }
}
