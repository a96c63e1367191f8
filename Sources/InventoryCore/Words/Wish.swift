/// A claimed outbox entry: the level, its id at the shop, and the value it should show.
///
/// A wish is what a level should show, from the plan to the claim; on the wire it becomes a `LevelWrite`.
package struct Wish: Hashable, Sendable {
    /// The entry's place in the outbox; a newer entry of the same level has a greater one.
    package let sequence: Int64
    package let key: LevelKey
    /// The SKU whose stock the level shows a part of: its decreases go before its increases.
    package let stock: SKU
    package let level: LevelID
    package let quantity: Quantity
    package let wave: Wave
    /// Within a wave, smaller goes first.
    package let priority: Int
    /// What the shop had last confirmed when it was claimed; nothing where it never did.
    package let before: Quantity?
    /// The product that the level is known to belong to; nothing where the shop has not named it.
    package let product: ProductID?
    /// What earlier claims of the same figure have come to.
    package let suspicion: Suspicion

    /// Without a `stock` the level shows its own SKU's.
    package init(
        sequence: Int64,
        key: LevelKey,
        stock: SKU? = nil,
        level: LevelID,
        quantity: Quantity,
        wave: Wave,
        priority: Int = 0,
        before: Quantity? = nil,
        product: ProductID? = nil,
        suspicion: Suspicion = .none
    ) {
        self.sequence = sequence
        self.key = key
        self.stock = stock ?? key.sku
        self.level = level
        self.quantity = quantity
        self.wave = wave
        self.priority = priority
        self.before = before
        self.product = product
        self.suspicion = suspicion
    }
}
