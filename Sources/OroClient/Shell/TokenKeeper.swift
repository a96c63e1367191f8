import HTTPTransport
import InventoryCore
import Synchronization

/// One token for all requests; one of them renews it while the others wait.
///
/// The first caller without a usable token asks for one; callers that come meanwhile get the same result,
/// even a bad one, so a shop that refuses the credentials is asked once and not once a request. If the asking
/// caller is cancelled, the next takes over.
final class TokenKeeper: Sendable {
    private let state = Mutex(State())
    private let request: @Sendable () async -> Result

    /// A token with the number that tells it from its predecessors.
    struct Token: Sendable {
        let text: Secret
        let number: Int
        let usableUntil: ContinuousClock.Instant
    }

    enum Result: Sendable {
        case token(Secret, usableUntil: ContinuousClock.Instant)
        case trouble(ShopTrouble)
        case cancelled
    }

    /// What a caller gets.
    enum Grant: Sendable {
        case token(Token)
        case trouble(ShopTrouble)
        case cancelled
    }

    private struct State {
        var token: Token?
        var isRenewing = false
        var waiting: [Int: CheckedContinuation<Grant?, Never>] = [:]
        /// Callers that were cancelled before they began to wait.
        var cancelled: Set<Int> = []
        var nextTicket = 0
        var nextNumber = 0
    }

    /// - Parameter request: asks the shop for a token.
    init(request: @escaping @Sendable () async -> Result) {
        self.request = request
    }

    private enum Turn {
        case use(Token)
        case renew
        case wait(ticket: Int)
    }

    /// A usable token; `refused` is the number of one that the shop has answered with 401.
    func token(refused: Int? = nil, now: @Sendable () -> ContinuousClock.Instant = { .now }) async -> Grant {
        while true {
            if Task.isCancelled { return .cancelled }
            switch turn(refused: refused, now: now()) {
            case .use(let token): return .token(token)
            case .renew: return finish(await request())
            case .wait(let ticket):
                // Nothing means that the asking caller was cancelled: the next one asks.
                if let grant = await wait(ticket) { return grant }
            }
        }
    }

    private func turn(refused: Int?, now: ContinuousClock.Instant) -> Turn {
        state.withLock { state in
            if let token = state.token, token.number != refused, now < token.usableUntil {
                return .use(token)
            }
            if state.isRenewing {
                state.nextTicket += 1
                return .wait(ticket: state.nextTicket)
            }
            state.isRenewing = true
            return .renew
        }
    }

    private func finish(_ result: Result) -> Grant {
        let (grant, waiting) = state.withLock { state -> (Grant, [CheckedContinuation<Grant?, Never>]) in
            state.isRenewing = false
            let waiting = Array(state.waiting.values)
            state.waiting = [:]
            switch result {
            case .token(let text, let usableUntil):
                state.nextNumber += 1
                let token = Token(text: text, number: state.nextNumber, usableUntil: usableUntil)
                state.token = token
                return (.token(token), waiting)
            case .trouble(let trouble):
                state.token = nil
                return (.trouble(trouble), waiting)
            case .cancelled: return (.cancelled, waiting)
            }
        }
        for continuation in waiting {
            if case .cancelled = grant {
                continuation.resume(returning: nil)
            } else {
                continuation.resume(returning: grant)
            }
        }
        return grant
    }

    private func wait(_ ticket: Int) async -> Grant? {
        let grant = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Grant?, Never>) in
                let isSettled = state.withLock { state in
                    // Since the ticket was taken the renewal may have ended, or this caller been cancelled.
                    if state.cancelled.contains(ticket) || !state.isRenewing { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if isSettled { continuation.resume(returning: nil) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Grant?, Never>? in
                if let continuation = state.waiting.removeValue(forKey: ticket) { return continuation }
                state.cancelled.insert(ticket)
                return nil
            }
            continuation?.resume(returning: .cancelled)
        }
        _ = state.withLock { $0.cancelled.remove(ticket) }
        return grant
    }
}
