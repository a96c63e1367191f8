package import InventoryCore

/// A level's row in the database; it never changes and is never given to another level.
package struct LevelRow: Hashable, Comparable, Sendable {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: LevelRow, right: LevelRow) -> Bool {
        left.number < right.number
    }
}

/// A level as the store knows it.
package struct StoredLevel: Hashable, Sendable {
    package let row: LevelRow
    package let key: LevelKey
    /// The shop's id; nothing until the level was found there, or when it is gone.
    package let id: LevelID?
    /// Decimals that the product's unit allows, as far as the shop said.
    package let precision: Int?
    package let isPrimaryUnit: Bool
    /// How many of the primary unit the shop says the unit holds.
    package let conversionRate: Quantity?
    /// What the shop last confirmed or showed; nothing where it never did.
    package let published: Quantity?
    /// The newest wish for it, be it waiting, on its way or parked; nothing where there is none.
    package let wish: PendingWish?
    /// Whether we wrote what it shows, or are about to; a figure only read from the shop is not ours.
    package let isOurs: Bool

    /// What a level is to show and does not yet, as far as is known.
    package struct PendingWish: Hashable, Sendable {
        package let quantity: Quantity
        package let standing: Standing

        package init(_ quantity: Quantity, _ standing: Standing) {
            self.quantity = quantity
            self.standing = standing
        }
    }

    package enum Standing: String, Sendable, CaseIterable {
        /// For its turn, or for another write of its SKU.
        case waiting
        /// Sent or about to be; the shop has not confirmed it.
        case claimed
        /// For the level's id at the shop.
        case unresolved
        /// Parked: the shop does not have the SKU or the level.
        case unknown
        /// Parked: the shop refused the write.
        case refused
    }

    package init(
        row: LevelRow,
        key: LevelKey,
        id: LevelID?,
        precision: Int?,
        isPrimaryUnit: Bool,
        conversionRate: Quantity? = nil,
        published: Quantity?,
        wish: PendingWish?,
        isOurs: Bool = false
    ) {
        self.row = row
        self.key = key
        self.id = id
        self.precision = precision
        self.isPrimaryUnit = isPrimaryUnit
        self.conversionRate = conversionRate
        self.published = published
        self.wish = wish
        self.isOurs = isOurs
    }

    /// What the level is to show.
    package var pending: Quantity? { wish?.quantity }
    /// How that wish stands.
    package var standing: Standing? { wish?.standing }

    /// What the shop will show when the outbox is empty: a plan compares the wanted figure with this.
    package var expected: Quantity? { pending ?? published }
}
