/// The figure a level should show.
package struct WantedLevel: Hashable, Sendable {
    package let key: LevelKey
    package let quantity: Quantity

    package init(key: LevelKey, quantity: Quantity) {
        self.key = key
        self.quantity = quantity
    }
}

/// When a write is sent, relative to the others: stock that
/// ends first, then less, then more (spec, invariant 4).
package enum Wave: Int, Comparable, Sendable, CaseIterable {
    case zero = 0
    case decrease = 1
    case increase = 2

    package init(before: Quantity?, after: Quantity) {
        if after <= .zero {
            self = .zero
        } else if let before, after < before {
            self = .decrease
        } else {
            self = .increase
        }
    }

    package static func < (left: Wave, right: Wave) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// One level's write, with what the shop last confirmed.
package struct PlannedWrite: Hashable, Sendable {
    package let key: LevelKey
    /// What the shop last confirmed; nothing where it never said.
    package let before: Quantity?
    package let after: Quantity

    package var wave: Wave { Wave(before: before, after: after) }

    package init(key: LevelKey, before: Quantity?, after: Quantity) {
        self.key = key
        self.before = before
        self.after = after
    }
}
