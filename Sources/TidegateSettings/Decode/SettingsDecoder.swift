import InventoryCore

/// Turns the text of a configuration file into settings; touches no files but through `lists`.
struct SettingsDecoder {
    let log: ProblemLog
    let lists: SKUList.Reading
    /// Whether a rule with `hold: quota` is doubtful, since nothing counts what the group has bought.
    var warnsOfQuotas = true

    init(file: String, lists: @escaping SKUList.Reading) {
        log = ProblemLog(file: file)
        self.lists = lists
    }

    /// Gives the whole configuration.
    ///
    /// - Throws: everything that is wrong, together.
    func settings(_ text: String) throws(SettingsProblems) -> Settings {
        guard var root = root(text) else {
            try log.throwAny()
            throw SettingsProblems([])
        }
        let shop = shop(&root)
        let sources = sources(&root)
        let units = unitSettings(&root)
        let orders = root.section("orders").map { self.orders($0, sources ?? []) }
        var ruling = self
        // Orders say what a group has bought.
        ruling.warnsOfQuotas = orders == nil
        let rules = ruling.rules(&root, units: units, quotaCounts: orders?.quotaCounts)
        let oro = root.required("oro", hint: "Say where the shop is.")
            .flatMap { $0.section() }.flatMap(self.oro)
        let guards = root.section("guards").map(self.guards)
        let schedule = root.section("schedule").flatMap(self.schedule)
        let service = root.section("service").map(self.service)
        let store = root.section("store").map(self.store)
        let audit = root.section("audit").map(self.audit)
        let owners = root.section("owners").map(self.owners)
        let exceptions = root.section("exceptions").map(self.exceptions)
        let alerts = root.section("alerts").map(self.alerts)
        root.finish()
        try log.throwAny()
        guard let sources, let oro else { throw SettingsProblems([]) }
        var settings = Settings(file: log.file, sources: sources, oro: oro)
        settings.shop = shop
        settings.units = units
        settings.rules = rules
        settings.guards = guards ?? settings.guards
        settings.schedule = schedule
        settings.service = service ?? settings.service
        settings.statesService = service != nil
        settings.store = store ?? settings.store
        settings.audit = audit ?? settings.audit
        settings.orders = orders
        settings.oro.orderField = orders?.field
        settings.placeUploads()
        settings.owners = owners ?? [:]
        settings.exceptions = exceptions ?? settings.exceptions
        settings.alerts = alerts ?? settings.alerts
        settings.warnings = log.warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return settings
    }

    /// Gives the section `service` of a file that has nothing else.
    ///
    /// - Throws: everything that is wrong, together.
    func service(alone text: String) throws(SettingsProblems) -> ServiceSettings {
        guard var root = root(text) else {
            try log.throwAny()
            throw SettingsProblems([])
        }
        let service = root.required("service", hint: "Write service: { bind: … }.")
            .flatMap { $0.section() }.map(self.service)
        root.finish()
        try log.throwAny()
        return service ?? ServiceSettings()
    }

    /// The outermost section; nothing after saying why.
    func root(_ text: String) -> Section? {
        guard let document = YamlDocument.read(text, log: log) else { return nil }
        return Field(node: document.root, path: "", log: log).section()
    }
}
