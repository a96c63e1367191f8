/// Where stock is counted: one SKU at one location in one unit.
package struct PositionKey: Hashable, Comparable, Sendable {
    package let sku: SKU
    package let location: Location
    package let unit: StockUnit

    package init(sku: SKU, location: Location, unit: StockUnit) {
        self.sku = sku
        self.location = location
        self.unit = unit
    }

    package static func < (left: PositionKey, right: PositionKey) -> Bool {
        let order = left.sku.order(against: right.sku)
        if order != 0 { return order < 0 }
        let locations = left.location.order(against: right.location)
        if locations != 0 { return locations < 0 }
        return left.unit < right.unit
    }
}

/// The net quantity at one key: on hand − committed − unusable; can be negative.
package struct Position: Hashable, Sendable {
    package let key: PositionKey
    package let net: Quantity

    package init(key: PositionKey, net: Quantity) {
        self.key = key
        self.net = net
    }
}
