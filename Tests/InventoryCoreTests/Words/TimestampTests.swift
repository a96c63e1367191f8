import InventoryCore
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "instants are read with their offset and written in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2026-11-23T20:15:00+01:00", "2026-11-23T19:15:00Z"),
            ("2024-02-29 23:59:59.25z", "2024-02-29T23:59:59.250000Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ]
    )
    func reads(text: String, expected: String) {
        #expect(Timestamp(rfc3339: text)?.description == expected)
    }

    @Test(
        "a local time, an impossible date and trailing text are refused",
        arguments: [
            "2026-11-23T20:15:00", "2026-02-30T00:00:00Z", "2026-11-23T20:15:00Zx", "2026-11-23", "nonsense",
        ]
    )
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
