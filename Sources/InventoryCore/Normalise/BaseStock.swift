/// The stock of one SKU in its base unit, location by location.
package struct BaseStock: Hashable, Sendable {
    package let sku: SKU
    /// Net quantity at each location, in the order of the locations.
    package let nets: [(location: Location, net: Quantity)]
    package let exceptions: [InventoryException]
    /// Locations that hold something in a unit without a factor: what lies there is not known.
    package let unclear: [Location]

    /// Converts and adds up the positions of one SKU; those that cannot be converted become exceptions.
    ///
    /// Where no unit is declared, the only unit the ERP uses is the base unit; two units cannot be added
    /// without a factor (a missing factor is never taken for 1).
    package init(sku: SKU, positions: [Position], units: UnitTable) {
        // Sorted, so that rows of one location follow one another; all have the same SKU.
        let ordered = positions.sorted { $0.key < $1.key }
        let isOneUnit = ordered.allSatisfy { $0.key.unit == ordered[0].key.unit }
        var nets: [(location: Location, net: Quantity)] = []
        nets.reserveCapacity(ordered.count)
        var exceptions: [InventoryException] = []
        var unclear: [Location] = []
        var known: (unit: StockUnit, factor: Ratio?)?
        for position in ordered {
            let unit = position.key.unit
            if known?.unit != unit {
                let factor = units.isEmpty ? (isOneUnit ? .one : nil) : units.perBase(erp: unit, of: sku)
                known = (unit, factor)
            }
            // Nothing is nothing in any unit.
            guard let factor = known?.factor ?? (position.net == .zero ? .one : nil) else {
                exceptions.append(BaseStock.unknownUnit(unit, of: sku, declaresUnits: !units.isEmpty))
                unclear.append(position.key.location)
                continue
            }
            do {
                let base = try position.net.inBase(factor)
                if let last = nets.last, last.location == position.key.location {
                    nets[nets.count - 1].net = try last.net.adding(base)
                } else {
                    nets.append((position.key.location, base))
                }
            } catch {
                exceptions.append(
                    InventoryException(
                        code: .quantityTooLarge,
                        subject: Subject(sku: sku),
                        message:
                            "The stock of \(sku) at \(position.key.location) does not fit into a quantity."
                    )
                )
            }
        }
        self.sku = sku
        self.nets = nets
        self.exceptions = exceptions
        self.unclear = unclear
    }

    private static func unknownUnit(_ unit: StockUnit, of sku: SKU, declaresUnits: Bool) -> InventoryException
    {
        // Without the SKU, which the subject names: thousands of SKUs are told of in one sentence.
        let why =
            declaresUnits
            ? "The unit \(unit.text.isEmpty ? "(empty)" : unit.text) is not declared under `units`."
            : "There is stock in several units, and `units` declares no factor between them."
        return InventoryException(
            code: .unknownUnit,
            subject: Subject(sku: sku, unit: unit),
            message: "\(why) What the shop shows of the pools that it feeds stays."
        )
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
