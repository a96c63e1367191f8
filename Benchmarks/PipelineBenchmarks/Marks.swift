import StateStore
import Synchronization

/// When each step of a run began.
final class Marks: Sendable {
    private let began = Mutex<[(step: String, at: ContinuousClock.Instant)]>([])
    private let planned = Mutex(0)
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

    /// Levels whose figure was worked out.
    var figures: Int { planned.withLock { $0 } }

    func note(_ record: RunRecord) { planned.withLock { $0 = record.counts.wanted } }

    /// The seconds that a step took; nothing where it or the next one did not begin.
    func seconds(of step: String) -> Double? {
        let began = began.withLock { $0 }
        guard let place = began.firstIndex(where: { $0.step == step }), place + 1 < began.count else {
            return nil
        }
        return began[place].at.duration(to: began[place + 1].at) / .seconds(1)
    }

    var report: String {
        let began = began.withLock { $0 }
        return zip(began, began.dropFirst()).map { step, next in
            "\(step.step) \(rounded(step.at.duration(to: next.at) / .seconds(1)))"
        }.joined(separator: ", ")
    }
}
