import Synchronization

/// Measures how long each step of a run takes, in the order of the steps.
final class Stopwatch: Sendable {
    private let measured = Mutex<[String: Double]>([:])

    /// Seconds by step.
    var seconds: [String: Double] { measured.withLock { $0 } }

    func time<Result>(_ step: String, _ work: () async throws -> Result) async rethrows -> Result {
        let start = ContinuousClock.now
        defer {
            let elapsed = start.duration(to: .now).components
            let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
            measured.withLock { $0[step, default: 0] += (seconds * 10_000).rounded() / 10_000 }
        }
        return try await work()
    }
}
