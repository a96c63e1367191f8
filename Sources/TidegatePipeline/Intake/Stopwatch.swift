import Synchronization
import Tracing

/// Measures how long each step of a run takes, and tells of each that begins.
final class Stopwatch: Sendable {
    private let events: RunEvents
    private let measured = Mutex<[RunStep: Double]>([:])

    init(events: @escaping RunEvents = { _ in }) {
        self.events = events
    }

    /// Seconds by step.
    var seconds: [RunStep: Double] { measured.withLock { $0 } }

    func time<Result>(_ step: RunStep, _ work: () async throws -> Result) async rethrows -> Result {
        let lap = begin(step)
        defer { lap.end() }
        return try await work()
    }

    /// Begins a step that `end` ends, where a closure would not do.
    func begin(_ step: RunStep) -> Lap {
        events(.step(step))
        return Lap(stopwatch: self, step: step, span: startSpan("tidegate.\(step.rawValue)"), start: .now)
    }

    struct Lap {
        fileprivate let stopwatch: Stopwatch
        fileprivate let step: RunStep
        fileprivate let span: any Span
        fileprivate let start: ContinuousClock.Instant

        func end() {
            span.end()
            let elapsed = start.duration(to: .now).components
            let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
            stopwatch.measured.withLock { $0[step, default: 0] += (seconds * 10_000).rounded() / 10_000 }
        }
    }
}
