/// How long a quota counts what was bought, before it is full again.
///
/// Where a period begins depends on the clocks of its zone, which are not known here: only its days are.
package struct QuotaPeriod: Hashable, Sendable {
    package let unit: Unit
    /// The name of the time zone in whose midnight it begins, such as `Europe/Berlin`.
    package let zone: String

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case month
        /// From Monday.
        case week
        case day
    }

    package static let utc = "UTC"

    package init(_ unit: Unit, zone: String = utc) {
        (self.unit, self.zone) = (unit, zone)
    }

    /// Gives the days of the period that a day is in; days are counted from 1970-01-01 by the zone's
    /// calendar.
    package func days(around day: Int) -> Range<Int> {
        switch unit {
        case .day: return day..<day + 1
        case .week:
            // 1970-01-01 was a Thursday.
            let monday = day - ((day + 3) % 7 + 7) % 7
            return monday..<monday + 7
        case .month:
            let date = Timestamp.civil(daysSinceEpoch: day)
            let first = day - date.day + 1
            return first..<first + Timestamp.days(inMonth: date.month, year: date.year)
        }
    }
}
