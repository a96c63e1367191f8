extension Apportioner {
    /// Everything that turns positions into figures; its version names what a run was worked out by.
    package var text: RuleText {
        var text = rules.text
        text.append(units, publishUnits)
        return text
    }

    /// Makes the apportioner that wrote a text, for an instant.
    ///
    /// Places in files are not in a text, so what it says of them is nothing.
    ///
    /// - Throws: `RuleTextError`.
    package init(_ text: RuleText, at instant: Timestamp) throws(RuleTextError) {
        let reader = try RuleTextReader(text)
        self.init(
            rules: RuleSet(sites: reader.sites, safety: reader.safety, fences: reader.fences),
            units: reader.units,
            publishUnits: reader.publishUnits,
            at: instant
        )
    }
}
