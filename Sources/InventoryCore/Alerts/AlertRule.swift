/// What one receiver wants to hear.
package struct AlertRule: Hashable, Sendable {
    /// The receiver's name.
    package let receiver: String
    /// Whose exceptions.
    package var owners = Set(InventoryException.Owner.allCases)
    /// From which severity on.
    package var severityMin = ExceptionSeverity.warning
    package var kinds = Set(Alert.Kind.allCases)
    /// Alerts that it takes in an hour; the rest waits.
    package var perHourMax = 30

    package init(receiver: String) {
        self.receiver = receiver
    }

    package func wants(_ alert: Alert) -> Bool {
        alert.kind == .test
            || kinds.contains(alert.kind) && owners.contains(alert.owner) && alert.severity >= severityMin
    }
}

/// Hours of the day in which only what is critical is told.
package struct QuietHours: Hashable, Sendable {
    /// Seconds since local midnight.
    package let fromSecond: Int
    /// Seconds since local midnight; before `fromSecond` where the hours go over midnight.
    package let toSecond: Int

    private static let secondsPerDay = 86_400

    package init(fromSecond: Int, toSecond: Int) {
        (self.fromSecond, self.toSecond) = (fromSecond, toSecond)
    }

    /// When the quiet ends that holds at a local time; nothing outside of it.
    ///
    /// Local times are counted in seconds since 1970, as if the zone were UTC.
    package func end(ofLocal local: Int) -> Int? {
        let day = QuietHours.secondsPerDay
        let second = ((local % day) + day) % day
        let midnight = local - second
        if fromSecond < toSecond {
            return (fromSecond..<toSecond).contains(second) ? midnight + toSecond : nil
        }
        if second >= fromSecond { return midnight + day + toSecond }
        return second < toSecond ? midnight + toSecond : nil
    }
}
