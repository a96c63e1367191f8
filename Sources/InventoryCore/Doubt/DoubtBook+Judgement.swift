extension DoubtBook {
    /// Takes what a judgement says, and what its accepted changes add to the doubts of all sources.
    ///
    /// - Returns: everything that has changed.
    package mutating func take(
        _ judgement: Judgement,
        asOf: Timestamp?,
        units: UnitTable,
        rules: RuleSet
    ) -> DoubtChanges {
        take(judgement.accepted, judgement.doubts, asOf: asOf, units: units, rules: rules)
    }

    /// Takes accepted changes, from a delivery or by an approval.
    ///
    /// - Returns: everything that has changed.
    package mutating func take(
        _ accepted: [Delta],
        _ changes: DoubtChanges,
        asOf: Timestamp?,
        units: UnitTable,
        rules: RuleSet
    ) -> DoubtChanges {
        apply(changes)
        guard !isEmpty else { return changes }
        let doubtful = Set(all.map(\.key.sku))
        let growth = Growth(of: accepted, units: units) { doubtful.contains($0) }
        let isKnown: (Location) -> Bool = { rules.sites.isEmpty || rules.role(of: $0) != nil }
        let grown = grow(by: growth, asOf: asOf, isKnown: isKnown)
        guard !grown.isEmpty else { return changes }
        let again = Set(grown.map { DoubtID($0) })
        let set = changes.set.filter { !again.contains(DoubtID($0)) } + grown
        return DoubtChanges(
            set: set.sorted { ($0.source.text, $0.key) < ($1.source.text, $1.key) },
            ended: changes.ended
        )
    }

    private struct DoubtID: Hashable {
        let source: SourceID
        let key: PositionKey

        init(_ doubt: Doubt) { (source, key) = (doubt.source, doubt.key) }
    }
}
