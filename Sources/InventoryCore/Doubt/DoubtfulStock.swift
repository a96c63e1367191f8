/// What positions in doubt count as, ready for planning: by SKU.
///
/// What lies in one place in several units is one position in base units: a unit that was never clear there
/// has nothing to say of its own, and what counts is worked out in base units.
package struct DoubtfulStock: Sendable {
    private let book: DoubtBook
    private let units: UnitTable

    package init(_ book: DoubtBook = DoubtBook(), units: UnitTable = UnitTable()) {
        (self.book, self.units) = (book, units)
    }

    package var isEmpty: Bool { book.isEmpty }

    /// The SKUs with a position in doubt, in byte order; each call collects them.
    package var skus: [SKU] { book.skus.sorted(byBytesOf: \.self) }

    /// Whether some position of a SKU is in doubt.
    package func contains(_ sku: SKU) -> Bool { book.contains(sku) }

    /// Gives the doubts about one SKU, in no order.
    package subscript(sku: SKU) -> [Doubt] { book.doubts(about: sku) }

    /// Which value stands for a position in doubt.
    package enum Bound: Sendable {
        case low
        /// What it counts as.
        case used
        case high
    }

    /// What counts in the place of what the baseline holds.
    private struct Counted {
        let unit: StockUnit
        let net: Quantity
    }

    /// Puts what counts in the place of what the baseline holds.
    package func apply(
        to rows: inout [PlacedPositions.Row],
        of sku: SKU,
        _ places: inout PlaceList
    ) {
        let own = self[sku]
        for doubt in own {
            guard let counted = counted(doubt, .used, among: own), let last = doubt.last,
                counted.unit != doubt.key.unit || counted.net != last
            else { continue }
            let inUnit = counted.unit == doubt.key.unit
            if pastFactor(of: doubt.key) != nil {
                rows.removeAll { places[$0.place].isPlace(of: doubt.key) }
                let place = places.number(of: doubt.key.location, .inBase, doubt.key.bin)
                rows.append(PlacedPositions.Row(place: place, net: counted.net))
                continue
            }
            let delta = Delta(key: doubt.key, change: .changed(from: last, to: inUnit ? counted.net : .zero))
            PlacedPositions.Row.apply(delta, to: &rows, &places)
            guard !inUnit else { continue }
            let place = places.number(of: doubt.key.location, counted.unit, doubt.key.bin)
            rows.append(PlacedPositions.Row(place: place, net: counted.net))
        }
    }

    /// Gives the positions of a SKU with what counts in the place of what the baseline holds, or with the
    /// least or most that the doubtful ones can be.
    package func applied(_ bound: Bound = .used, to positions: [Position], of sku: SKU) -> [Position] {
        let doubts = self[sku]
        guard !doubts.isEmpty else { return positions }
        var counted: [PositionKey: Counted] = [:]
        var past: [Position] = []
        for doubt in doubts {
            let (key, counts) = (doubt.key, self.counted(doubt, bound, among: doubts))
            if let counts, pastFactor(of: key) != nil {
                let base = PositionKey(sku: sku, location: key.location, unit: counts.unit, bin: key.bin)
                past.append(Position(key: base, net: counts.net))
            }
            counted[key] = counts
        }
        return past
            + positions.flatMap { position in
                let key = position.key
                // What counted already is worked out anew.
                if key.unit == .inBase { return [Position]() }
                guard let counted = counted[key] else { return [position] }
                guard counted.unit != key.unit else { return [Position(key: key, net: counted.net)] }
                if pastFactor(of: key) != nil { return [] }
                let base = PositionKey(sku: sku, location: key.location, unit: counted.unit, bin: key.bin)
                return [Position(key: key, net: .zero), Position(key: base, net: counted.net)]
            }
    }

    /// What a unit held that has no factor now, if that is known.
    private func pastFactor(of key: PositionKey) -> Ratio? {
        guard !book.past.isEmpty, !units.isEmpty, units.perBase(erp: key.unit, of: key.sku) == nil else {
            return nil
        }
        return book.past.perBase(erp: key.unit, of: key.sku)
    }

    /// What the last clear value of a position counts by.
    private func factor(of key: PositionKey) -> Ratio? {
        units.perBase(erp: key.unit, of: key.sku) ?? pastFactor(of: key)
    }

    /// What stands for a doubtful position; nothing where it was never clear.
    private func counted(_ doubt: Doubt, _ bound: Bound, among own: [Doubt]) -> Counted? {
        guard let last = doubt.last, let interval = interval(of: doubt, among: own) else { return nil }
        let (unit, past) = (doubt.key.unit, pastFactor(of: doubt.key))
        func whole(_ net: Quantity) -> Counted? {
            guard let past else { return Counted(unit: unit, net: net) }
            return (try? net.inBase(past)).map { Counted(unit: .inBase, net: $0) }
        }
        switch bound {
        case .low: return whole(interval.lowerBound)
        case .high: return whole(interval.upperBound)
        case .used: break
        }
        if let together = together(with: doubt, among: own) { return together }
        guard doubt.grown > .zero else { return whole(last) }
        let factor = units.isEmpty ? .one : factor(of: doubt.key) ?? .one
        var (counts, low, all) = (unit, interval.lowerBound, last)
        if factor != .one || past != nil, let lowInBase = try? low.inBase(factor),
            let lastInBase = try? last.inBase(factor)
        {
            // Twelve to the case, less 19 of 24: that is 5, and no number of cases says so.
            (counts, low, all) = (.inBase, lowInBase, lastInBase)
        }
        let rest = all.adding(clamping: Quantity(millionths: -doubt.grown.millionths))
        return Counted(unit: counts, net: max(low, rest))
    }

    /// What counts where several units of one place are in doubt and something has grown elsewhere.
    ///
    /// It is taken off them once; the first of them stands for all.
    private func together(with doubt: Doubt, among own: [Doubt]) -> Counted? {
        let place = own.filter { $0.last != nil && Slot($0.key) == Slot(doubt.key) }
        let grown = place.map(\.grown).max() ?? .zero
        guard place.count > 1, grown > .zero, let first = place.map(\.key).min() else { return nil }
        var (whole, low) = (Int128(0), Int128(0))
        for one in place {
            guard let factor = factor(of: one.key),
                let last = try? one.last?.inBase(factor),
                let least = try? interval(of: one, among: own)?.lowerBound.inBase(factor)
            else { return nil }
            (whole, low) = (whole + Int128(last.millionths), low + Int128(least.millionths))
        }
        guard doubt.key == first else {
            return Counted(unit: pastFactor(of: doubt.key) == nil ? doubt.key.unit : .inBase, net: .zero)
        }
        let net = max(low, whole - Int128(grown.millionths))
        return Counted(unit: .inBase, net: Quantity(millionths: Int64(clamping: net)))
    }

    /// What a position can hold, in its unit; nothing where it was never clear.
    ///
    /// Where the guards hold that a place changes its unit, what is stated in the new one is what it is about
    /// to hold, and not nothing.
    package func interval(of doubt: Doubt, among own: [Doubt]) -> ClosedRange<Quantity>? {
        guard let last = doubt.last, let interval = doubt.interval else { return nil }
        guard doubt.reason == .held, doubt.stated == nil,
            let factor = units.perBase(erp: doubt.key.unit, of: doubt.key.sku)
        else { return interval }
        var stated: Int128?
        for other in own where other.last == nil && other.reason == .held && other.isBeside(doubt.key) {
            guard let net = other.stated, let each = units.perBase(erp: other.key.unit, of: other.key.sku),
                let base = try? net.inBase(each)
            else { return interval }
            stated = (stated ?? 0) + Int128(base.millionths)
        }
        guard let stated,
            let inUnit = try? Quantity(millionths: Int64(clamping: stated)).inUnits(of: factor)
        else { return interval }
        return min(last, inUnit)...max(last, inUnit)
    }

    /// Locations of which something was stated and never clearly: their pools are not written.
    ///
    /// Where something else is known of the place, in another unit, that stands for it. What a person has
    /// rejected before it ever was clear is not there.
    ///
    /// `known` gives what the baseline holds of the SKU, and is asked only where it matters.
    package func unclear(_ sku: SKU, known: () -> [Position]) -> [Location] {
        let never = self[sku].filter { $0.last == nil && $0.reason != .rejected }
        guard !never.isEmpty else { return [] }
        let known = known()
        return never.filter { doubt in !known.contains { doubt.isBeside($0.key) } }.map(\.key.location)
    }
}

extension Doubt {
    /// Whether another position is the same place, counted in another unit: the same bin, or of a unit that
    /// nobody knows, any bin of the location.
    package func isBeside(_ other: PositionKey) -> Bool {
        key.location == other.location && key.unit != other.unit
            && (key.bin == other.bin || reason == .unitUnknown)
    }
}
