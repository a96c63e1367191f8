package import InventoryCore

/// A wish that was claimed and has not been settled: its value may or may not have reached the shop.
package struct OpenClaim: Hashable, Sendable {
    package let wish: Wish
    /// When it was claimed, which is before it was sent.
    package let claimed: Timestamp
    /// The asynchronous operation that carries it, once the shop has accepted one.
    package let operation: OperationID?

    package init(wish: Wish, claimed: Timestamp, operation: OperationID?) {
        self.wish = wish
        self.claimed = claimed
        self.operation = operation
    }
}

/// What a settling did.
package struct ReceiptCounts: Hashable, Sendable {
    package var applied = 0
    package var released = 0
    package var refused = 0
    package var levelGone = 0
    /// Receipts of wishes that were not claimed any more.
    package var ignored = 0

    package init() {}
}

/// What the outbox holds.
package struct Backlog: Hashable, Sendable {
    /// Entries that wait for their turn, by wave.
    package var waiting: [Wave: Int] = [:]
    /// Waiting for another write of their SKU: one that is claimed, or a decrease that is parked or
    /// unresolved.
    package var blocked = 0
    /// Sent or about to be, not yet settled.
    package var claimed = 0
    /// Waiting for their level's id.
    package var unresolved = 0
    /// Parked: the shop does not have the SKU or the level.
    package var unknown = 0
    /// Parked: the shop refused the write.
    package var refused = 0
    /// Levels where an older value than the last confirmed one may still take effect.
    package var inQuestion = 0

    package init() {}

    /// Whether the push has nothing left to do; what is parked, or blocked by it, waits for a person.
    package var isEmpty: Bool { claimed == 0 && unresolved == 0 && waiting.values.allSatisfy { $0 == 0 } }
    package var parked: Int { unknown + refused }
    /// What the shop has still to confirm, without what is parked.
    package var unsettled: Int { waiting.values.reduce(0, +) + blocked + claimed + unresolved + inQuestion }
}

/// A level that the shop turned out not to have.
package struct UnknownLevel: Hashable, Sendable {
    package let row: LevelRow
    package let key: LevelKey
    package let lack: Lack

    package enum Lack: Sendable {
        /// There is no product with this SKU.
        case product
        /// The product has no level in this unit (and warehouse).
        case level
        /// It is there, and the role may not view its product.
        case view
    }

    package init(row: LevelRow, key: LevelKey, lack: Lack) {
        self.row = row
        self.key = key
        self.lack = lack
    }
}
