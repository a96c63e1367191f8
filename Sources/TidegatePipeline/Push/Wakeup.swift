import Synchronization

/// Wakes one task that waits; however often it is told between two looks, that looks once.
package final class Wakeup: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Says that there is something to look at; from any thread.
    package func notify() {
        state.withLock { state in
            state.isPending = true
            defer { state.waiter = nil }
            return state.waiter
        }?.resume()
    }

    /// Waits until it is told; returns at once where that has not been seen yet, or the task is cancelled.
    package func wait() async {
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

    /// Waits until it is told, for no longer than so many seconds.
    package func wait(seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { await Task.pause(seconds: seconds) }
            await group.next()
            group.cancelAll()
        }
    }
}

extension Task where Success == Never, Failure == Never {
    /// Waits so long, or until the task is cancelled.
    package static func pause(seconds: Double) async {
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            return
        }
    }
}
