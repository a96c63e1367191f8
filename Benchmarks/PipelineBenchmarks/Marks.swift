import Synchronization

/// When each step of a run began.
final class Marks: Sendable {
    private let began = Mutex<[(step: String, at: ContinuousClock.Instant)]>([])
    private let onPush = Mutex<(@Sendable () -> Void)?>(nil)

    func onPush(_ body: @escaping @Sendable () -> Void) { onPush.withLock { $0 = body } }

    func begin(_ step: String) {
        began.withLock { $0.append((step, .now)) }
        if step == "push" { onPush.withLock { $0 }?() }
    }

    /// The seconds until sending began.
    func seconds(since start: ContinuousClock.Instant) -> Double? {
        began.withLock { $0 }.first { $0.step == "push" }.map { start.duration(to: $0.at) / .seconds(1) }
    }

    var report: String {
        let began = began.withLock { $0 }
        return zip(began, began.dropFirst()).map { step, next in
            "\(step.step) \(rounded(step.at.duration(to: next.at) / .seconds(1)))"
        }.joined(separator: ", ")
    }
}
