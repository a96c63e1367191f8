/// The figure a level should show.
package struct WantedLevel: Hashable, Sendable {
    package let key: LevelKey
    package let quantity: Quantity

    package init(key: LevelKey, quantity: Quantity) {
        self.key = key
        self.quantity = quantity
    }
}

/// When a wish is sent, relative to the others: stock that
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

/// What one level should show, as the plan says it, with what the shop last confirmed.
package struct PlannedWish: Hashable, Sendable {
    package let key: LevelKey
    package let after: Quantity
    /// `before` with a reserved value for its absence: a million wishes are held at once, and this keeps each
    /// at 64 bytes.
    private let beforeMillionths: Int64

    /// What the shop last confirmed; nothing where it never said.
    package var before: Quantity? {
        beforeMillionths == PlannedWish.neverSaid ? nil : Quantity(millionths: beforeMillionths)
    }

    package var wave: Wave { Wave(before: before, after: after) }

    package init(key: LevelKey, before: Quantity?, after: Quantity) {
        self.key = key
        self.after = after
        let said = before.map { max($0.millionths, PlannedWish.neverSaid + 1) }
        beforeMillionths = said ?? PlannedWish.neverSaid
    }

    private static let neverSaid = Int64.min
}
