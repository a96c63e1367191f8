import InventoryCore
import TestSupport
import Testing

@testable import TidegateSettings

/// When the periods of quotas begin and end, around clock changes.
@Suite("The periods of quotas")
struct QuotaPeriodTests {
    private static func bounds(
        _ unit: QuotaPeriod.Unit,
        _ zone: String,
        _ instant: String
    ) throws -> [String] {
        let clock = try #require(ZoneClock(named: zone))
        let now = try #require(Timestamp(rfc3339: instant))
        let span = clock.bounds(of: QuotaPeriod(unit, zone: zone), at: now)
        return [span.lowerBound.description, span.upperBound.description]
    }

    @Test(
        "given a zone and an instant, then the period is the one that its clock shows",
        arguments: [
            ("month", "UTC", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("month", "UTC", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            // 2026-12-01 is a Tuesday, and a week begins on Monday.
            ("week", "UTC", "2026-12-01T12:00:00Z", "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z"),
            ("week", "UTC", "2026-11-29T23:59:59Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("day", "UTC", "1969-12-31T23:00:00Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"),
            // Half an hour before midnight in UTC it is December in Berlin.
            (
                "month", "Europe/Berlin", "2026-11-30T23:30:00Z", "2026-11-30T23:00:00Z",
                "2026-12-31T23:00:00Z"
            ),
            // A month in which summer time begins, a day in which it ends, and the week around that.
            (
                "month", "Europe/Berlin", "2026-03-10T00:00:00Z", "2026-02-28T23:00:00Z",
                "2026-03-31T22:00:00Z"
            ),
            ("day", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("week", "Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z"),
            // Summer time began at midnight: the 4th began at one o'clock, and was short.
            (
                "day", "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z",
                "2018-11-05T02:00:00Z"
            ),
            (
                "day", "America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z",
                "2018-11-04T03:00:00Z"
            ),
            // It ended at midnight: the last hour of the 17th came twice.
            (
                "day", "America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z",
                "2018-02-18T03:00:00Z"
            ),
            // Midnight comes twice: the month begins with the first.
            (
                "month", "America/Havana", "2026-11-01T05:10:00Z", "2026-11-01T04:00:00Z",
                "2026-12-01T05:00:00Z"
            ),
            // A day that was left out as a whole: the clock went from the 29th to the 31st.
            ("day", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        ]
    )
    func examples(_ unit: String, _ zone: String, _ now: String, _ start: String, _ end: String) throws {
        let unit = try #require(QuotaPeriod.Unit(rawValue: unit))
        #expect(try Self.bounds(unit, zone, now) == [start, end])
    }

    @Test("given random instants, then one period follows the other without a gap, and each contains its own")
    func contiguous() throws {
        let zones = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia"]
        var random = SplitMix64(state: 7)
        for _ in 0..<600 {
            let zone = try #require(zones.randomElement(using: &random))
            let clock = try #require(ZoneClock(named: zone))
            let unit = try #require(QuotaPeriod.Unit.allCases.randomElement(using: &random))
            let period = QuotaPeriod(unit, zone: zone)
            let second = Int64.random(in: 0..<2_000_000_000, using: &random)
            let now = Timestamp(microseconds: second * 1_000_000 + 999_999)
            let span = clock.bounds(of: period, at: now)
            #expect(span.contains(now), "\(zone) \(unit) \(now)")
            let next = clock.bounds(of: period, at: span.upperBound)
            #expect(next.lowerBound == span.upperBound, "\(zone) \(unit) \(now)")
            let last = Timestamp(microseconds: span.upperBound.microseconds - 1)
            #expect(clock.bounds(of: period, at: last) == span, "\(zone) \(unit) \(now)")
        }
    }

    @Test("given two instants, then the periods have turned of which another one is under way")
    func turned() throws {
        let (month, week) = (QuotaPeriod(.month, zone: "Europe/Berlin"), QuotaPeriod(.week))
        let calendar = QuotaCalendar(of: [month, week])
        let at = { (text: String) in try #require(Timestamp(rfc3339: text)) }
        let before = try at("2026-11-30T22:59:59Z")
        #expect(calendar.turned(from: before, to: try at("2026-11-30T23:00:00Z")) == [month])
        #expect(calendar.turned(from: try at("2026-11-30T23:00:00Z"), to: before) == [month])
        #expect(calendar.turned(from: before, to: try at("2026-12-07T00:00:00Z")) == [month, week])
        #expect(calendar.turned(from: before, to: before).isEmpty)
    }

    private static func text(_ rule: String, fence: String = "rank: 1") -> String {
        """
        sites: { main: { locations: ["*"] } }
        fences:
          f:
            \(fence)
            rules:
              - \(rule)
        """
    }

    @Test("the keys per and zone become the rule's period")
    func keys() throws {
        func period(_ keys: String) throws -> QuotaPeriod? {
            try Fixture.rules(Self.text("{ hold: quota, quantity: 40\(keys) }")).rules.fences[0].rules[0]
                .period
        }
        #expect(try period("") == nil)
        #expect(try period(", per: none") == nil)
        #expect(try period(", per: month") == QuotaPeriod(.month))
        #expect(
            try period(", per: week, zone: Europe/Berlin") == QuotaPeriod(.week, zone: "Europe/Berlin")
        )
        #expect(try period(", per: day, zone: UTC") == QuotaPeriod(.day))
    }

    @Test(
        "a period where it says nothing is refused with its place",
        arguments: [
            ("{ hold: floor, quantity: 1, per: month }", "conflicting_keys fences.f.rules[1].per"),
            ("{ hold: percent, percent: 1, per: none }", "conflicting_keys fences.f.rules[1].per"),
            ("{ hold: quota, quantity: 1, zone: UTC }", "conflicting_keys fences.f.rules[1].zone"),
            ("{ hold: quota, quantity: 1, per: none, zone: UTC }", "conflicting_keys fences.f.rules[1].zone"),
            ("{ hold: quota, quantity: 1, per: year }", "bad_value fences.f.rules[1].per"),
            ("{ hold: quota, quantity: 1, per: day, zone: Moon }", "bad_value fences.f.rules[1].zone"),
        ]
    )
    func refused(_ rule: String, _ expected: String) {
        #expect {
            try Fixture.rules(Self.text(rule))
        } throws: { error in
            let problems = (error as? SettingsProblems)?.problems ?? []
            return problems.map { "\($0.code.rawValue) \($0.keyPath)" } == [expected]
        }
    }

    @Test("given orders that are read, then quotas are warned of only where nothing can count against them")
    func warnings() throws {
        func warned(_ counts: String, _ fence: String) throws -> [String] {
            let orders = "orders: { figure: available, quota_counts: \(counts) }"
            let rules = Self.text("{ hold: quota, quantity: 1 }", fence: fence)
            let warnings = try Fixture.settings("\(Fixture.minimal)\n\(orders)\n\(rules)").warnings
            return warnings.filter { $0.keyPath.hasPrefix("fences") }.map(\.code.rawValue)
        }
        #expect(try warned("group", "rank: 1") == ["doubtful_rule"])
        #expect(try warned("group", "rank: 1\n    customer_group: VIP") == [])
        #expect(try warned("level", "rank: 1") == ["doubtful_rule"])
    }

    @Test("given a whole configuration as a file of rules, then its orders and audit are passed over")
    func wholeFile() throws {
        let text = "orders: { figure: available }\naudit: { grace: 30m }\n"
        let rules = Self.text("{ hold: quota, quantity: 1 }")
        #expect(try Fixture.rules(text + rules).rules.fences.count == 1)
    }
}
