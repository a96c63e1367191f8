/// One outbox entry that has been claimed for sending: the level, its id at the shop, and the value to set.
package struct Wish: Hashable, Sendable {
    /// The entry's place in the outbox; a newer entry of the same level has a greater one.
    package let sequence: Int64
    package let key: LevelKey
    /// The article whose stock the level shows a part of: its decreases go before its increases.
    package let stock: SKU
    package let level: LevelID
    package let quantity: Quantity
    package let wave: Wave
    /// Goes earlier inside its wave where it is smaller.
    package let priority: Int

    /// Without a `stock` the level shows its own product's.
    package init(
        sequence: Int64,
        key: LevelKey,
        stock: SKU? = nil,
        level: LevelID,
        quantity: Quantity,
        wave: Wave,
        priority: Int = 0
    ) {
        self.sequence = sequence
        self.key = key
        self.stock = stock ?? key.sku
        self.level = level
        self.quantity = quantity
        self.wave = wave
        self.priority = priority
    }
}

/// How a claimed wish ended.
package struct Settlement: Hashable, Sendable {
    package let wish: Wish
    package let ending: Ending

    package enum Ending: Hashable, Sendable {
        /// The shop shows the value: `published` moves, the entry leaves the outbox.
        case applied
        /// It was certainly not sent or not taken: the entry waits again.
        case released
        /// The shop will not take it: the entry is parked and an exception opened.
        case refused(Receipt.Refusal, detail: String)
        /// The level's id is gone: the entry waits until the level is resolved anew by SKU and unit.
        case levelGone
    }

    package init(wish: Wish, ending: Ending) {
        self.wish = wish
        self.ending = ending
    }
}
