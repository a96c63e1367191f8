/// An order line as a quota counts it: also when figures of the ERP contain it long since.
package struct QuotaLine: Hashable, Sendable {
    package let order: OrderID
    /// The level that the shop takes it from; the warehouse is missing where the shop does not tell.
    package let level: LevelKey
    /// The name of the customer's group.
    package let customerGroup: String?
    /// In the ordered unit.
    package let ordered: Quantity
    package let placed: Timestamp

    package init(
        order: OrderID,
        level: LevelKey,
        customerGroup: String? = nil,
        ordered: Quantity,
        placed: Timestamp
    ) {
        self.order = order
        self.level = level
        self.customerGroup = customerGroup
        self.ordered = ordered
        self.placed = placed
    }

    /// Nothing for a line that was taken back: it consumed nothing.
    package init?(_ line: LedgerLine, customerGroup: String?) {
        guard line.ending == nil || line.ending == .contained else { return nil }
        self.init(
            order: line.order,
            level: line.level,
            customerGroup: customerGroup,
            ordered: line.ordered,
            placed: line.placed
        )
    }

    /// Any order that is the same each time does.
    static func precedes(_ left: QuotaLine, _ right: QuotaLine) -> Bool {
        if left.placed != right.placed { return left.placed < right.placed }
        if left.order != right.order { return left.order < right.order }
        if left.level != right.level { return left.level < right.level }
        return left.ordered < right.ordered
    }
}
