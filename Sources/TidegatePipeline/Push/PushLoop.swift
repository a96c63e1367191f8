import InventoryCore
import StateStore

/// Runs the push engine: feed it, start what it says, wait for an answer, write down the receipts.
struct PushLoop {
    let pusher: Pusher
    var engine: PushEngine
    /// Why the shop takes no more.
    var trouble: Fault?
    /// Some of what the shop has confirmed, to be read back at the end.
    private(set) var sample = WrittenSample()

    /// Receipts that may wait to be written down together; each transaction holds up the sending.
    private static let unsettledMax = 1_000
    private var lease: SendingLease
    private var latencies = LatencyWindow()
    private let started = ContinuousClock.now

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
        // A claim can be sent long after it was made, so what counts is when its process last sent anything.
        let ageSeconds = try await SendingLease.quietSeconds(pusher.state)
        engine.recover(
            claims.map { claim in
                RecoveredClaim(wish: claim.wish, operation: claim.operation, ageSeconds: ageSeconds)
            },
            now: self.now
        )
    }

    /// Runs until nothing is left or the shop stops it; when cancelled, it settles what is answered and gives
    /// back what was not sent.
    mutating func run() async throws {
        // Levels found again may have freed wishes since the outbox was last asked.
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
                let isFull = engine.receiptCount >= Self.unsettledMax
                if isFull || engine.haveZerosEnded || status.isAtRest {
                    if try await settle() { continue }
                }
                switch status {
                case .idle: return group.cancelAll()
                case .unsettled:
                    // Receipts free wishes that waited behind them: ask the outbox again.
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

    /// Replaces one storefront latency by the percentile of the last ones.
    private mutating func smoothed(_ milliseconds: Double) -> PushEvent {
        latencies.add(milliseconds: milliseconds)
        return .storefrontLatency(p95Milliseconds: latencies.p95Milliseconds ?? milliseconds)
    }

    /// Waits until the engine has something to do; when cancelled it ends at once.
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
        guard wanted > 0 else { return }
        let wishes = try await pusher.state.claim(limit: wanted, at: .now)
        engine.add(wishes, exhausted: wishes.count < wanted, now: now)
    }

    /// Writes the receipts down; gives whether there were any, since more may be claimable then.
    private mutating func settle() async throws -> Bool {
        // Before the receipts, so that a receipt that lets an increase go, or makes it needless, closes its
        // exception.
        try await pusher.state.note(engine.takeParkedIncreases(), at: .now)
        let receipts = engine.takeReceipts()
        guard !receipts.isEmpty else { return false }
        try await pusher.settle(receipts)
        for receipt in receipts where receipt.outcome == .applied { sample.add(receipt.wish) }
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
