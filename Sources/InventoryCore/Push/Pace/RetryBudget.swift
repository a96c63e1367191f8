/// Retries as a share of first requests: unlimited retries can keep an overloaded shop down.
///
/// A retry without a token is not forbidden, since everything has to arrive; it waits longer.
struct RetryBudget: Sendable {
    /// Enough for a few failures in a short run.
    static let tokensAtStart = 10.0
    static let tokensMax = 100.0

    private let share: Double
    private var tokens = RetryBudget.tokensAtStart

    init(share: Double) {
        self.share = share
    }

    mutating func sent() {
        tokens = min(RetryBudget.tokensMax, tokens + share)
    }

    mutating func spend() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Gives the seconds until a try that certainly did nothing is made again.
    mutating func delaySeconds(attempt: Int, random: inout SeededRandom) -> Double {
        if spend() { return random.jitter(attempt: attempt, baseSeconds: 0.25, maxSeconds: 30) }
        return 2 + random.jitter(attempt: attempt + 3, baseSeconds: 1, maxSeconds: 30)
    }
}
