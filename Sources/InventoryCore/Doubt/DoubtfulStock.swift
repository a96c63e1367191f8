/// What positions in doubt count as, ready for planning: by SKU.
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

    /// What a doubtful position counts as, in its own unit; nothing where it was never clear.
    package func used(_ doubt: Doubt) -> Quantity? {
        doubt.used(perBase: units.perBase(erp: doubt.key.unit, of: doubt.key.sku) ?? .one)
    }

    /// Puts what counts in the place of what the baseline holds.
    package func apply(
        to rows: inout [PlacedPositions.Row],
        of sku: SKU,
        _ places: inout PlaceList
    ) {
        for doubt in self[sku] {
            guard let used = used(doubt), let last = doubt.last, used != last else { continue }
            let delta = Delta(key: doubt.key, change: .changed(from: last, to: used))
            PlacedPositions.Row.apply(delta, to: &rows, &places)
        }
    }

    /// Which value stands for a position in doubt.
    package enum Bound: Sendable {
        case low
        /// What it counts as.
        case used
        case high
    }

    /// Gives the positions of a SKU with what counts in the place of what the baseline holds, or with the
    /// least or most that the doubtful ones can be.
    package func applied(_ bound: Bound = .used, to positions: [Position], of sku: SKU) -> [Position] {
        let doubts = self[sku]
        guard !doubts.isEmpty else { return positions }
        var counted: [PositionKey: Quantity] = [:]
        for doubt in doubts {
            switch bound {
            case .low: counted[doubt.key] = doubt.interval?.lowerBound
            case .used: counted[doubt.key] = used(doubt)
            case .high: counted[doubt.key] = doubt.interval?.upperBound
            }
        }
        return positions.map { position in
            counted[position.key].map { Position(key: position.key, net: $0) } ?? position
        }
    }

    /// Locations of which something was stated and never clearly: their pools are not written.
    ///
    /// Rows of one location in several units are one thing: where those that had a value are in doubt for the
    /// same reason, they stand for the new one as well. What a person has rejected before it ever was clear
    /// is not there.
    package func unclear(_ sku: SKU) -> [Location] {
        let doubts = self[sku]
        return doubts.filter { doubt in
            doubt.last == nil && doubt.reason != .rejected
                && !(doubt.reason.isOfUnits
                    && doubts.contains {
                        $0.last != nil && $0.key.location == doubt.key.location && $0.reason == doubt.reason
                    })
        }.map(\.key.location)
    }
}

extension Doubt.Reason {
    /// Whether all rows of a SKU at a location can be in doubt for it because the unit has changed.
    fileprivate var isOfUnits: Bool { self == .unitUnknown || self == .held }
}
