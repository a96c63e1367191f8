/// The position that an event is about, and what one of the event's units is there.
package struct EventPlace: Hashable, Sendable {
    package let key: PositionKey
    private let own: Ratio
    private let target: Ratio

    /// Finds the position among those that are known of the SKU.
    ///
    /// An event without a unit is in the position's own. A unit that differs is converted where both have a
    /// factor, so that a box sold does not open a second position beside the pieces.
    ///
    /// - Parameters:
    ///   - event: what was stated.
    ///   - sku: normalised as the source's deliveries are.
    ///   - location: the same.
    ///   - positions: all that are known of the SKU, and where nothing is known yet those that earlier events
    ///     were taken for.
    ///   - units: the declared conversions; where none are, a SKU has one unit.
    ///   - isKnown: whether a location belongs to a site or fence.
    /// - Throws: why it is no more than a hint.
    package init(
        of event: StockEvent,
        sku: SKU,
        location: Location,
        among positions: [PositionKey],
        units: UnitTable,
        isKnown: (Location) -> Bool
    ) throws(NoPlace) {
        let there = positions.filter { $0.location == location }
        if there.isEmpty {
            let unit = try EventPlace.newUnit(event.unit, sku, positions, units)
            guard isKnown(location) else { throw NoPlace(.location) }
            self.init(PositionKey(sku: sku, location: location, unit: unit), own: .one, target: .one)
            return
        }
        try self.init(event.unit, of: sku, among: there, units)
    }

    /// Gives an event its own place on a shelf that only events have stated: in its own unit, without a bin.
    ///
    /// - Parameters:
    ///   - event: what was stated.
    ///   - shelf: normalised as the source's deliveries are.
    ///   - there: the places of what is known there; an event without a unit belongs to the first of them.
    ///   - positions: all that are known of the SKU.
    ///   - units: the declared conversions.
    ///   - isKnown: whether a location belongs to a site or fence.
    /// - Throws: why it is no more than a hint.
    package init(
        of event: StockEvent,
        on shelf: Shelf,
        beside there: [PositionKey],
        among positions: [PositionKey],
        units: UnitTable,
        isKnown: (Location) -> Bool
    ) throws(NoPlace) {
        let unit: StockUnit
        if event.unit.text.isEmpty, let first = there.first {
            unit = first.unit
        } else {
            unit = try EventPlace.newUnit(event.unit, shelf.sku, positions + there, units)
        }
        guard !there.isEmpty || isKnown(shelf.location) else { throw NoPlace(.location) }
        let key = PositionKey(sku: shelf.sku, location: shelf.location, unit: unit)
        self.init(key, own: .one, target: .one)
    }

    /// Finds the position anew among those that a delivery states at the same location.
    ///
    /// - Throws: why none of them can be meant.
    init(of key: PositionKey, among stated: [PositionKey], units: UnitTable) throws(NoPlace) {
        try self.init(key.unit, of: key.sku, among: stated, units)
    }

    private init(
        _ stated: StockUnit,
        of sku: SKU,
        among there: [PositionKey],
        _ units: UnitTable
    ) throws(NoPlace) {
        let same = there.filter { stated.text.isEmpty || $0.unit == stated }
        guard let found = same.count == 1 ? same.first : there.count == 1 ? there.first : nil else {
            throw NoPlace(.ambiguous)
        }
        let unit = stated.text.isEmpty ? found.unit : stated
        if units.isEmpty || unit == found.unit {
            guard unit == found.unit else { throw NoPlace(.unit) }
            self.init(found, own: .one, target: .one)
            return
        }
        guard let own = units.perBase(erp: unit, of: sku),
            let target = units.perBase(erp: found.unit, of: sku)
        else { throw NoPlace(.unit) }
        self.init(found, own: own, target: target)
    }

    private init(_ key: PositionKey, own: Ratio, target: Ratio) {
        (self.key, self.own, self.target) = (key, own, target)
    }

    /// Why an event has no place.
    package struct NoPlace: Error, Hashable, Sendable {
        package let reason: EventHint.Reason

        init(_ reason: EventHint.Reason) { self.reason = reason }
    }

    private static func newUnit(
        _ stated: StockUnit,
        _ sku: SKU,
        _ positions: [PositionKey],
        _ units: UnitTable
    ) throws(NoPlace) -> StockUnit {
        let known = Set(positions.map(\.unit))
        guard !units.isEmpty else {
            // Two units cannot be added up without a factor.
            let unit = stated.text.isEmpty ? known.first ?? stated : stated
            guard known.isEmpty || known == [unit] else { throw NoPlace(.unit) }
            return unit
        }
        let unit = stated.text.isEmpty && known.count == 1 ? known.first ?? stated : stated
        guard units.perBase(erp: unit, of: sku) != nil else { throw NoPlace(.unit) }
        return unit
    }

    /// Gives the quantity in the position's unit.
    ///
    /// - Throws: `NoPlace` where that is not exact.
    package func quantity(_ quantity: Quantity) throws(NoPlace) -> Quantity {
        if own == target { return quantity }
        let upper = own.numerator.multipliedReportingOverflow(by: target.denominator)
        let lower = own.denominator.multipliedReportingOverflow(by: target.numerator)
        guard !upper.overflow, !lower.overflow else { throw NoPlace(.unit) }
        let product = Int128(quantity.millionths) * Int128(upper.partialValue)
        let (quotient, rest) = product.quotientAndRemainder(dividingBy: Int128(lower.partialValue))
        guard rest == 0, let millionths = Int64(exactly: quotient) else { throw NoPlace(.unit) }
        return Quantity(millionths: millionths)
    }
}
