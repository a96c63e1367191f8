import InventoryCore
import StateStore

/// The turning of the push engine: feed, start what it says, wait for an answer, write down what is settled.
struct PushLoop {
    let pusher: Pusher
    var engine: PushEngine
    /// Why the shop takes no more.
    var trouble: Fault?
    /// Some of what the shop has confirmed, to be read back at the end.
    private(set) var sample = WrittenSample()

    /// Settled but unwritten wishes are only held back so long as there are few of them: each writing is a
    /// transaction, for which the sending waits.
    private static let unsettledMax = 1_000
    private var lease: SendingLease
    private var latencies = LatencyWindow()
    private let started = ContinuousClock.now
    /// Whether the outbox had nothing more when it was last asked.
    private var isExhausted = false

    private var now: PushInstant {
        let elapsed = started.duration(to: .now).components
        return PushInstant(nanoseconds: elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
    }

    init(pusher: Pusher, engine: PushEngine) {
        self.pusher = pusher
        self.engine = engine
        lease = SendingLease(state: pusher.state)
    }

    /// Takes over what an earlier process claimed and did not settle.
    mutating func recover() async throws {
        let claims = try await pusher.state.openClaims()
        guard !claims.isEmpty else { return }
        // A claim can be sent long after it was made, so what counts is when its process sent anything last.
        let ageSeconds = try await SendingLease.quietSeconds(pusher.state)
        engine.recover(
            claims.map { claim in
                RecoveredClaim(wish: claim.wish, operation: claim.operation, ageSeconds: ageSeconds)
            },
            now: self.now
        )
    }

    /// Turns until nothing is left or the shop stops it; cancelled,
    /// it settles what is answered and gives back what was not sent.
    mutating func run() async throws {
        isExhausted = false
        // Levels that were found again let wishes go since the outbox had no more.
        engine.add([], exhausted: false, now: now)
        try await withThrowingTaskGroup(of: PushEvent?.self) { group in
            var alarm: PushInstant?
            var isWatching = false
            while true {
                if Task.isCancelled { engine.interrupt(now: now) } else { try await feed() }
                let actions = engine.next(now: now)
                if lease.isEnding, actions.contains(where: \.isSending) { try await lease.renew() }
                for action in actions {
                    let pusher = pusher
                    group.addTask { try await pusher.perform(action) }
                    if !isWatching, let storefront = pusher.storefront {
                        isWatching = true
                        group.addTask { await storefront.look(after: .zero) }
                    }
                }
                try pusher.onTurn?(engine.progress, engine.pace(now: now))
                let status = engine.status(now: now)
                let isFull = engine.settlementCount >= Self.unsettledMax
                if isFull || engine.haveZerosEnded || status.isAtRest {
                    if try await settle() { continue }
                }
                switch status {
                case .idle where isExhausted || engine.isEnded: return group.cancelAll()
                case .idle, .unsettled:
                    // Settlements let wishes go that waited behind them: ask the outbox again.
                    isExhausted = false
                    continue
                case .stopped(let trouble):
                    self.trouble = Fault(trouble)
                    return group.cancelAll()
                case .working(let until):
                    if let until, alarm.map({ until < $0 }) ?? true {
                        alarm = until
                        let seconds = max(0, until.seconds(since: now))
                        group.addTask { await Self.alarm(seconds: seconds) }
                    }
                }
                guard let answer = try await group.next() else { continue }
                if let event = answer {
                    if case .storefrontLatency(let milliseconds) = event, let storefront = pusher.storefront {
                        engine.handle(smoothed(milliseconds), now: now)
                        group.addTask { await storefront.look(after: StorefrontWatch.interval) }
                    } else {
                        engine.handle(event, now: now)
                    }
                } else {
                    alarm = nil
                }
            }
        }
    }

    /// Turns one look at the storefront into what the last looks say together.
    private mutating func smoothed(_ milliseconds: Double) -> PushEvent {
        latencies.add(milliseconds: milliseconds)
        return .storefrontLatency(p95Milliseconds: latencies.p95Milliseconds ?? milliseconds)
    }

    /// Waits, but not longer than the push goes on: cancelled, it rings at once, and the turning sees why.
    private static func alarm(seconds: Double) async -> PushEvent? {
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch {
            return nil
        }
        return nil
    }

    private mutating func feed() async throws {
        let wanted = engine.wanted
        guard wanted > 0, !isExhausted else { return }
        let wishes = try await pusher.state.claim(limit: wanted, at: .now)
        isExhausted = wishes.count < wanted
        engine.add(wishes, exhausted: isExhausted, now: now)
    }

    /// Writes down what is settled; gives whether there was anything, for then more may be claimable.
    private mutating func settle() async throws -> Bool {
        // First, so that a settlement by which an increase goes or is needless ends its exception.
        try await pusher.state.note(engine.takeParkedIncreases(), at: .now)
        let settlements = engine.takeSettlements()
        guard !settlements.isEmpty else { return false }
        try await pusher.settle(settlements)
        for settlement in settlements where settlement.ending == .applied { sample.add(settlement.wish) }
        isExhausted = false
        return true
    }
}

extension PushAction {
    /// Whether it may change the shop.
    fileprivate var isSending: Bool {
        switch self {
        case .write, .submit: true
        case .poll, .readBack, .probe: false
        }
    }
}

extension PushStatus {
    fileprivate var isAtRest: Bool {
        if case .working = self { false } else { true }
    }
}
