import InventoryCore

extension SettingsDecoder {
    /// The section `audit`.
    func audit(_ section: Section) -> AuditSettings {
        var section = section
        var audit = AuditSettings()
        if let grace = section.field("grace")?.seconds(in: 0...2_592_000) { audit.graceSeconds = grace }
        section.finish()
        return audit
    }

    /// The section `guards`.
    func guards(_ section: Section) -> GuardThresholds {
        var section = section
        var guards = GuardThresholds()
        func percent(_ key: String, _ value: inout Percent, max: Int64 = 100) {
            let number = section.field(key)?.quantity(in: .zero...Quantity(units: max))
            if let number { value = Percent(number) }
        }
        func count(_ key: String, _ value: inout Int, _ range: ClosedRange<Int>) {
            if let number = section.field(key)?.integer(in: range) { value = number }
        }
        percent("rejected_rows_percent_max", &guards.rejectedRowsPercentMax)
        count("newly_zero_count_max", &guards.newlyZeroCountMax, 0...Int.max)
        percent("newly_zero_percent_max", &guards.newlyZeroPercentMax)
        count("absent_count_max", &guards.absentCountMax, 0...Int.max)
        percent("absent_percent_max", &guards.absentPercentMax)
        percent("total_drop_percent_max", &guards.totalDropPercentMax)
        percent("total_rise_percent_max", &guards.totalRisePercentMax, max: 1_000_000)
        count("population_min", &guards.populationMin, 0...Int.max)
        percent("share_of_few_percent_max", &guards.shareOfFewPercentMax)
        count("few_min", &guards.fewMin, 1...Int.max)
        count("shown_zero_count_max", &guards.shownZeroCountMax, 0...Int.max)
        percent("shown_zero_percent_max", &guards.shownZeroPercentMax)
        percent("rows_per_position_rise_percent_max", &guards.rowsPerPositionRisePercentMax, max: 1_000_000)
        count("removal_snapshots", &guards.removalSnapshots, 1...1000)
        let removals = UnstatedLevels.Removal.allCases.map { ($0.rawValue, $0) }
        guards.removal = section.field("removal")?.choice(removals) ?? guards.removal
        section.finish()
        return guards
    }

    /// The section `schedule`.
    func schedule(_ section: Section) -> ScheduleSettings? {
        var section = section
        let key = section.only(oneOf: ["every", "cron"])
        let zoneField = section.field("time_zone")
        let zone = zoneField.flatMap(timeZone)
        defer { section.finish() }
        guard let key, let field = section.field(key) else {
            log.add(
                .missingKey,
                at: section.place,
                section.path,
                "Nothing says when runs begin.",
                hint: "Write every: 5m, or cron with time_zone, or remove the section."
            )
            return nil
        }
        if key == "every" {
            zoneField?.refuse("A time zone belongs to cron.", hint: "Remove it.", code: .conflictingKeys)
            return field.seconds(in: 1...(7 * 86400)).map { .every(seconds: $0) }
        }
        guard let text = field.text("a cron expression") else { return nil }
        if zoneField == nil {
            log.add(
                .missingKey,
                at: field.place,
                "\(section.path).time_zone",
                "A cron expression without a time zone does not say when.",
                hint: "Name the zone, such as Europe/Berlin or UTC."
            )
        }
        do {
            let cron = try CronExpression(text)
            return zone.map { .cron(cron, timeZone: $0) }
        } catch {
            field.refuse(
                "\(Spelling.quoted(text)) is not a schedule: \(error.reason).",
                hint: CronExpression.hint
            )
            return nil
        }
    }

    /// The section `service`.
    func service(_ section: Section) -> ServiceSettings {
        var section = section
        var service = ServiceSettings()
        if let field = section.field("bind"), let text = field.text("host:port") {
            if let (host, port) = SettingsDecoder.hostAndPort(text) {
                service.host = host
                service.port = port
            } else {
                field.refuse(
                    "\(Spelling.quoted(text)) is not host:port.",
                    hint: "Write it as in 127.0.0.1:8080 or \"[::1]:8080\"."
                )
            }
        }
        section.finish()
        return service
    }

    /// The section `store`.
    func store(_ section: Section) -> StoreSettings {
        var section = section
        var store = StoreSettings()
        store.path = section.field("path")?.name() ?? store.path
        store.archiveKeep = section.field("archive_keep")?.integer(in: 0...1_000_000) ?? store.archiveKeep
        store.memoryMegabytesMax = section.field("memory_mb_max")?.integer(in: 1...1_000_000)
        section.finish()
        return store
    }

    /// The section `owners`.
    func owners(_ section: Section) -> [InventoryException.Owner: String] {
        var section = section
        var owners: [InventoryException.Owner: String] = [:]
        for owner in InventoryException.Owner.allCases {
            owners[owner] = section.field(owner.rawValue)?.name(bytesMax: 200)
        }
        section.finish()
        return owners
    }

    private static func hostAndPort(_ text: String) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard let port = Int(digits), (0...65535).contains(port), digits.utf8.allSatisfy({ $0 > 47 }) else {
            return nil
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }) else {
            return nil
        }
        return (String(host), port)
    }
}
