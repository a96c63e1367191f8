import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("Until when something is put off")
struct SnoozeTimeTests {
    @Test(
        "dates and times without an offset are those of the zone's clock",
        arguments: [
            ("2026-12-03", "2026-12-02T23:00:00Z"), ("2026-07-03", "2026-07-02T22:00:00Z"),
            ("2026-12-03 08:30", "2026-12-03T07:30:00Z"), ("2026-12-03T08:30", "2026-12-03T07:30:00Z"),
            ("2026-12-03 08:30:15", "2026-12-03T07:30:15Z"),
            ("2026-12-03T08:30:00-05:00", "2026-12-03T13:30:00Z"),
            // The clock goes forward past it, and shows the second one twice.
            ("2026-03-29 02:30", "2026-03-29T01:00:00Z"), ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ]
    )
    func instants(text: String, instant: String) {
        #expect(SnoozeTime.instant(text, zone: "Europe/Berlin") == Timestamp(rfc3339: instant))
    }

    @Test(
        "what is no date is none",
        arguments: ["", "2d", "2026-13-03", "2026-02-30", "tomorrow", "2026-12-03 25:00", "2026-12-3"]
    )
    func noInstants(text: String) {
        #expect(SnoozeTime.instant(text, zone: "Europe/Berlin") == nil)
    }

    @Test("lengths are minutes, hours or days")
    func lengths() {
        #expect(["30m", "4h", "3d"].map { SnoozeTime.seconds($0) } == [1_800, 14_400, 259_200])
        for text in ["", "3", "d", "0d", "-1d", "1w", "100001d", "1.5h"] {
            #expect(SnoozeTime.seconds(text) == nil, "\(text)")
        }
    }
}
