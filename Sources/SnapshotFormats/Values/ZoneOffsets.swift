import Foundation
package import InventoryCore

/// Turns local times of one time zone into instants.
///
/// A local time that the zone skips (the clock goes forward) has no instant. One that it has twice (the clock
/// goes back) means the earlier instant: a statement is rather taken for too old than for too new.
package struct ZoneOffsets: Sendable {
    private let zone: TimeZone
    /// Days (since 1970, local) on which the offset does not change, with it.
    private var steadyDays: [Int: Int] = [:]

    private static let secondsPerDay = 86_400
    private static let rememberedDaysMax = 1024

    /// Makes nothing of an unknown name.
    package init?(named name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// Gives the instant of a local time, or nothing if there is no such date or time of day.
    ///
    /// 24:00:00 is the midnight at the end of its day (ISO 8601).
    package mutating func instant(of time: TimePattern.LocalTime) -> Timestamp? {
        let isEndOfDay = time.hour == 24 && time.minute == 0 && time.second == 0
        let shift = isEndOfDay ? 1 : 0
        guard
            let stated = Timestamp(
                year: time.year,
                month: time.month,
                day: time.day,
                hour: isEndOfDay ? 0 : time.hour,
                minute: time.minute,
                second: time.second,
                offsetSeconds: 0
            )
        else { return nil }
        let asIfUTC = stated.adding(seconds: Int64(shift * ZoneOffsets.secondsPerDay))
        let day = Timestamp.daysSinceEpoch(year: time.year, month: time.month, day: time.day) + shift
        if let offset = steadyDays[day] { return asIfUTC.adding(seconds: Int64(-offset)) }
        let midnight = day * ZoneOffsets.secondsPerDay
        // Offsets are within ±26 hours, so these instants lie before and after everything the local day can
        // mean.
        let before = offset(at: midnight - 2 * ZoneOffsets.secondsPerDay)
        let after = offset(at: midnight + 3 * ZoneOffsets.secondsPerDay)
        if before == after {
            if steadyDays.count >= ZoneOffsets.rememberedDaysMax {
                steadyDays.removeAll(keepingCapacity: true)
            }
            steadyDays[day] = before
            return asIfUTC.adding(seconds: Int64(-before))
        }
        let local = Int(asIfUTC.microseconds / 1_000_000)
        let candidates = [before, after].filter { offset(at: local - $0) == $0 }
        // The greater offset is the earlier instant.
        guard let earliest = candidates.max() else { return nil }
        return asIfUTC.adding(seconds: Int64(-earliest))
    }

    private func offset(at seconds: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}
