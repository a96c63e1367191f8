package import InventoryCore

/// A file of rules alone: the sections `sites`, `safety_stock` and `fences` of the configuration, and
/// `units`.
package struct RulesFile: Sendable {
    package let file: String
    package let rules: RuleSet
    package let units: UnitSettings
    /// What is allowed and yet doubtful, in the order of the file.
    package let warnings: [SettingsProblem]

    init(file: String, rules: RuleSet, units: UnitSettings, warnings: [SettingsProblem]) {
        self.file = file
        self.rules = rules
        self.units = units
        self.warnings = warnings
    }

    /// How stock finds its site.
    package enum Locations: Sendable {
        /// By the sites' lists of locations, as in a run.
        case inSites
        /// Each position states its site: rules may leave out `sites`, and sites their locations.
        case inPositions
    }

    /// Reads a file of rules and the list files they name; a whole configuration works as well.
    ///
    /// - Throws: everything that is wrong, together.
    package static func load(
        path: String,
        locations: Locations = .inSites
    ) throws(SettingsProblems) -> RulesFile {
        let text = try SettingsFile.text(path: path)
        return try SettingsDecoder(file: path, lists: SKUList.read).rulesFile(text, locations: locations)
    }

    /// Reads rules that somebody has sent; no other file is read for them.
    ///
    /// - Parameters:
    ///   - text: the rules.
    ///   - name: stands for the file in messages.
    /// - Returns: the rules.
    /// - Throws: everything that is wrong, together; that they name a file is wrong as well.
    package static func read(text: String, name: String) throws(SettingsProblems) -> RulesFile {
        let decoder = SettingsDecoder(file: name) { (path: String) throws(SettingsProblems) in
            throw RulesFile.namesFile(path, in: name)
        }
        let file = try decoder.rulesFile(text)
        if let path = file.units.listPath { throw namesFile(path, in: name) }
        return file
    }

    /// The rules of a configuration.
    package init(of settings: Settings) {
        file = settings.file
        rules = settings.rules
        units = settings.units
        warnings = []
    }

    private static func namesFile(_ path: String, in name: String) -> SettingsProblems {
        SettingsProblems([
            SettingsProblem(
                code: .badList,
                file: name,
                line: 0,
                column: 0,
                keyPath: "",
                reason: "Rules that are sent may not name the file \(path.prefix(60)).",
                hint: "Compare them with `tidegate rules diff`, or write the SKUs as patterns."
            )
        ])
    }
}

extension SettingsDecoder {
    /// Sections of a configuration that have no say in an allocation.
    private static let otherSections = [
        "shop", "source", "sources", "oro", "guards", "schedule", "service", "store", "owners",
        "audit", "orders",
    ]

    /// Gives the rules of a file, and passes over what else a configuration has.
    ///
    /// - Throws: everything that is wrong, together.
    func rulesFile(
        _ text: String,
        locations: RulesFile.Locations = .inSites
    ) throws(SettingsProblems) -> RulesFile {
        guard var root = root(text) else {
            try log.throwAny()
            throw SettingsProblems([])
        }
        let units = unitSettings(&root)
        var decoder = self
        // Whoever divides by such a file can state what was consumed.
        decoder.warnsOfQuotas = false
        let rules = decoder.rules(&root, units: units, locations: locations)
        for section in SettingsDecoder.otherSections { _ = root.field(section) }
        root.finish()
        try log.throwAny()
        let warnings = log.warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return RulesFile(file: log.file, rules: rules, units: units, warnings: warnings)
    }
}
