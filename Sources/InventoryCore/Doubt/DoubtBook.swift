/// The doubts of a shop, by source and position.
package struct DoubtBook: Sendable {
    private var bySource: [SourceID: SourceDoubts] = [:]
    /// By which the last clear values count that have no factor now.
    package var past = PastFactors()

    /// Makes a book of doubts in any order; of several about one position the last counts.
    package init(_ doubts: [Doubt] = []) {
        for (source, own) in Dictionary(grouping: doubts, by: \.source) {
            bySource[source] = SourceDoubts(of: source, own)
        }
    }

    /// Makes a book of the tables of some sources, one each.
    package init(_ tables: [DoubtTable]) {
        for table in tables { bySource[table.source] = SourceDoubts(table) }
    }

    package var isEmpty: Bool { bySource.values.allSatisfy(\.isEmpty) }

    package var all: [Doubt] { bySource.values.flatMap(\.values) }

    package var count: Int { bySource.values.reduce(0) { $0 + $1.count } }

    /// The SKUs with a position in doubt.
    package var skus: Set<SKU> {
        bySource.values.reduce(into: []) { skus, doubts in
            if skus.isEmpty { skus = doubts.skus } else { skus.formUnion(doubts.skus) }
        }
    }

    /// Whether some position of a SKU is in doubt.
    package func contains(_ sku: SKU) -> Bool { bySource.values.contains { $0.contains(sku) } }

    /// Gives the doubts about one SKU, of all sources and in no order.
    package func doubts(about sku: SKU) -> [Doubt] {
        if bySource.count == 1, let only = bySource.values.first { return only.doubts(about: sku) }
        return bySource.values.flatMap { $0.doubts(about: sku) }
    }

    /// Calls the body with the doubts of each source, in no order.
    func forEachSource(_ body: (SourceDoubts) throws -> Void) rethrows {
        for doubts in bySource.values { try body(doubts) }
    }

    /// Gives the doubts about what one source states.
    package func doubts(of source: SourceID) -> SourceDoubts {
        bySource[source] ?? SourceDoubts(of: source)
    }

    package mutating func set(_ doubt: Doubt) {
        bySource[doubt.source, default: SourceDoubts(of: doubt.source)][doubt.key] = doubt
    }

    /// Applies what a judgement has changed.
    package mutating func apply(_ changes: DoubtChanges) {
        if let missed = changes.missed { bySource[missed]?.missOnceMore() }
        for doubt in changes.ended { bySource[doubt.source]?[doubt.key] = nil }
        for doubt in changes.set { set(doubt) }
    }

    /// Adds to each doubt what other positions of its SKU have grown in a delivery (spec, Stock in doubt, 1).
    ///
    /// - Parameters:
    ///   - growth: of the delivery's accepted changes.
    ///   - source: whose delivery it is; a source's own deliveries come in their order.
    ///   - asOf: of that delivery; one without counts as the newest.
    ///   - isKnown: whether a location has a site or a fence.
    /// - Returns: the doubts that have changed.
    package mutating func grow(
        by growth: Growth,
        of source: SourceID,
        asOf: Timestamp?,
        isKnown: (Location) -> Bool
    ) -> [Doubt] {
        var changed: [Doubt] = []
        growth.forEachSKU { sku, grown in
            for doubt in doubts(about: sku) {
                if doubt.source != source, let asOf, let known = doubt.knownAsOf, asOf <= known { continue }
                var grownDoubt = doubt
                for (location, quantity) in grown where doubt.counts(location, isKnown) {
                    grownDoubt.grow(by: quantity)
                }
                guard grownDoubt.grown != doubt.grown else { continue }
                changed.append(grownDoubt)
            }
        }
        for doubt in changed { set(doubt) }
        return changed
    }
}

extension DoubtBook: Equatable {
    package static func == (left: DoubtBook, right: DoubtBook) -> Bool {
        left.count == right.count && Set(left.all) == Set(right.all)
    }
}

extension Doubt {
    /// Whether growth at a location is looked at: a warehouse that is renamed into the unknown must not empty
    /// the shop.
    func counts(_ location: Location, _ isKnown: (Location) -> Bool) -> Bool {
        reason != .absent || isKnown(location)
    }

    mutating func grow(by quantity: Quantity) {
        let sum = Int128(grown.millionths) + Int128(quantity.millionths)
        grown = Quantity(millionths: Int64(clamping: sum))
    }
}
