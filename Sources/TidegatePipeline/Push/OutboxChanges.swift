package import InventoryCore
import Synchronization

/// Tells an open push session that the outbox has new wishes, and those who wait when it has come to rest.
///
/// However often it is told between two looks, the session looks once. One session waits at a time.
package final class OutboxChanges: Sendable {
    private struct State {
        /// Changes told so far, and how many of them the session has looked at and has brought to rest.
        var told = 0
        var taken = 0
        var rested = 0
        var written = 0
        var refused = 0
        /// Batches of answers with figures that the shop has taken.
        var applied = 0
        var followers: [Int: (change: Int, continuation: CheckedContinuation<Fault?, Never>)] = [:]
        var followersMade = 0
        /// Why nobody pushes; followers are told at once.
        var stopped: Fault?
        var pace: PushPace?
        /// Since when events of these SKUs wait for the shop.
        var awaited: [SKU: Timestamp] = [:]
    }

    private let wakeup = Wakeup()
    private let takenByShop = Wakeup()
    private let state = Mutex(State())

    /// Hears how many seconds after its receipt an event had its effect at the shop.
    private let onEventAcknowledged: @Sendable (Double) -> Void

    package init(onEventAcknowledged: @escaping @Sendable (Double) -> Void = { _ in }) {
        self.onEventAcknowledged = onEventAcknowledged
    }

    /// Says that wishes were accepted; from any thread.
    package func notify() {
        state.withLock { $0.told += 1 }
        wakeup.notify()
    }

    /// Waits for the next change; returns at once where one has not been seen yet, or the task is cancelled.
    func changed() async {
        await wakeup.wait()
        state.withLock { state in
            if !Task.isCancelled { state.taken = state.told }
        }
    }

    /// The same, for no longer than so many seconds.
    func changed(within seconds: Double) async {
        await wakeup.wait(seconds: seconds)
    }

    // MARK: watching

    /// How the session sees the shop at this moment; nothing before its first push.
    package var pace: PushPace? { state.withLock(\.pace) }

    func note(_ pace: PushPace) {
        state.withLock { $0.pace = pace }
    }

    /// More events than these are not watched on their way to the shop.
    private static let awaitedMax = 100_000

    /// Watches for the shop to take what events have changed.
    package func await(_ received: [SKU: Timestamp]) {
        state.withLock { state in
            if state.awaited.count + received.count > OutboxChanges.awaitedMax { state.awaited = [:] }
            guard received.count <= OutboxChanges.awaitedMax else { return }
            state.awaited.merge(received) { min($0, $1) }
        }
    }

    /// Takes note of figures that the shop has taken, and tells how long events have waited for that.
    func settled(_ receipts: [Receipt], at now: Timestamp) {
        if receipts.contains(where: { $0.outcome == .applied }) {
            state.withLock { $0.applied += 1 }
            takenByShop.notify()
        }
        let waited = state.withLock { state -> [Double] in
            guard !state.awaited.isEmpty else { return [] }
            return receipts.compactMap { receipt in
                guard receipt.outcome == .applied,
                    let since = state.awaited.removeValue(forKey: receipt.wish.stock)
                else { return nil }
                return Double(now.microseconds - since.microseconds) / 1_000_000
            }
        }
        for seconds in waited { onEventAcknowledged(seconds) }
    }

    /// Waits until the shop takes a figure; one task waits at a time.
    ///
    /// - Returns: whether it has; not where the task was cancelled before.
    func applied() async -> Bool {
        let before = state.withLock(\.applied)
        while !Task.isCancelled {
            await takenByShop.wait()
            if state.withLock(\.applied) > before { return true }
        }
        return false
    }

    // MARK: following

    /// What the session has sent since it began.
    package var sent: SentByNow {
        state.withLock { SentByNow(written: $0.written, refused: $0.refused) }
    }

    /// Counts what was sent.
    func add(written: Int, refused: Int) {
        state.withLock { state in
            state.written += written
            state.refused += refused
        }
    }

    /// A push begins that looks at everything told until now.
    func beginPush() {
        state.withLock { $0.taken = $0.told }
    }

    /// Everything looked at is settled or waits for time alone, or the shop's trouble is in the way.
    package func rest(_ trouble: Fault? = nil) {
        let over = state.withLock { state in
            state.rested = max(state.rested, state.taken)
            let over = state.followers.filter { trouble != nil || $0.value.change <= state.rested }
            for id in over.keys { state.followers[id] = nil }
            return over.values.map(\.continuation)
        }
        for continuation in over { continuation.resume(returning: trouble) }
    }

    /// Says that nobody pushes until this is said again with nothing.
    package func stop(_ reason: Fault?) {
        state.withLock { $0.stopped = reason }
        if let reason { rest(reason) }
    }

    /// Waits until everything told so far has come to rest, or the task is cancelled.
    ///
    /// - Returns: the shop's trouble, where that came first.
    func follow() async -> Fault? {
        let id = state.withLock { state in
            state.followersMade += 1
            return state.followersMade
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, reason) = state.withLock { state -> (Bool, Fault?) in
                    if let stopped = state.stopped { return (true, stopped) }
                    if state.told <= state.rested || Task.isCancelled { return (true, nil) }
                    state.followers[id] = (state.told, continuation)
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: reason) }
            }
        } onCancel: {
            state.withLock { $0.followers.removeValue(forKey: id) }?.continuation.resume(returning: nil)
        }
    }
}

/// How much a session has sent since it began.
package struct SentByNow: Hashable, Sendable {
    let written: Int
    let refused: Int
}
