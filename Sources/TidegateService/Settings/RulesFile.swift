package import InventoryCore

/// A file of rules alone: the sections `sites`, `safety_stock` and `fences` of the configuration, and
/// `units`.
package struct RulesFile: Sendable {
    package let file: String
    package let rules: RuleSet
    package let units: UnitSettings
    /// What is allowed and yet doubtful, in the order of the file.
    package let warnings: [SettingsProblem]

    /// Reads a file of rules and the list files they name.
    ///
    /// - Throws: everything that is wrong, together.
    package static func load(path: String) throws(SettingsProblems) -> RulesFile {
        let text = try SettingsFile.text(path: path)
        return try SettingsDecoder(file: path, lists: SKUList.read).rulesFile(text)
    }
}

extension SettingsDecoder {
    /// Gives the rules of a file that has nothing else.
    ///
    /// - Throws: everything that is wrong, together.
    func rulesFile(_ text: String) throws(SettingsProblems) -> RulesFile {
        guard var root = root(text) else {
            try log.throwAny()
            throw SettingsProblems([])
        }
        let units = unitSettings(&root)
        let rules = rules(&root)
        root.finish()
        try log.throwAny()
        let warnings = log.warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return RulesFile(file: log.file, rules: rules, units: units, warnings: warnings)
    }
}
