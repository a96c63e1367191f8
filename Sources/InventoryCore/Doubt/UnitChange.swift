/// What a change of the declared units makes of what is in doubt (spec, Stock in doubt, section 1).
///
/// Where a unit has lost its factor, what lies there is in doubt, although the ERP says what it always did:
/// its last clear value counts by the factor of before. Where the unit is declared again, that doubt ends.
package struct UnitChange: Sendable {
    private let former: UnitTable
    private let units: UnitTable
    /// By which last clear values count that have no factor.
    package private(set) var past: PastFactors

    /// - Parameters:
    ///   - former: the units that were in force.
    ///   - units: those that are now.
    ///   - past: what was lost before.
    package init(from former: UnitTable, to units: UnitTable, past: PastFactors) {
        (self.former, self.units) = (former, units)
        self.past = past.changed(from: former, to: units)
    }

    /// Whether stock may have lost its factor.
    package var losesFactors: Bool { !units.isEmpty && former != units }

    /// Whether a position has lost its factor, if its SKU lies in no other unit.
    package func concerns(_ key: PositionKey) -> Bool {
        units.perBase(erp: key.unit, of: key.sku) == nil
            && (former.isEmpty || former.perBase(erp: key.unit, of: key.sku) != nil)
    }

    /// Gives the doubts that begin about a SKU, of all its positions by their sources.
    ///
    /// `knownAsOf` gives the as-of of the last delivery of a source.
    package mutating func begun(
        _ positions: [SourceID: [Position]],
        _ book: DoubtBook,
        at now: Timestamp,
        knownAsOf: (SourceID) -> Timestamp?
    ) -> [Doubt] {
        // Without declared factors, stock in two units was never clear.
        if former.isEmpty, Set(positions.values.joined().map(\.key.unit)).count > 1 { return [] }
        var begun: [Doubt] = []
        for (source, own) in positions {
            let lost = own.filter { concerns($0.key) }
            if former.isEmpty { for one in lost { past = past.adding(base: one.key.unit) } }
            let slots = Set(lost.map { Slot(wholeOf: $0.key) })
            let known = book.doubts(of: source)
            for one in own where slots.contains(Slot(wholeOf: one.key)) && !known.contains(one.key) {
                var doubt = Doubt(
                    source: source,
                    key: one.key,
                    reason: .unitUnknown,
                    since: now,
                    knownAsOf: knownAsOf(source),
                    last: one.net
                )
                doubt.stated = one.net
                begun.append(doubt)
            }
        }
        return begun.sorted { ($0.source.text, $0.key) < ($1.source.text, $1.key) }
    }

    /// Gives the doubts that end, because all that is stated of their place has a factor again and is what
    /// was clear.
    package func ended(_ book: DoubtBook) -> [Doubt] {
        var ended: [Doubt] = []
        book.forEachSource { doubts in
            let own = doubts.values.filter { $0.reason == .unitUnknown }
            for (_, place) in Dictionary(grouping: own, by: { Slot(wholeOf: $0.key) }) {
                let isClear = place.allSatisfy { doubt in
                    doubt.isStatedAsKnown && units.perBase(erp: doubt.key.unit, of: doubt.key.sku) != nil
                }
                if isClear { ended += place }
            }
        }
        return ended.sorted { ($0.source.text, $0.key) < ($1.source.text, $1.key) }
    }

    /// Leaves out what no position in doubt counts by.
    package mutating func forget(besides book: DoubtBook) {
        past = past.only(of: Set(book.all.map(\.key)))
    }
}
