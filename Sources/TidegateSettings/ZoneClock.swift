import Foundation
import InventoryCore

/// The clock on the wall of one time zone: what it shows, and when it shows it.
///
/// Instants are whole seconds since 1970 in UTC, local times are the same count as if the zone were UTC.
package struct ZoneClock: Sendable {
    private let zone: TimeZone

    package static let secondsPerDay = 86_400

    /// Makes nothing of an unknown name.
    package init?(named name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// What the clock shows is so many seconds ahead of UTC.
    package func offset(at instant: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant)))
    }

    /// Gives the offsets that matter to a local day, given as days since 1970: one, or those around a change.
    package func offsets(onDay day: Int) -> Set<Int> {
        // Offsets are within ±26 hours, so the samples begin before and end after all that the local day can
        // mean; no zone has changed its offset twice within half a day.
        let midnight = day * ZoneClock.secondsPerDay
        return Set((-4...6).map { offset(at: midnight + $0 * ZoneClock.secondsPerDay / 2) })
    }

    /// Gives the instant of a local time: the first of two where the clock goes back, and where it goes
    /// forward past the time, the instant at which it does.
    package func instant(ofLocal local: Int, offsets: Set<Int>) -> Int {
        // The greater offset is the earlier instant.
        let shown = offsets.filter { offset(at: local - $0) == $0 }
        if let offset = shown.max() { return local - offset }
        var before = local - (offsets.max() ?? 0)
        var after = local - (offsets.min() ?? 0)
        let old = offset(at: before)
        while before + 1 < after {
            let middle = before + (after - before) / 2
            if offset(at: middle) == old { before = middle } else { after = middle }
        }
        return after
    }
}
