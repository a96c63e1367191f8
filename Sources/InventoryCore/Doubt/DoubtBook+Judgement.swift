extension DoubtBook {
    /// Where accepted changes come from, and by what they count.
    package struct Taking {
        package var source: SourceID
        package var asOf: Timestamp?
        package var units: UnitTable
        package var rules: RuleSet
        /// What other sources have grown since the last delivery of this one.
        package var past: [KeptGrowth] = []
        /// As of when events have stated positions later than the last delivery did.
        package var stated: [PositionKey: Timestamp] = [:]

        package init(_ source: SourceID, asOf: Timestamp?, units: UnitTable, rules: RuleSet) {
            (self.source, self.asOf, self.units, self.rules) = (source, asOf, units, rules)
        }
    }

    /// Takes what a judgement says, and what its accepted changes add to the doubts of all sources.
    ///
    /// - Returns: everything that has changed.
    package mutating func take(_ judgement: Judgement, _ taking: Taking) -> DoubtChanges {
        take(judgement.accepted, judgement.doubts, taking)
    }

    /// Takes accepted changes, from a delivery or by an approval.
    ///
    /// - Returns: everything that has changed.
    package mutating func take(
        _ accepted: [Delta],
        _ changes: DoubtChanges,
        _ taking: Taking
    ) -> DoubtChanges {
        let isKnown: (Location) -> Bool = { location in
            taking.rules.sites.isEmpty || taking.rules.role(of: location) != nil
        }
        let changes = begin(changes, taking, isKnown)
        apply(changes)
        guard !isEmpty else { return changes }
        let growth = Growth(of: accepted, units: taking.units, past: past, where: contains)
        let grown = grow(by: growth, of: taking.source, asOf: taking.asOf, isKnown: isKnown)
        guard !grown.isEmpty else { return changes }
        let again = Set(grown.map { DoubtID($0) })
        let set = changes.set.filter { !again.contains(DoubtID($0)) } + grown
        var all = changes
        all.set = set.sorted { ($0.source.text, $0.key) < ($1.source.text, $1.key) }
        return all
    }

    /// Adds to doubts that begin what other sources have stated already, since the position was stated last.
    private func begin(
        _ changes: DoubtChanges,
        _ taking: Taking,
        _ isKnown: (Location) -> Bool
    ) -> DoubtChanges {
        guard !taking.past.isEmpty || !taking.stated.isEmpty else { return changes }
        let bySKU = Dictionary(grouping: taking.past, by: \.sku)
        var changes = changes
        changes.set = changes.set.map { doubt in
            guard doubts(of: doubt.source)[doubt.key] == nil else { return doubt }
            let begun = doubt.known(asOf: taking.stated[doubt.key])
            return (bySKU[doubt.key.sku] ?? []).reduce(into: begun) { begun, growth in
                guard growth.source != doubt.source, doubt.counts(growth.location, isKnown),
                    begun.isOlder(than: growth)
                else { return }
                begun.grow(by: growth.quantity)
            }
        }
        return changes
    }

    private struct DoubtID: Hashable {
        let source: SourceID
        let key: PositionKey

        init(_ doubt: Doubt) { (source, key) = (doubt.source, doubt.key) }
    }
}

extension Doubt {
    /// Whether what has grown elsewhere was stated after the position.
    fileprivate func isOlder(than growth: KeptGrowth) -> Bool {
        guard let mine = knownAsOf, let its = growth.time.asOf else { return true }
        return mine < its
    }
}
