/// Where stock is counted: one SKU at one location in one unit, and in one bin where the source names them.
package struct PositionKey: Hashable, Comparable, Sendable {
    package let sku: SKU
    package let location: Location
    package let unit: StockUnit
    /// Last in the order, so that the bins of one location and unit follow one another.
    package let bin: Bin

    package init(sku: SKU, location: Location, unit: StockUnit, bin: Bin = "") {
        self.sku = sku
        self.location = location
        self.unit = unit
        self.bin = bin
    }

    /// The location, and the bin where there is one, in words.
    package var place: String { bin.text.isEmpty ? location.text : "\(location), bin \(bin)" }

    package static func < (left: PositionKey, right: PositionKey) -> Bool {
        let order = left.sku.order(against: right.sku)
        if order != 0 { return order < 0 }
        let locations = left.location.order(against: right.location)
        if locations != 0 { return locations < 0 }
        let units = left.unit.order(against: right.unit)
        if units != 0 { return units < 0 }
        return left.bin < right.bin
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
