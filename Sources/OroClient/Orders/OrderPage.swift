package import InventoryCore

/// What came of a question about orders.
package enum OrderAnswer<Value: Sendable>: Sendable {
    case found(Value)
    case trouble(ShopTrouble)
}

extension OrderAnswer: Equatable where Value: Equatable {}
extension OrderAnswer: Hashable where Value: Hashable {}

/// Orders as the shop showed them, and what it showed of them only in part.
package struct ShownOrders: Hashable, Sendable {
    package var orders: [WebOrder] = []
    /// Orders that are not among `orders`, and lines that are not among their order's.
    package var unreadable: [UnreadableOrder] = []
    /// Lines without a product, which take no stock and are left out.
    package var freeFormLineCount = 0
    /// Rights that the role seems to lack by what is not shown: of customers, their groups, and kits' parts.
    package var hidden: Set<ShopRight> = []
    /// The shop's clock when it answered first; ages of orders are reckoned by it.
    package var shopTime: Timestamp?

    package init() {}
}

/// One page of a walk over orders.
package struct OrderPage: Hashable, Sendable {
    package var shown = ShownOrders()
    /// Where the walk goes on; nothing on the last page.
    ///
    /// An order can come again on a later page.
    package var next: OrderPlace?

    package init() {}
}

/// Orders that were asked for by their ids.
package struct KnownOrders: Hashable, Sendable {
    package var shown = ShownOrders()
    /// Those that the shop does not have any more; unreadable ones are not among them.
    package var missing: Set<OrderID> = []
    /// False where the shop shows neither one of them nor any other order: perhaps the role sees only some.
    package var showsAny = true

    package init() {}
}

/// When an order was changed last, and how it stands where the shop tells.
package struct OrderGlance: Hashable, Sendable {
    package let updated: Timestamp
    package let status: String?

    package init(updated: Timestamp, status: String? = nil) {
        self.updated = updated
        self.status = status
    }
}

/// A glance at some orders.
package struct OrderGlances: Hashable, Sendable {
    package var glances: [OrderID: OrderGlance] = [:]
    package var unreadable: [UnreadableOrder] = []
    package var missing: Set<OrderID> = []
    package var showsAny = true
    package var shopTime: Timestamp?

    package init() {}
}
