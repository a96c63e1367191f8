/// How much the positions of SKUs have grown in one delivery, by location and in base units.
///
/// A place (a location, or a bin of one) whose unit changes has one value: what one unit loses is taken off
/// what another gains.
package struct Growth: Hashable, Sendable {
    private var bySKU: [SKU: [Location: Quantity]] = [:]

    package init() {}

    /// Adds the accepted changes up; only those of some SKUs may be of interest.
    ///
    /// `past` says what units held that have no factor now, of which a change can only be that they are gone.
    package init(
        of accepted: [Delta],
        units: UnitTable,
        past: PastFactors = PastFactors(),
        where isOfInterest: (SKU) -> Bool = { _ in true }
    ) {
        var sums: [SKU: [Place: Int128]] = [:]
        var factors = UnitFactors(units)
        for delta in accepted where isOfInterest(delta.key.sku) {
            let (unit, sku) = (delta.key.unit, delta.key.sku)
            let factor = factors.perBase(erp: unit, of: sku) ?? past.perBase(erp: unit, of: sku) ?? .one
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

    /// Calls the body with what each SKU has grown, by location; in no order.
    func forEachSKU(_ body: (SKU, [Location: Quantity]) throws -> Void) rethrows {
        for (sku, grown) in bySKU { try body(sku, grown) }
    }

    /// What has grown, SKU by SKU, in no order.
    package func forEach(_ body: (SKU, Location, Quantity) throws -> Void) rethrows {
        for (sku, locations) in bySKU {
            for (location, quantity) in locations { try body(sku, location, quantity) }
        }
    }

    private static func inBase(_ quantity: Quantity?, _ factor: Ratio) -> Int128 {
        Int128(quantity?.millionths ?? 0) * Int128(factor.numerator) / Int128(factor.denominator)
    }
}

/// Growth in an earlier delivery of one source.
///
/// It is kept until every other source has delivered after it: a doubt that begins later there counts it as
/// well, so the order in which two sources arrive changes nothing.
package struct KeptGrowth: Hashable, Sendable {
    package let source: SourceID
    package let sku: SKU
    package let location: Location
    /// In base units.
    package let quantity: Quantity
    package let time: DeliveryTime

    package init(
        source: SourceID,
        sku: SKU,
        location: Location,
        quantity: Quantity,
        time: DeliveryTime
    ) {
        (self.source, self.sku, self.location) = (source, sku, location)
        (self.quantity, self.time) = (quantity, time)
    }
}

/// When a delivery was true, where it says so, and when it arrived.
package struct DeliveryTime: Hashable, Sendable {
    package let asOf: Timestamp?
    package let arrived: Timestamp

    package init(asOf: Timestamp?, arrived: Timestamp) {
        (self.asOf, self.arrived) = (asOf, arrived)
    }

    /// Whether it is later than another; by arrival where one of the two does not say of when it is.
    package func isLater(than other: DeliveryTime) -> Bool {
        if let mine = asOf, let its = other.asOf { return mine > its }
        return arrived > other.arrived
    }
}
