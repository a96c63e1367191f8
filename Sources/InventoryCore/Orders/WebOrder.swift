/// OroCommerce's own id of an order; it never changes, so it is the key in every message.
package struct OrderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: OrderID, right: OrderID) -> Bool { left.number < right.number }

    package var description: String { String(number) }
}

/// An order as the shop states it, with the lines that concern stock.
package struct WebOrder: Hashable, Sendable {
    package let id: OrderID
    /// The number that people and the ERP know it by; mostly, but not always, its id.
    package var identifier: String
    package var placed: Timestamp
    package var updated: Timestamp
    /// The id of its `internalStatus`, such as `open` or `cancelled`; nothing where the API does not show it
    /// (before OroCommerce 6.0.5).
    package var status: String?
    /// It came from the ERP, which therefore knows it (OroCommerce 6.1).
    package var isExternal: Bool
    /// The order that this is a part of; its lines are then counted there.
    package var parent: OrderID?
    /// The name of the customer's group.
    package var customerGroup: String?
    /// What the field holds in which the ERP's connector acknowledges orders; nothing where it is empty or no
    /// such field is configured.
    package var mark: String?
    package var lines: [Line]

    /// A line that takes stock: free-form lines have no product and are not among them.
    package struct Line: Hashable, Sendable {
        package let id: Int64
        package var sku: SKU
        /// The unit that was ordered, as OroCommerce names it.
        package var unit: StockUnit
        package var quantity: Quantity
        /// The warehouse that it was taken from, where the shop tells.
        package var warehouse: String?
        /// What one kit consists of; empty for anything but a kit.
        package var parts: [Part]

        package init(
            id: Int64,
            sku: SKU,
            unit: StockUnit,
            quantity: Quantity,
            warehouse: String? = nil,
            parts: [Part] = []
        ) {
            self.id = id
            self.sku = sku
            self.unit = unit
            self.quantity = quantity
            self.warehouse = warehouse
            self.parts = parts
        }
    }

    /// A component of a kit: so many for each kit.
    package struct Part: Hashable, Sendable {
        package let id: Int64
        package var sku: SKU
        package var unit: StockUnit
        package var quantity: Quantity

        package init(id: Int64, sku: SKU, unit: StockUnit, quantity: Quantity) {
            self.id = id
            self.sku = sku
            self.unit = unit
            self.quantity = quantity
        }
    }

    package init(
        id: OrderID,
        identifier: String? = nil,
        placed: Timestamp,
        updated: Timestamp? = nil,
        status: String? = nil,
        isExternal: Bool = false,
        parent: OrderID? = nil,
        customerGroup: String? = nil,
        mark: String? = nil,
        lines: [Line] = []
    ) {
        self.id = id
        self.identifier = identifier ?? id.description
        self.placed = placed
        self.updated = updated ?? placed
        self.status = status
        self.isExternal = isExternal
        self.parent = parent
        self.customerGroup = customerGroup
        self.mark = mark
        self.lines = lines
    }
}
