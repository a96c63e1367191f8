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
        if let nets = BaseStock.plainNets(positions, of: sku, units: units) {
            self.sku = sku
            self.nets = nets
            exceptions = []
            return
        }
        // In order, rows of one location follow one another; the SKU of all is the same.
        let ordered = positions.sorted { $0.key < $1.key }
        let isOneUnit = ordered.allSatisfy { $0.key.unit == ordered[0].key.unit }
        var nets: [(location: Location, net: Quantity)] = []
        nets.reserveCapacity(ordered.count)
        var exceptions: [InventoryException] = []
        var known: (unit: StockUnit, factor: Ratio?)?
        for position in ordered {
            let unit = position.key.unit
            if known?.unit != unit {
                let factor = units.isEmpty ? (isOneUnit ? .one : nil) : units.perBase(erp: unit, of: sku)
                known = (unit, factor)
            }
            guard let factor = known?.factor else {
                exceptions.append(BaseStock.unknownUnit(unit, of: sku, declaresUnits: !units.isEmpty))
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
                        subject: sku.text,
                        message:
                            "The stock of \(sku) at \(position.key.location) does not fit into a quantity."
                    )
                )
            }
        }
        self.sku = sku
        self.nets = nets
        self.exceptions = exceptions
    }

    /// Positions that are put in order one by one at most.
    private static let plainMax = 64
    /// So many millionths at a location add up in any order, `plainMax` times.
    private static let plainMagnitude: UInt64 = 1 << 56

    /// Gives the usual stock in one pass, and nothing for any other; hot (`AllocationBenchmarks`).
    ///
    /// Usual are few positions, known units, and no quantity so great that the order of adding could matter.
    private static func plainNets(
        _ positions: [Position],
        of sku: SKU,
        units: UnitTable
    ) -> [(location: Location, net: Quantity)]? {
        guard positions.count <= plainMax, let first = positions.first else { return nil }
        var unit = first.key.unit
        var factor = units.isEmpty ? .one : units.perBase(erp: unit, of: sku)
        var nets: [(location: Location, net: Quantity)] = []
        nets.reserveCapacity(positions.count)
        for position in positions {
            if position.key.unit != unit {
                guard !units.isEmpty else { return nil }
                unit = position.key.unit
                factor = units.perBase(erp: unit, of: sku)
            }
            // What does not fit is said by whoever takes it from here.
            guard let factor, let net = try? position.net.inBase(factor),
                net.millionths.magnitude <= plainMagnitude
            else { return nil }
            let location = position.key.location
            var (low, high) = (0, nets.count)
            while low < high {
                let middle = (low + high) / 2
                if nets[middle].location < location { low = middle + 1 } else { high = middle }
            }
            if low < nets.count, nets[low].location == location {
                nets[low].net = Quantity(millionths: nets[low].net.millionths + net.millionths)
            } else {
                nets.insert((location, net), at: low)
            }
        }
        return nets
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
