package import InventoryCore
package import TidegateSettings

/// The times of a schedule, without jitter.
///
/// A cron expression is taken as Debian's cron does where the clocks of its zone change: one whose minute or
/// hour begins with `*` comes whenever the clock shows one of its times; any other comes once on each of its
/// days, and a time that the clock leaves out comes when it does so (02:30 at 03:00).
package struct ScheduleTimes: Sendable {
    private let timing: ScheduleSettings.Timing
    private let clock: ZoneClock?

    /// Times further ahead than this are none: 29 February comes at least every 8 years, and together with a
    /// weekday every 40.
    private static let daysMax = 50 * 366

    /// Makes the times of a timing whose time zone is known; of an unknown one there are none.
    package init(_ timing: ScheduleSettings.Timing) {
        self.timing = timing
        clock =
            switch timing {
            case .every: nil
            case .cron(_, let timeZone): ZoneClock(named: timeZone)
            }
    }

    /// Gives the first time after an instant, of an interval so long after it, or nothing where none ever
    /// comes.
    package func next(after instant: Timestamp) -> Timestamp? {
        switch timing {
        case .every:
            return Timestamp(microseconds: instant.microseconds + intervalMicroseconds)
        case .cron(let cron, _):
            guard let clock else { return nil }
            return next(cron, clock, after: instant)
        }
    }

    /// Gives the last time that has come since an earlier one.
    ///
    /// - Parameters:
    ///   - earlier: The time that the times are counted from.
    ///   - horizonSeconds: Times of a calendar that are longer past are not looked for.
    ///   - now: The present.
    /// - Returns: The time, or nothing where none has come.
    func last(since earlier: Timestamp, horizonSeconds: Double, at now: Timestamp) -> Timestamp? {
        switch timing {
        case .every:
            let count = (now.microseconds - earlier.microseconds) / intervalMicroseconds
            guard count > 0 else { return nil }
            return Timestamp(microseconds: earlier.microseconds + count * intervalMicroseconds)
        case .cron:
            let horizon = Timestamp(microseconds: now.microseconds - Int64(horizonSeconds * 1_000_000))
            var last: Timestamp?
            var next = next(after: max(earlier, horizon))
            while let time = next, time <= now {
                last = time
                next = self.next(after: time)
            }
            return last
        }
    }

    private var intervalMicroseconds: Int64 {
        guard case .every(let seconds) = timing else { return 1 }
        return max(Int64(seconds * 1_000_000), 1)
    }

    // MARK: cron

    private func next(_ cron: CronExpression, _ clock: ZoneClock, after: Timestamp) -> Timestamp? {
        let second = Int((Double(after.microseconds) / 1_000_000).rounded(.down))
        let local = second + clock.offset(at: second)
        let today = Int((Double(local) / Double(ZoneClock.secondsPerDay)).rounded(.down))
        // Yesterday's times may still come where the clock was put back past midnight.
        var day = today - 1
        var first: (instant: Int, day: Int)?
        while day <= today + ScheduleTimes.daysMax {
            // Where the clock is put back past midnight, the first minutes of a day come before the last ones
            // of the day before.
            if let first, day > first.day + 1 { break }
            let date = Timestamp.civil(daysSinceEpoch: day)
            guard cron.comes(month: date.month) else {
                day += Timestamp.days(inMonth: date.month, year: date.year) - date.day + 1
                continue
            }
            // 1970-01-01 was a Thursday.
            let weekday = ((day + 4) % 7 + 7) % 7
            if cron.comes(month: date.month, day: date.day, weekday: weekday),
                let instant = instant(of: cron, clock, onDay: day, after: second),
                instant < first?.instant ?? .max
            {
                first = (instant, first?.day ?? day)
            }
            day += 1
        }
        return first.map { Timestamp(microseconds: Int64($0.instant) * 1_000_000) }
    }

    /// Gives the first time on a local day that lies after an instant.
    private func instant(
        of cron: CronExpression,
        _ clock: ZoneClock,
        onDay day: Int,
        after second: Int
    ) -> Int? {
        let midnight = day * ZoneClock.secondsPerDay
        let offsets = clock.offsets(onDay: day)
        if cron.followsClock {
            return offsets.compactMap { offset in
                minutes(of: cron, from: second + offset - midnight).lazy
                    .map { midnight + $0 * 60 - offset }
                    .first { $0 > second && clock.offset(at: $0) == offset }
            }.min()
        }
        return minutes(of: cron, from: second + (offsets.min() ?? 0) - midnight).lazy
            .map { clock.instant(ofLocal: midnight + $0 * 60, offsets: offsets) }
            .first { $0 > second }
    }

    /// The minutes of a day at which it comes, from a second of the day on, which may lie outside the day.
    private func minutes(of cron: CronExpression, from second: Int) -> some Sequence<Int> {
        sequence(state: max(second, 0) / 60) { minute -> Int? in
            guard let next = cron.minuteOfDay(from: minute) else { return nil }
            minute = next + 1
            return next
        }
    }
}
