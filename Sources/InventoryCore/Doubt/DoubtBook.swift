/// The doubts of a shop, by source and position.
package struct DoubtBook: Hashable, Sendable {
    private var bySource: [SourceID: [PositionKey: Doubt]] = [:]

    package init(_ doubts: some Sequence<Doubt> = []) {
        for doubt in doubts { set(doubt) }
    }

    package var isEmpty: Bool { bySource.values.allSatisfy(\.isEmpty) }

    package var all: [Doubt] { bySource.values.flatMap(\.values) }

    /// Gives the doubts about what one source states.
    package func doubts(of source: SourceID) -> [PositionKey: Doubt] { bySource[source] ?? [:] }

    package mutating func set(_ doubt: Doubt) {
        bySource[doubt.source, default: [:]][doubt.key] = doubt
    }

    /// Applies what a judgement has changed.
    package mutating func apply(_ changes: DoubtChanges) {
        for doubt in changes.ended { bySource[doubt.source]?[doubt.key] = nil }
        for doubt in changes.set { set(doubt) }
    }

    /// Adds to each doubt what other positions of its SKU have grown in a delivery (spec, Stock in doubt, 1).
    ///
    /// - Parameters:
    ///   - growth: of the delivery's accepted changes.
    ///   - asOf: of that delivery; one without counts as the newest.
    ///   - isKnown: whether a location has a site or a fence. Growth elsewhere does not count for what is
    ///     absent: a warehouse that is renamed into the unknown must not empty the shop.
    /// - Returns: the doubts that have changed.
    package mutating func grow(
        by growth: Growth,
        asOf: Timestamp?,
        isKnown: (Location) -> Bool
    ) -> [Doubt] {
        guard !growth.isEmpty else { return [] }
        var changed: [Doubt] = []
        for (source, doubts) in bySource {
            for (key, doubt) in doubts {
                guard let grown = growth[key.sku] else { continue }
                if let asOf, let known = doubt.knownAsOf, asOf <= known { continue }
                let counted = grown.filter { doubt.reason != .absent || isKnown($0.key) }.values
                guard !counted.isEmpty else { continue }
                var grownDoubt = doubt
                let sum = counted.reduce(Int128(doubt.grown.millionths)) { $0 + Int128($1.millionths) }
                grownDoubt.grown = Quantity(millionths: Int64(clamping: sum))
                bySource[source]?[key] = grownDoubt
                changed.append(grownDoubt)
            }
        }
        return changed
    }
}

/// How much the positions of SKUs have grown in one delivery, by location and in base units.
///
/// A place (a location, or a bin of one) whose unit changes has one value: what one unit loses is taken off
/// what another gains.
package struct Growth: Hashable, Sendable {
    private var bySKU: [SKU: [Location: Quantity]] = [:]

    package init() {}

    /// Adds the accepted changes up; only those of SKUs in doubt are of interest.
    package init(of accepted: [Delta], units: UnitTable, where isDoubtful: (SKU) -> Bool) {
        var sums: [SKU: [Place: Int128]] = [:]
        for delta in accepted where isDoubtful(delta.key.sku) {
            let factor = units.perBase(erp: delta.key.unit, of: delta.key.sku) ?? .one
            let change = Growth.inBase(delta.after, factor) - Growth.inBase(delta.before, factor)
            let place = Place(location: delta.key.location, bin: delta.key.bin)
            sums[delta.key.sku, default: [:]][place, default: 0] += change
        }
        for (sku, places) in sums {
            var grown: [Location: Int128] = [:]
            for (place, sum) in places where sum > 0 { grown[place.location, default: 0] += sum }
            if !grown.isEmpty { bySKU[sku] = grown.mapValues { Quantity(millionths: Int64(clamping: $0)) } }
        }
    }

    private struct Place: Hashable {
        let location: Location
        let bin: Bin
    }

    package var isEmpty: Bool { bySKU.isEmpty }

    package subscript(sku: SKU) -> [Location: Quantity]? { bySKU[sku] }

    /// Stock below zero is none: a deficit that is made good is no growth.
    private static func inBase(_ quantity: Quantity?, _ factor: Ratio) -> Int128 {
        let units = max(0, Int128(quantity?.millionths ?? 0))
        return units * Int128(factor.numerator) / Int128(factor.denominator)
    }
}
