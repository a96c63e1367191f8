import Foundation
import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Times of a schedule")
struct ScheduleTimesTests {
    /// What `Oracle/cron-oracle.py` wrote.
    struct Row: Decodable {
        let expression: String
        let zone: String
        let oracle: String
        let start: Int64
        let times: [Int64]
    }

    static func rows() throws -> [Row] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Oracle/cron-times.json"
        )
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
    }

    static func times(_ expression: String, _ zone: String) throws -> ScheduleTimes {
        ScheduleTimes(.cron(try CronExpression(expression), timeZone: zone))
    }

    static func timestamp(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text))
    }

    @Test("given several hundred schedules around changes of the clock, then all come as cronsim says")
    func oracle() throws {
        let rows = try ScheduleTimesTests.rows()
        #expect(rows.count >= 500)
        #expect(rows.count { $0.oracle == "cronsim" } > rows.count * 95 / 100)
        for row in rows {
            let times = try ScheduleTimesTests.times(row.expression, row.zone)
            var after = Timestamp(microseconds: row.start * 1_000_000)
            var found: [Int64] = []
            while found.count < row.times.count, let next = times.next(after: after) {
                found.append(next.microseconds / 1_000_000)
                after = next
            }
            #expect(found == row.times, "\(row.expression) in \(row.zone) after \(row.start)")
        }
    }

    @Test("a time that the spring leaves out comes when the clock is put forward, and one of autumn once")
    func berlin() throws {
        let times = try ScheduleTimesTests.times("30 2 * * *", "Europe/Berlin")
        var after = try ScheduleTimesTests.timestamp("2026-03-28T12:00:00+01:00")
        after = try #require(times.next(after: after))
        #expect(after == (try ScheduleTimesTests.timestamp("2026-03-29T03:00:00+02:00")))
        #expect(times.next(after: after) == (try ScheduleTimesTests.timestamp("2026-03-30T02:30:00+02:00")))
        after = try ScheduleTimesTests.timestamp("2026-10-25T00:00:00+02:00")
        after = try #require(times.next(after: after))
        #expect(after == (try ScheduleTimesTests.timestamp("2026-10-25T02:30:00+02:00")))
        #expect(times.next(after: after) == (try ScheduleTimesTests.timestamp("2026-10-26T02:30:00+01:00")))
    }

    @Test("an interval goes on from the time before, and a fraction of a second is past")
    func edges() throws {
        let noon = try ScheduleTimesTests.timestamp("2026-03-28T12:00:00Z")
        #expect(ScheduleTimes(.every(seconds: 90)).next(after: noon) == noon.adding(seconds: 90))
        let minutes = try ScheduleTimesTests.times("* * * * *", "UTC")
        #expect(minutes.next(after: noon) == noon.adding(seconds: 60))
        let before = Timestamp(microseconds: noon.microseconds - 1)
        #expect(minutes.next(after: before) == noon)
        let old = Timestamp(microseconds: -1)
        #expect(minutes.next(after: old) == Timestamp(microseconds: 0))
    }

    @Test("29 February is found over a century without one, and nothing comes where a zone is unknown")
    func rare() throws {
        let after = try ScheduleTimesTests.timestamp("2096-03-01T00:00:00Z")
        let leap = try ScheduleTimesTests.times("0 0 29 2 *", "UTC").next(after: after)
        #expect(leap == (try ScheduleTimesTests.timestamp("2104-02-29T00:00:00Z")))
        #expect(try ScheduleTimesTests.times("0 0 29 2 *", "Europe/Nowhere").next(after: after) == nil)
    }
}
