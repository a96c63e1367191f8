/// When runs begin by themselves, and what happens where one cannot (spec, service, 1).
package struct ScheduleSettings: Hashable, Sendable {
    package var timing: Timing
    /// A run begins up to so much later, by chance, so that shops do not all begin at once.
    package var jitterSeconds = 0.0
    /// A time missed by no more than this is made up for once.
    package var catchUpSeconds = 600.0
    package var overlap = Overlap.skip
    /// After so many failures in a row the schedule pauses until a person resumes it; 0 for never.
    package var pauseAfterFailures = 5

    package init(_ timing: Timing) {
        self.timing = timing
    }

    package enum Timing: Hashable, Sendable {
        /// So long after the last one was due.
        case every(seconds: Double)
        /// By the clock of a named time zone.
        case cron(CronExpression, timeZone: String)
    }

    /// What becomes of a time that comes while a run of the source is still going on.
    package enum Overlap: String, Hashable, Sendable, CaseIterable {
        case skip
        /// One more run follows at once, however many times were missed.
        case bufferOne = "buffer_one"
    }

    package static func every(seconds: Double) -> ScheduleSettings {
        ScheduleSettings(.every(seconds: seconds))
    }

    package static func cron(_ expression: CronExpression, timeZone: String) -> ScheduleSettings {
        ScheduleSettings(.cron(expression, timeZone: timeZone))
    }
}
