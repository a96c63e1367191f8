import Synchronization

/// Tells an open push session that the outbox has new wishes.
///
/// However often it is told between two looks, the session looks once. One session waits at a time.
package final class OutboxChanges: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Says that wishes were accepted; from any thread.
    package func notify() {
        let waiter = state.withLock { state in
            state.isPending = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for the next change; returns at once where one has not been seen yet, or the task is cancelled.
    func changed() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isPending || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
            state.withLock { $0.isPending = $0.isPending && Task.isCancelled }
        } onCancel: {
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}
