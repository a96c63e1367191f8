import Synchronization

/// Measures how long each step of a run takes, in the order of the steps.
final class Stopwatch: Sendable {
    /// Told the name of each step that begins.
    private let onStep: @Sendable (String) -> Void
    private let measured = Mutex<[String: Double]>([:])

    init(onStep: @escaping @Sendable (String) -> Void = { _ in }) {
        self.onStep = onStep
    }

    /// Seconds by step.
    var seconds: [String: Double] { measured.withLock { $0 } }

    func time<Result>(_ step: String, _ work: () async throws -> Result) async rethrows -> Result {
        onStep(step)
        let start = ContinuousClock.now
        defer {
            let elapsed = start.duration(to: .now).components
            let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
            measured.withLock { $0[step, default: 0] += (seconds * 10_000).rounded() / 10_000 }
        }
        return try await work()
    }
}
