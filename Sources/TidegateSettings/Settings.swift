package import InventoryCore

/// Everything the configuration file says, checked, with defaults where it says nothing.
package struct Settings: Sendable {
    /// The file it was read from, as it was named.
    package var file: String
    /// Its name in paths, metrics and logs.
    package var shop = ShopID.main
    /// At least one, in the order of the file.
    package var sources: [SourceSettings]
    package var units = UnitSettings()
    /// Sites, safety stock and fences, each with the line it is written in.
    package var rules = RuleSet()
    package var oro: OroSettings
    package var guards = GuardThresholds()
    /// When runs of sources without a schedule of their own start; nothing where only a person or an event
    /// starts them.
    package var schedule: ScheduleSettings?
    package var service = ServiceSettings()
    /// Whether the file has a section `service`.
    var statesService = false
    package var store = StoreSettings()
    package var audit = AuditSettings()
    /// How web orders are kept until the ERP knows them; nothing where they are not read.
    package var orders: OrderSettings?
    /// Who looks after which kind of exception; those without a name are missing.
    package var owners: [InventoryException.Owner: String] = [:]
    package var exceptions = ExceptionSettings()
    package var alerts = AlertSettings()
    /// What is allowed and yet doubtful, in the order of the file.
    package var warnings: [SettingsProblem] = []

    package static let defaultPath = "config/tidegate.yaml"

    init(file: String, sources: [SourceSettings], oro: OroSettings) {
        self.file = file
        self.sources = sources
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
