/// What one OroCommerce inventory level is about: a SKU in one of the shop's units, and in a warehouse where
/// the shop has any.
package struct LevelKey: Hashable, Comparable, Sendable {
    package let sku: SKU
    package let unit: StockUnit
    /// The warehouse's name (Enterprise Edition), or nothing.
    package let warehouse: String?

    package init(sku: SKU, unit: StockUnit, warehouse: String? = nil) {
        self.sku = sku
        self.unit = unit
        self.warehouse = warehouse
    }

    package static func < (left: LevelKey, right: LevelKey) -> Bool {
        let order = left.sku.order(against: right.sku)
        if order != 0 { return order < 0 }
        if left.unit != right.unit { return left.unit < right.unit }
        return (left.warehouse ?? "").utf8.lexicographicallyPrecedes((right.warehouse ?? "").utf8)
    }
}

extension LevelKey: CustomStringConvertible {
    /// For people: `AB-1 / item / Leeds`.
    package var description: String { Subject(self).description }
}

/// OroCommerce's own id of a level: opaque, and not stable (API contract, section 1).
package struct LevelID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// OroCommerce's own id of a product.
package struct ProductID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// A level as OroCommerce shows it.
package struct ShopLevel: Hashable, Sendable {
    package let id: LevelID
    package let key: LevelKey
    package let quantity: Quantity
    /// Decimals that the product's unit allows; OroCommerce does not enforce them, so we round (API contract,
    /// section 1).
    package let precision: Int
    /// Whether this is the product's primary unit, as far as the shop says.
    package let isPrimaryUnit: Bool
    /// How many of the primary unit the shop says the unit holds; nothing where it does not say.
    package let conversionRate: Quantity?
    /// The product that it is a level of; nothing where that was not asked.
    package let product: ProductID?

    package init(
        id: LevelID,
        key: LevelKey,
        quantity: Quantity,
        precision: Int,
        isPrimaryUnit: Bool,
        conversionRate: Quantity? = nil,
        product: ProductID? = nil
    ) {
        self.id = id
        self.key = key
        self.quantity = quantity
        self.precision = precision
        self.isPrimaryUnit = isPrimaryUnit
        self.conversionRate = conversionRate
        self.product = product
    }
}
