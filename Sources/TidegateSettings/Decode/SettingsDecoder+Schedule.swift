import InventoryCore

extension SettingsDecoder {
    /// The section `schedule`.
    func schedule(_ section: Section) -> ScheduleSettings? {
        var section = section
        let key = section.only(oneOf: ["every", "cron"])
        let zoneField = section.field("time_zone")
        let zone = zoneField.flatMap(timeZone)
        let timing = timing(&section, key, zone, zoneField)
        guard let timing else {
            section.finish()
            return nil
        }
        var schedule = ScheduleSettings(timing)
        schedule.jitterSeconds = section.field("jitter")?.seconds(in: 0...3600) ?? 0
        schedule.catchUpSeconds = section.field("catch_up")?.seconds(in: 0...(7 * 86400)) ?? 600
        let overlaps = ScheduleSettings.Overlap.allCases.map { ($0.rawValue, $0) }
        schedule.overlap = section.field("overlap")?.choice(overlaps) ?? .skip
        schedule.pauseAfterFailures =
            section.field("pause_after_failures")?.integer(in: 0...1_000_000) ?? 5
        section.finish()
        return schedule
    }

    private func timing(
        _ section: inout Section,
        _ key: String?,
        _ zone: String?,
        _ zoneField: Field?
    ) -> ScheduleSettings.Timing? {
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
}
