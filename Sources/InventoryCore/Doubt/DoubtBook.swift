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
