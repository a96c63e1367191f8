package import InventoryCore

extension ZoneClock {
    /// Gives from when until just before when the period of a quota lasts that is under way at an instant.
    ///
    /// It begins with the first midnight where the clock shows that twice, and where it leaves midnight out,
    /// when it does so. A period that the clock leaves out as a whole never comes.
    package func bounds(of period: QuotaPeriod, at instant: Timestamp) -> Range<Timestamp> {
        let second = Int((Double(instant.microseconds) / 1_000_000).rounded(.down))
        let local = second + offset(at: second)
        var day = Int((Double(local) / Double(ZoneClock.secondsPerDay)).rounded(.down))
        while true {
            let days = period.days(around: day)
            let (start, end) = (midnight(ofDay: days.lowerBound), midnight(ofDay: days.upperBound))
            if instant < start {
                day = days.lowerBound - 1
            } else if instant >= end {
                // Where the clock goes back past midnight, it shows the day before once more.
                day = days.upperBound
            } else {
                return start..<end
            }
        }
    }

    private func midnight(ofDay day: Int) -> Timestamp {
        let second = instant(ofLocal: day * ZoneClock.secondsPerDay, offsets: offsets(onDay: day))
        return Timestamp(microseconds: Int64(second) * 1_000_000)
    }
}
