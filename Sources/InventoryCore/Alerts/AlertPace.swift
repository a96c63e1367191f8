/// How often a receiver is tried, and how much it is told in an hour.
package enum AlertPace {
    /// What could not be told for so long is dropped, and counted.
    package static let ageSecondsMax: Int64 = 86_400
    /// What waits for one receiver; the oldest beyond it are dropped, and counted.
    package static let waitingMax = 1_000
    private static let firstPauseSeconds: Int64 = 30
    private static let pauseSecondsMax: Int64 = 3_600

    /// When a receiver that failed is tried again.
    ///
    /// - Parameters:
    ///   - attempts: how often it has failed, this time included.
    ///   - due: when it was first to be told.
    ///   - now: when it failed.
    ///   - pauseSeconds: the pause that the receiver asks for.
    /// - Returns: nothing once the alert is too old.
    package static func next(
        afterAttempts attempts: Int,
        due: Timestamp,
        at now: Timestamp,
        pauseSeconds: Int64 = 0
    ) -> Timestamp? {
        guard now < due.adding(seconds: ageSecondsMax) else { return nil }
        let doublings = min(max(0, attempts - 1), 7)
        let own = min(firstPauseSeconds << Int64(doublings), pauseSecondsMax)
        return now.adding(seconds: max(own, min(pauseSeconds, pauseSecondsMax)))
    }

    /// How many more a receiver takes now, by when it was told something in the last hour.
    package static func room(sent: [Timestamp], perHourMax: Int, at now: Timestamp) -> Int {
        let past = now.adding(seconds: -3_600)
        return max(0, perHourMax - sent.count { $0 > past })
    }
}
