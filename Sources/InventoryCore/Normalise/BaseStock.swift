/// The stock of one SKU in its base unit, location by location.
package struct BaseStock: Hashable, Sendable {
    package let sku: SKU
    /// Net quantity at each location, in the order of the locations.
    package let nets: [(location: Location, net: Quantity)]
    package let exceptions: [InventoryException]

    /// Converts and adds up positions of one SKU; what cannot
    /// be converted is left out and becomes an exception.
    ///
    /// Where no unit is declared, the one unit that the ERP uses is the base unit; two of them cannot be
    /// added without a factor (a missing factor is never taken for 1).
    package init(sku: SKU, positions: [Position], units: UnitTable) {
        var sums: [Location: Quantity] = [:]
        var exceptions: [InventoryException] = []
        let distinct = Set(positions.map(\.key.unit))
        for position in positions.sorted(by: { $0.key < $1.key }) {
            let unit = position.key.unit
            let factor =
                units.isEmpty ? (distinct.count == 1 ? .one : nil) : units.perBase(erp: unit, of: sku)
            guard let factor else {
                exceptions.append(BaseStock.unknownUnit(unit, of: sku, declaresUnits: !units.isEmpty))
                continue
            }
            do {
                let base = try position.net.inBase(factor)
                sums[position.key.location] = try sums[position.key.location, default: .zero].adding(base)
            } catch {
                exceptions.append(
                    InventoryException(
                        code: .quantityTooLarge,
                        subject: sku.text,
                        message:
                            "The stock of \(sku) at \(position.key.location) does not fit into a quantity."
                    )
                )
            }
        }
        self.sku = sku
        self.nets = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.exceptions = exceptions
    }

    private static func unknownUnit(_ unit: StockUnit, of sku: SKU, declaresUnits: Bool) -> InventoryException
    {
        let why =
            declaresUnits
            ? "The unit \(unit.text.isEmpty ? "(empty)" : unit.text) of \(sku) is not declared under `units`."
            : "\(sku) has stock in several units, and `units` declares no factor between them."
        return InventoryException(code: .unknownUnit, subject: sku.text, message: why)
    }

    package static func == (left: BaseStock, right: BaseStock) -> Bool {
        left.sku == right.sku && left.exceptions == right.exceptions
            && left.nets.elementsEqual(right.nets) { $0.location == $1.location && $0.net == $1.net }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(sku)
        for (location, net) in nets {
            hasher.combine(location)
            hasher.combine(net)
        }
    }
}
