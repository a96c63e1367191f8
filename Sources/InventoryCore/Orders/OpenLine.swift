/// What counts of one order line when its stock is allocated; quantities in the ordered unit.
package struct OpenLine: Hashable, Sendable {
    package let order: OrderID
    /// The level that the shop takes it from; the warehouse is missing where the shop does not tell.
    package var level: LevelKey
    /// The name of the customer's group.
    package let customerGroup: String?
    /// What the ERP does not know of yet.
    package let open: Quantity
    /// What the shop's checkout may still take of it.
    package let pending: Quantity
    /// Whether its level was read since the line is known.
    package let isSeen: Bool

    package init(
        order: OrderID,
        level: LevelKey,
        customerGroup: String? = nil,
        open: Quantity,
        pending: Quantity = .zero,
        isSeen: Bool = true
    ) {
        self.order = order
        self.level = level
        self.customerGroup = customerGroup
        self.open = open
        self.pending = pending
        self.isSeen = isSeen
    }

    package init(_ line: LedgerLine, customerGroup: String?, at now: Timestamp) {
        self.init(
            order: line.order,
            level: line.level,
            customerGroup: customerGroup,
            open: line.open,
            pending: line.pending(at: now),
            isSeen: line.isSeen
        )
    }
}

/// The web orders that count against one SKU's stock, and what its groups have consumed of their quotas.
package struct SKUOrders: Sendable {
    /// On the SKU's own product and on those that show its stock.
    package var lines: [OpenLine]
    /// In base units; the fence's index in `RuleSet.fences`.
    package var consumed: [Consumed]

    /// What a fence's group has consumed at a site.
    package struct Consumed: Hashable, Sendable {
        package let site: Int
        package let use: FenceQuantity

        package init(site: Int, use: FenceQuantity) {
            self.site = site
            self.use = use
        }
    }

    package static let none = SKUOrders()

    package init(lines: [OpenLine] = [], consumed: [Consumed] = []) {
        self.lines = lines
        self.consumed = consumed
    }

    package var isEmpty: Bool { lines.isEmpty && consumed.isEmpty }

    /// Gives a level with what the shop's own checkouts are about to take of it (spec/orders.md, 3).
    package func shown(_ level: WantedLevel) -> WantedLevel {
        guard !lines.isEmpty else { return level }
        let pending = pending(of: level.key)
        guard pending > .zero else { return level }
        return WantedLevel(key: level.key, quantity: Checkouts.target(level.quantity, pending: pending))
    }

    /// Gives the same with the warehouses of lines of which the shop does not tell them.
    ///
    /// - Parameter only: gives the warehouse of the only level that a product has in a unit; nothing where it
    ///   has several, or none.
    /// - Returns: the orders; lines of which nobody can tell the warehouse stay as they are.
    package func naming(_ only: (LevelKey) -> LevelKey?) -> SKUOrders {
        guard lines.contains(where: { $0.level.warehouse == nil }) else { return self }
        var named = self
        for index in lines.indices where lines[index].level.warehouse == nil {
            if let level = only(lines[index].level) { named.lines[index].level = level }
        }
        return named
    }

    /// What checkouts may still take of a level, in its unit.
    package func pending(of level: LevelKey) -> Quantity {
        lines.reduce(.zero) { $1.level == level ? $0.adding(clamping: $1.pending) : $0 }
    }

    /// Whether something may have been taken of a level that nobody has seen yet.
    package func areUnseen(of level: LevelKey) -> Bool {
        lines.contains { $0.pending > .zero && !$0.isSeen && $0.level == level }
    }
}
