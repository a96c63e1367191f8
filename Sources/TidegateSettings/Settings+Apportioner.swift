package import InventoryCore

extension Settings {
    /// Makes what divides stock by these settings.
    ///
    /// - Throws: everything that is wrong with the list of units.
    package func apportioner(at instant: Timestamp) throws(SettingsProblems) -> Apportioner {
        try apportioner(rules: rules, units: units, at: instant)
    }

    /// Makes what would divide stock by other rules, and published as by these settings.
    ///
    /// - Throws: everything that is wrong with the list of units.
    package func apportioner(
        rules: RuleSet,
        units: UnitSettings,
        at instant: Timestamp
    ) throws(SettingsProblems) -> Apportioner {
        Apportioner(
            rules: rules,
            units: try units.table(),
            publishUnits: oro.publishUnits,
            quotaCounts: orders?.quotaCounts ?? .level,
            at: instant
        )
    }
}
