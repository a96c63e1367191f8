import InventoryCore

/// When a push that stays open looks after what is beside the sending, and when it ends.
struct SessionTimes {
    /// Nothing to send for so long ends the push; the session begins another with the next change.
    static let lingerSeconds = 2.0
    private static let upkeepSeconds = 5.0

    private var restsSince: PushInstant?
    private var upkeepDue: PushInstant
    private var isKeeping = false
    /// Whether this rest has not been told yet.
    var beginsRest = false

    init(now: PushInstant) {
        upkeepDue = now.adding(seconds: SessionTimes.upkeepSeconds)
    }

    /// There is something to do.
    mutating func work() {
        restsSince = nil
    }

    /// Whether a push without work stays open for what may come.
    mutating func lingers(_ now: PushInstant) -> Bool {
        guard let restsSince else {
            restsSince = now
            beginsRest = true
            return true
        }
        return now.seconds(since: restsSince) < SessionTimes.lingerSeconds
    }

    /// Whether the upkeep begins now; one at a time.
    mutating func isUpkeepDue(_ now: PushInstant) -> Bool {
        guard !isKeeping, upkeepDue <= now else { return false }
        isKeeping = true
        return true
    }

    mutating func endUpkeep(_ now: PushInstant) {
        isKeeping = false
        upkeepDue = now.adding(seconds: SessionTimes.upkeepSeconds)
    }
}
