package import InventoryCore

/// Everything the configuration file says, checked, with defaults where it says nothing.
package struct Settings: Sendable {
    /// The file it was read from, as it was named.
    package var file: String
    package var source: SourceSettings
    package var units = UnitSettings()
    /// Sites, safety stock and fences, each with the line it is written in.
    package var rules = RuleSet()
    package var oro: OroSettings
    package var guards = GuardThresholds()
    /// Nothing where only a person or an event starts a run.
    package var schedule: ScheduleSettings?
    package var service = ServiceSettings()
    package var store = StoreSettings()
    package var audit = AuditSettings()
    /// Who looks after which kind of exception; those without a name are missing.
    package var owners: [InventoryException.Owner: String] = [:]
    /// What is allowed and yet doubtful, in the order of the file.
    package var warnings: [SettingsProblem] = []

    package static let defaultPath = "config/tidegate.yaml"

    init(file: String, source: SourceSettings, oro: OroSettings) {
        self.file = file
        self.source = source
        self.oro = oro
    }

    /// Reads a configuration file and the list files its rules name.
    ///
    /// Relative paths, in the file too, are taken from the current directory. The snapshot, the state folder
    /// and secrets are not touched: a file is valid on a machine that has none of them.
    ///
    /// - Throws: everything that is wrong, together.
    package static func load(path: String) throws(SettingsProblems) -> Settings {
        let text = try SettingsFile.text(path: path)
        return try SettingsDecoder(file: path, lists: SKUList.read).settings(text)
    }
}
