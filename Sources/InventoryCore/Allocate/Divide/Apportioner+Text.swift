extension Apportioner {
    /// Everything that turns positions into figures, as one text.
    ///
    /// A run records its version.
    package var text: RuleText {
        var text = rules.text
        text.append(units, publishUnits)
        text.append(quotaCounts, of: rules)
        return text
    }

    /// Makes the apportioner that wrote a text, for an instant.
    ///
    /// The text does not say in which file and line a rule was written, so every `RulePlace` is nil.
    ///
    /// - Throws: `RuleTextError`.
    package init(_ text: RuleText, at instant: Timestamp) throws(RuleTextError) {
        let reader = try RuleTextReader(text)
        self.init(
            rules: RuleSet(sites: reader.sites, safety: reader.safety, fences: reader.fences),
            units: reader.units,
            publishUnits: reader.publishUnits,
            quotaCounts: reader.quotaCounts,
            at: instant
        )
    }
}
