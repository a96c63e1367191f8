/// A schedule in five fields: minute, hour, day of the month, month, day of the week.
package struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    // Bit n of each stands for the value n.
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let restrictsDays: Bool
    private let restrictsWeekdays: Bool
    /// Whether it comes whenever a clock on the wall shows one of its times.
    ///
    /// Where the clock goes back, it shows some twice, and where it goes forward, it leaves some out.
    /// Debian's cron takes a schedule so whose minute or hour begins with `*`; any other comes once on each
    /// of its days.
    package let followsClock: Bool

    static let hint = "Write minute, hour, day, month, weekday, as in \"*/5 6-22 * * 1-5\"."

    struct Fault: Error {
        let reason: String
    }

    package var description: String { text }

    init(_ text: String) throws(Fault) {
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count == 5, text.utf8.count <= 200 else {
            throw Fault(reason: "it has \(fields.count) fields instead of 5")
        }
        let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        self.text = fields.joined(separator: " ")
        minutes = try CronExpression.values(fields[0], 0...59)
        hours = try CronExpression.values(fields[1], 0...23)
        days = try CronExpression.values(fields[2], 1...31)
        months = try CronExpression.values(fields[3], 1...12, names: monthNames)
        let week = try CronExpression.values(fields[4], 0...7, names: dayNames)
        // Sunday is 0 and also 7.
        weekdays = (week | (week >> 7)) & 0x7F
        followsClock = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
        restrictsDays = !fields[2].hasPrefix("*")
        restrictsWeekdays = !fields[4].hasPrefix("*")
        guard restrictsWeekdays || CronExpression.everComes(days: days, months: months) else {
            throw Fault(reason: "no month it names has such a day")
        }
    }

    /// Whether a minute of the local calendar belongs to the schedule; Sunday is weekday 0.
    ///
    /// As in cron, a day counts when either the day or the weekday fits, where both are restricted.
    package func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
        CronExpression.has(minutes, minute) && CronExpression.has(hours, hour)
            && comes(month: month, day: day, weekday: weekday)
    }

    /// Whether some of its times lie in a month.
    package func comes(month: Int) -> Bool {
        CronExpression.has(months, month)
    }

    /// Whether some of its times lie on a day of the local calendar; Sunday is weekday 0.
    package func comes(month: Int, day: Int, weekday: Int) -> Bool {
        guard comes(month: month) else { return false }
        let (dayFits, weekdayFits) = (CronExpression.has(days, day), CronExpression.has(weekdays, weekday))
        return restrictsDays && restrictsWeekdays ? dayFits || weekdayFits : dayFits && weekdayFits
    }

    /// Gives the first of its times on a day that has any, in minutes after midnight, from a minute on.
    package func minuteOfDay(from minute: Int) -> Int? {
        for hour in min(max(minute / 60, 0), 24)..<24 where CronExpression.has(hours, hour) {
            let first = max(minute - hour * 60, 0)
            let left = first < 60 ? minutes >> UInt64(first) : 0
            if left != 0 { return hour * 60 + first + left.trailingZeroBitCount }
        }
        return nil
    }

    private static func has(_ set: UInt64, _ value: Int) -> Bool {
        set & (1 << UInt64(value)) != 0
    }

    private static func everComes(days: UInt64, months: UInt64) -> Bool {
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let first = days.trailingZeroBitCount
        return longest.enumerated().contains { months & (1 << UInt64($0 + 1)) != 0 && first <= $1 }
    }

    /// Reads one field: `*`, values, ranges, steps, and lists of them.
    private static func values(
        _ field: String,
        _ range: ClosedRange<Int>,
        names: [String] = []
    ) throws(Fault) -> UInt64 {
        var set: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            var step = 1
            if halves.count > 1 {
                guard halves.count == 2, let number = Int(halves[1]), number > 0 else {
                    throw Fault(reason: "\(Spelling.quoted(String(part))) has no step above 0")
                }
                step = number
            }
            let span = try span(halves[0], range, names: names, isOpen: halves.count > 1)
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                set |= 1 << UInt64(value)
            }
        }
        return set
    }

    private static func span(
        _ text: Substring,
        _ range: ClosedRange<Int>,
        names: [String],
        isOpen: Bool
    ) throws(Fault) -> ClosedRange<Int> {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { word in
            names.firstIndex(of: word.lowercased()).map { $0 + range.lowerBound } ?? Int(word)
        }
        guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
            range.contains(first), range.contains(last), first <= last
        else {
            let limits = "\(range.lowerBound) to \(range.upperBound)"
            throw Fault(reason: "\(Spelling.quoted(String(text))) is no value or range from \(limits)")
        }
        return first...(isOpen && ends.count == 1 ? range.upperBound : last)
    }
}
