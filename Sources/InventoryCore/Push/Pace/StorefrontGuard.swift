/// Yields to shoppers: the share of its speed that the push may use, by the storefront's latency.
struct StorefrontGuard: Sendable {
    static let shareMin = 0.05

    private let p95MaxMilliseconds: Double?
    private(set) var share = 1.0

    init(p95MaxMilliseconds: Double?) {
        self.p95MaxMilliseconds = p95MaxMilliseconds
    }

    /// Slows down quickly and recovers slowly; between 80 % and the limit nothing changes, so it does not
    /// swing.
    mutating func measured(p95Milliseconds: Double) {
        guard let limit = p95MaxMilliseconds else { return }
        if p95Milliseconds > limit {
            share = max(StorefrontGuard.shareMin, share * 0.6)
        } else if p95Milliseconds < limit * 0.8 {
            share = min(1, share + 0.05)
        }
    }
}
