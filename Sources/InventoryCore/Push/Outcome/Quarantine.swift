/// Levels where a lost write may still take effect late; nothing newer is sent to them until it cannot.
struct Quarantine: Sendable {
    private static let sweepSeconds = 10.0

    private var levels: [LevelID: PushInstant] = [:]
    private var nextSweep = PushInstant(nanoseconds: 0)

    mutating func add(_ level: LevelID, until: PushInstant) {
        levels[level] = max(until, levels[level] ?? until)
    }

    func until(_ level: LevelID) -> PushInstant? {
        levels.isEmpty ? nil : levels[level]
    }

    mutating func expire(now: PushInstant) {
        guard now >= nextSweep, !levels.isEmpty else { return }
        nextSweep = now.adding(seconds: Quarantine.sweepSeconds)
        levels = levels.filter { $0.value > now }
    }
}
