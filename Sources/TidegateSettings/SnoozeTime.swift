package import InventoryCore

/// Until when something is put off, as people write it.
package enum SnoozeTime {
    private static let unitSeconds: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
    private static let countMax: Int64 = 100_000

    /// Reads a date or a time: with an offset (`2026-12-03T08:00:00+01:00`), or as the clock of a zone shows
    /// it (`2026-12-03`, which is when that day begins, or `2026-12-03 08:00`).
    ///
    /// - Parameters:
    ///   - text: what was written.
    ///   - zone: the name of the zone that counts where no offset is written.
    /// - Returns: the instant; nothing where it is neither.
    package static func instant(_ text: String, zone: String) -> Timestamp? {
        if let instant = Timestamp(rfc3339: text) { return instant }
        let rest =
            switch text.utf8.count {
            case 10: "T00:00:00"
            case 16: ":00"
            default: ""
            }
        guard let shown = Timestamp(rfc3339: "\(text)\(rest)Z"), let clock = ZoneClock(named: zone)
        else { return nil }
        let local = Int(shown.microseconds / 1_000_000)
        let offsets = clock.offsets(onDay: Int((Double(local) / 86_400).rounded(.down)))
        return Timestamp(
            microseconds: Int64(clock.instant(ofLocal: local, offsets: offsets)) * 1_000_000
        )
    }

    /// Reads a length of time, `30m`, `4h` or `2d`, in seconds.
    package static func seconds(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ unitSeconds[$0] }), let count = Int64(text.dropLast()),
            (1...countMax).contains(count)
        else { return nil }
        return count * unit
    }
}
