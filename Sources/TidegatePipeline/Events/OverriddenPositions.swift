import InventoryCore

/// Positions of which later events make another change than a delivery's own.
///
/// There are few, or none, and every difference is looked up: its SKU is hashed before all of its key.
struct OverriddenPositions: Sendable {
    private let keys: Set<PositionKey>
    private let skus: Set<SKU>

    init(_ keys: Set<PositionKey> = []) {
        self.keys = keys
        skus = Set(keys.lazy.map(\.sku))
    }

    var isEmpty: Bool { keys.isEmpty }

    func contains(_ key: PositionKey) -> Bool {
        !skus.isEmpty && skus.contains(key.sku) && keys.contains(key)
    }
}
