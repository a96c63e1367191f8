/// When runs begin by themselves.
package enum ScheduleSettings: Hashable, Sendable {
    /// So long after the last one began.
    case every(seconds: Double)
    /// By the clock of a named time zone.
    case cron(CronExpression, timeZone: String)
}
