/// The doubts of a shop, by source and position.
package struct DoubtBook: Hashable, Sendable {
    private var bySource: [SourceID: [PositionKey: Doubt]] = [:]

    package init(_ doubts: [Doubt] = []) {
        set(doubts)
    }

    package var isEmpty: Bool { bySource.values.allSatisfy(\.isEmpty) }

    package var all: [Doubt] { bySource.values.flatMap(\.values) }

    package var count: Int { bySource.values.reduce(0) { $0 + $1.count } }

    /// The SKUs with a position in doubt.
    package var skus: Set<SKU> {
        var skus = Set<SKU>(minimumCapacity: count)
        for doubts in bySource.values {
            for key in doubts.keys { skus.insert(key.sku) }
        }
        return skus
    }

    /// Calls the body with each doubt, in no order.
    package func forEach(_ body: (Doubt) throws -> Void) rethrows {
        for doubts in bySource.values {
            for doubt in doubts.values { try body(doubt) }
        }
    }

    /// Gives the doubts about what one source states.
    package func doubts(of source: SourceID) -> [PositionKey: Doubt] { bySource[source] ?? [:] }

    package mutating func set(_ doubt: Doubt) {
        bySource[doubt.source, default: [:]][doubt.key] = doubt
    }

    /// Takes many, faster where those of one source follow one another.
    private mutating func set(_ doubts: [Doubt]) {
        var (source, own): (SourceID?, [PositionKey: Doubt]) = (nil, [:])
        for doubt in doubts {
            if doubt.source != source {
                if let source { bySource[source] = own }
                source = doubt.source
                own = bySource[doubt.source] ?? [:]
                if own.isEmpty { own.reserveCapacity(doubts.count) }
            }
            own[doubt.key] = doubt
        }
        if let source { bySource[source] = own }
    }

    /// Applies what a judgement has changed.
    package mutating func apply(_ changes: DoubtChanges) {
        for doubt in changes.ended { bySource[doubt.source]?[doubt.key] = nil }
        set(changes.set)
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
        guard !growth.isEmpty else { return [] }
        var changed: [Doubt] = []
        for (id, doubts) in bySource {
            for (key, doubt) in doubts {
                guard let grown = growth[key.sku] else { continue }
                if id != source, let asOf, let known = doubt.knownAsOf, asOf <= known { continue }
                var grownDoubt = doubt
                for (location, quantity) in grown where doubt.counts(location, isKnown) {
                    grownDoubt.grow(by: quantity)
                }
                guard grownDoubt.grown != doubt.grown else { continue }
                bySource[id]?[key] = grownDoubt
                changed.append(grownDoubt)
            }
        }
        return changed
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
