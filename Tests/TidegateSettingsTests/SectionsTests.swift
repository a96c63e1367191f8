import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("The other sections")
struct SectionsTests {
    @Test("guards, store, service and owners are read")
    func happy() throws {
        let text = """
            \(Fixture.minimal)
            guards:
              { rejected_rows_percent_max: 0.5, newly_zero_count_max: 1, newly_zero_percent_max: 2,
                absent_count_max: 3, absent_percent_max: 4, total_drop_percent_max: 5,
                total_rise_percent_max: 600, population_min: 7, removal_snapshots: 8 }
            store: { path: /var/lib/tidegate, archive_keep: 0, memory_mb_max: 300 }
            service: { bind: "[::1]:0" }
            owners: { sales: desk, master_data: null }
            units_file: units.csv
            """
        let settings = try Fixture.settings(text)
        var guards = GuardThresholds()
        guards.rejectedRowsPercentMax = Percent(Quantity(millionths: 500_000))
        guards.newlyZeroCountMax = 1
        guards.newlyZeroPercentMax = 2
        guards.absentCountMax = 3
        guards.absentPercentMax = 4
        guards.totalDropPercentMax = 5
        guards.totalRisePercentMax = 600
        guards.populationMin = 7
        guards.removalSnapshots = 8
        #expect(settings.guards == guards)
        #expect(settings.store.path == "/var/lib/tidegate" && settings.store.archiveKeep == 0)
        #expect(settings.store.memoryMegabytesMax == 300)
        #expect(settings.service.host == "::1" && settings.service.port == 0)
        #expect(settings.owners == [.sales: "desk"])
        #expect(settings.units.listPath == "units.csv")
    }

    @Test("a schedule is an interval or a cron expression with a time zone")
    func schedule() throws {
        let every = try Fixture.settings(Fixture.minimal + "schedule: { every: 5m }\n")
        #expect(every.schedule == .every(seconds: 300))
        let cron = try Fixture.settings(
            Fixture.minimal + "schedule: { cron: \"*/5 6-22 * * 1-5\", time_zone: Europe/Berlin }\n"
        )
        #expect(cron.schedule == .cron(try CronExpression("*/5 6-22 * * 1-5"), timeZone: "Europe/Berlin"))
    }

    @Test(
        "what is wrong is found at its place",
        arguments: [
            ("schedule: {}", "6:11 missing_key schedule"),
            ("schedule: { every: 0s }", "6:20 bad_value schedule.every"),
            ("schedule: { every: five }", "6:20 wrong_type schedule.every"),
            ("schedule: { every: 5m, time_zone: UTC }", "6:35 conflicting_keys schedule.time_zone"),
            ("schedule: { cron: \"* * * * *\" }", "6:19 missing_key schedule.time_zone"),
            ("schedule: { cron: \"61 * * * *\", time_zone: UTC }", "6:19 bad_value schedule.cron"),
            ("schedule: { every: 5m, cron: \"* * * * *\" }", "6:24 conflicting_keys schedule.cron"),
            ("service: { bind: 8080 }", "6:18 bad_value service.bind"),
            ("service: { bind: \"a:99999\" }", "6:18 bad_value service.bind"),
            ("service: { port: 80 }", "6:12 unknown_key service.port"),
            ("store: { path: \"\" }", "6:16 bad_value store.path"),
            ("store: var", "6:8 wrong_type store"),
            ("guards: { absent_percent_max: 5% }", "6:31 wrong_type guards.absent_percent_max"),
            ("guards: { absent_percent_max: 101 }", "6:31 bad_value guards.absent_percent_max"),
            ("guards: { removal_snapshots: 0 }", "6:30 bad_value guards.removal_snapshots"),
            ("guards: { absent_max: 1 }", "6:11 unknown_key guards.absent_max"),
            ("owners: { marketing: x }", "6:11 unknown_key owners.marketing"),
            ("units: { erp: EA }", "6:8 wrong_type units"),
            ("units: [{ erp: EA, per_base: 0, oro: item }]", "6:30 bad_value units[1].per_base"),
            ("units: [{ erp: EA, per_base: 1/0, oro: item }]", "6:30 bad_value units[1].per_base"),
            ("units: [{ erp: EA, per_base: 1 }]", "6:9 missing_key units[1].oro"),
            (
                "units: [{ erp: E, per_base: 1, oro: a }, { erp: E, per_base: 2, oro: b }]",
                "6:42 bad_value units[2]"
            ),
            ("sorce: {}", "6:1 unknown_key sorce"),
        ]
    )
    func refused(line: String, mark: String) {
        #expect(Fixture.marks(Fixture.problems(Fixture.minimal + line + "\n")) == [mark])
    }

    @Test("a missing key is named")
    func missing() {
        #expect(
            Fixture.marks(Fixture.problems("store: {}\nsource: { kind: file }\n")) == [
                "1:1 missing_key oro", "2:9 missing_key source.path",
            ]
        )
        #expect(
            Fixture.marks(Fixture.problems("source:\noro: { url: }\n")) == [
                "1:1 missing_key source", "2:8 missing_key oro.url",
            ]
        )
    }

    @Test("a problem reads as one line that says where, what and how to mend it")
    func line() {
        let problems = Fixture.problems(Fixture.source + "\n  csv: { delimitr: x }\n" + Fixture.oro)
        #expect(
            problems.map(\.description) == [
                "t.yaml:4:10: source.csv.delimitr: There is no such key. Did you mean “delimiter”?"
            ]
        )
    }

    @Test("a cron expression knows lists, ranges, steps, names and both Sundays")
    func cron() throws {
        let cron = try CronExpression("0,30 8-10/2 1,15 jan-mar MON")
        #expect(cron.matches(minute: 30, hour: 10, day: 15, month: 3, weekday: 2))
        #expect(cron.matches(minute: 0, hour: 8, day: 2, month: 1, weekday: 1))
        #expect(!cron.matches(minute: 0, hour: 9, day: 15, month: 1, weekday: 1))
        #expect(!cron.matches(minute: 0, hour: 8, day: 2, month: 1, weekday: 2))
        #expect(!cron.matches(minute: 0, hour: 8, day: 15, month: 4, weekday: 1))
        let sunday = try CronExpression("5/20 * * * 7")
        #expect(sunday.matches(minute: 45, hour: 0, day: 1, month: 1, weekday: 0))
        #expect(!sunday.matches(minute: 0, hour: 0, day: 1, month: 1, weekday: 0))
    }

    @Test(
        "a cron expression that never comes or means nothing is refused",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 31 2 *", "* * * 13 *",
            "* * * * 8", "*/0 * * * *", "5-1 * * * *", "1-2-3 * * * *", "a * * * *", "1, * * * *",
            "*/2/2 * * * *",
        ]
    )
    func badCron(text: String) {
        #expect(throws: CronExpression.Fault.self) { try CronExpression(text) }
    }

    @Test("a guard trips exactly above its percentage")
    func percent() {
        let tenth = Percent(Quantity(millionths: 100_000))
        #expect(!tenth.isExceeded(by: 1, of: 1000))
        #expect(tenth.isExceeded(by: 1, of: 999))
        #expect(Percent(0).isExceeded(by: 1, of: 0) && !Percent(0).isExceeded(by: 0, of: 0))
        #expect(Percent(100).isExceeded(by: Int.max, of: Int.max - 1))
        #expect(Percent(100).isExceeded(by: Int128.max, of: 1))
    }
}
