package import InventoryCore

/// When the periods of quotas begin and end, by the clocks of their zones.
package struct QuotaCalendar: Sendable {
    private let clocks: [(period: QuotaPeriod, clock: ZoneClock?)]

    package init(of periods: Set<QuotaPeriod>) {
        clocks = periods.map { ($0, ZoneClock(named: $0.zone) ?? ZoneClock(named: QuotaPeriod.utc)) }
    }

    /// Gives the span of each period that is under way at an instant.
    package func spans(at instant: Timestamp) -> [QuotaPeriod: Range<Timestamp>] {
        var spans: [QuotaPeriod: Range<Timestamp>] = [:]
        for (period, clock) in clocks { spans[period] = clock?.bounds(of: period, at: instant) }
        return spans
    }

    /// Gives the periods of which another one is under way at the one instant than at the other.
    package func turned(from one: Timestamp, to other: Timestamp) -> Set<QuotaPeriod> {
        guard !clocks.isEmpty else { return [] }
        let (before, after) = (spans(at: one), spans(at: other))
        return Set(clocks.lazy.map(\.period).filter { before[$0] != after[$0] })
    }
}
