import Synchronization
import TidegatePipeline

/// Waits for work that goes on to its end when the waiting task is cancelled, and then no longer than so many
/// seconds: what it has not ended by then is left as the end of the process would leave it.
enum Patience {
    /// - Parameters:
    ///   - seconds: how long it is waited for once the task is cancelled.
    ///   - work: hears of the cancellation at once.
    /// - Returns: whether the work has ended.
    /// - Throws: what the work throws.
    static func wait(
        seconds: Double,
        for work: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let work = Task(operation: work)
        let ending = Ending()
        // Neither has a parent that would wait for it: that is the point.
        let watch: @Sendable () async -> Void = { ending.come(await work.result) }
        let limit: @Sendable () async -> Void = {
            await Task.pause(seconds: seconds)
            ending.come(nil)
        }
        _ = Task(operation: watch)
        let result = await withTaskCancellationHandler {
            await ending.value()
        } onCancel: {
            work.cancel()
            _ = Task(operation: limit)
        }
        try result?.get()
        return result != nil
    }
}

/// How work has ended, or that it is not waited for any longer; the first that comes counts.
private final class Ending: Sendable {
    typealias Value = Result<Void, any Error>?

    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case come(Value)
    }

    private let state = Mutex(State.open)

    func come(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .come: return nil
            case .open:
                state = .come(value)
                return nil
            case .awaited(let continuation):
                state = .come(value)
                return continuation
            }
        }
        waiting?.resume(returning: value)
    }

    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let come = state.withLock { state -> Value? in
                if case .come(let value) = state { return .some(value) }
                state = .awaited(continuation)
                return nil
            }
            if let come { continuation.resume(returning: come) }
        }
    }
}
