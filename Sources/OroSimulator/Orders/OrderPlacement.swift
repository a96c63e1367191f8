/// An order as somebody places it; in the storefront, with its decrement at once, unless it says otherwise.
package struct OrderPlacement: Sendable, Equatable {
    package typealias Position = RunningSimulator.OrderPosition

    package var positions: [Position]
    /// The id of a customer.
    package var customer: String?
    /// The name of a customer group, made when it is new: a customer of it orders, unless one is named.
    package var customerGroup: String?
    package var identifier: String?
    /// Shown from 6.1 on.
    package var externalId: String?
    /// The name of the warehouse whose levels are decremented; nil is the first that has the product.
    package var warehouse: String?
    package var takesStock: StockTaking
    /// An import from another system; such orders never take stock.
    package var isExternal: Bool
    package var visibility: OrderVisibility
    /// When its transaction began, in seconds since 1970; nil is now.
    package var createdAtSeconds: Int64?
    /// Which positions go into which sub-order, by their places; none is an order in one piece.
    package var subOrders: [[Int]]

    package init(
        _ positions: [Position],
        customer: String? = nil,
        customerGroup: String? = nil,
        identifier: String? = nil,
        externalId: String? = nil,
        warehouse: String? = nil,
        takesStock: StockTaking = .now,
        isExternal: Bool = false,
        visibility: OrderVisibility = .committed,
        createdAtSeconds: Int64? = nil,
        subOrders: [[Int]] = []
    ) {
        self.positions = positions
        self.customer = customer
        self.customerGroup = customerGroup
        self.identifier = identifier
        self.externalId = externalId
        self.warehouse = warehouse
        self.takesStock = takesStock
        self.isExternal = isExternal
        self.visibility = visibility
        self.createdAtSeconds = createdAtSeconds
        self.subOrders = subOrders
    }
}

/// When the shop's own checkout takes an order's stock; the order is there before, as in the real shop.
package enum StockTaking: Sendable, Equatable {
    /// In the moment in which the order can be seen.
    case now
    /// When `finishCheckout`, or `beginCheckout` and `flushCheckout`, say so: a buyer who is still paying.
    case later
    /// So long after it was placed by the shop's clock; it shows with the first request after that.
    case afterSeconds(Int64)
    /// After so many API requests were answered.
    case afterRequests(Int)
    /// Never: made by API or in the back office, or never paid.
    case never
}

extension RunningSimulator {
    /// One position of an order.
    package struct OrderPosition: Sendable, Equatable {
        package let sku: String
        package let unit: String
        package let quantity: String
        /// What the position consists of when it is a kit; the shop decrements none of that.
        package let kit: [KitComponent]
        /// What somebody wrote in place of a product.
        package let freeForm: String?

        package init(sku: String, unit: String = "item", quantity: String, kit: [KitComponent] = []) {
            self.sku = sku
            self.unit = unit
            self.quantity = quantity
            self.kit = kit
            freeForm = nil
        }

        /// A line without a product.
        package init(freeForm: String, unit: String = "item", quantity: String) {
            sku = ""
            self.unit = unit
            self.quantity = quantity
            kit = []
            self.freeForm = freeForm
        }
    }

    /// A component of an ordered kit, with what one kit needs of it.
    package struct KitComponent: Sendable, Equatable {
        package let sku: String
        package let unit: String
        package let quantity: String

        package init(sku: String, unit: String = "item", quantity: String) {
            self.sku = sku
            self.unit = unit
            self.quantity = quantity
        }
    }
}
