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

    /// The section `store`.
    func store(_ section: Section) -> StoreSettings {
        var section = section
        var store = StoreSettings()
        store.path = section.field("path")?.name() ?? store.path
        store.archiveKeep = section.field("archive_keep")?.integer(in: 0...1_000_000) ?? store.archiveKeep
        store.historyDays = section.field("history_days")?.integer(in: 0...36_500) ?? store.historyDays
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
}
