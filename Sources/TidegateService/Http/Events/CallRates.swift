import InventoryCore
import Synchronization

/// How many requests a second each credential may make: a bucket that fills up steadily.
final class CallRates: Sendable {
    private struct Bucket {
        var tokens: Double
        var filled: ContinuousClock.Instant
    }

    private let perSecond: Double
    private let burst: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Credentials that are remembered; a full bucket is as good as none.
    private static let bucketsMax = 10_000

    init(perSecond: Double = 2_000, burst: Double = 4_000) {
        self.perSecond = perSecond
        self.burst = burst
    }

    /// Takes one request.
    ///
    /// - Throws: `too_many_requests`.
    func take(_ credential: String, at now: ContinuousClock.Instant = .now) throws(Fault) {
        let isAllowed = buckets.withLock { buckets in
            var bucket = buckets[credential] ?? Bucket(tokens: burst, filled: now)
            bucket.tokens = min(
                burst,
                bucket.tokens + perSecond * (bucket.filled.duration(to: now) / .seconds(1))
            )
            bucket.filled = now
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            if buckets[credential] == nil, buckets.count >= CallRates.bucketsMax { buckets.removeAll() }
            buckets[credential] = bucket
            return isAllowed
        }
        guard !isAllowed else { return }
        throw Fault(
            .busy,
            code: "too_many_requests",
            message: "More than \(Int(perSecond)) requests a second come with this credential.",
            hint: "Send several events in one request, up to 10,000."
        )
    }
}
