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
    private let journal: SendingJournal
    private var latencies = LatencyWindow()
    private var hasToldStall = false
    private var hasToldDenial = false
    private let started = ContinuousClock.now
    /// The same moment on the machine's clock.
    private let machineStart = MachineInstant.now

    private var now: PushInstant {
        let elapsed = started.duration(to: .now).components
        return PushInstant(nanoseconds: elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
    }

    /// Begins a new journal of what is sent: what an earlier process sent must have been taken over.
    ///
    /// - Throws: `Fault` where the journal cannot be written.
    init(pusher: Pusher, engine: PushEngine) throws(Fault) {
        self.pusher = pusher
        self.engine = engine
        lease = SendingLease(state: pusher.state)
        journal = try SendingJournal(folder: pusher.state.folder, boot: machineStart.boot)
    }

    /// Takes over the operations that an earlier process left, with the claims that they carry.
    mutating func recover() async throws {
        let ageSeconds = try await SendingLease.quietSeconds(pusher.state)
        let claims = try await pusher.state.openClaims()
        var wishes: [OperationID: [Wish]] = [:]
        for claim in claims {
            if let operation = claim.operation { wishes[operation, default: []].append(claim.wish) }
        }
        var operations = wishes.sorted { $0.key < $1.key }.map { id, wishes in
            RecoveredOperation(id: id, wishes: wishes, ageSeconds: ageSeconds)
        }
        for id in try await pusher.state.questionedOperations() where wishes[id] == nil {
            operations.append(RecoveredOperation(id: id, wishes: [], ageSeconds: ageSeconds))
        }
        engine.recover(operations, now: now)
    }

    /// Runs until nothing is left or the shop stops it; when cancelled, it settles what is answered and gives
    /// back what was not sent.
    mutating func run(waking changes: OutboxChanges? = nil) async throws {
        // Levels found again may have freed wishes since the outbox was last asked.
        engine.add([], exhausted: false, now: now)
        try await withThrowingTaskGroup(of: Turn.self) { group in
            var alarm: PushInstant?
            if let changes { group.addTask { await Self.wake(changes) } }
            var session = SessionTimes(now: now)
            var isWatching = false
            while true {
                if Task.isCancelled { engine.interrupt(now: now) } else { try await feed() }
                let actions = engine.next(now: now)
                try await announce(actions)
                for action in actions {
                    let pusher = pusher
                    group.addTask { .answered(try await pusher.perform(action)) }
                    if !isWatching, let storefront = pusher.storefront {
                        isWatching = true
                        group.addTask { .looked(await storefront.look(after: .zero)) }
                    }
                }
                try pusher.onTurn?(engine.progress, engine.pace(now: now))
                notice()
                keep(&session, in: &group)
                let status = engine.status(now: now)
                let isFull = engine.receiptCount >= Self.unsettledMax
                if isFull || engine.haveZerosEnded || status.isAtRest {
                    if try await settle() { continue }
                }
                switch status {
                case .idle:
                    guard let changes, !Task.isCancelled, session.lingers(now) else {
                        return group.cancelAll()
                    }
                    try await rest(&session, changes, in: &group)
                case .unsettled:
                    // Receipts free wishes that waited behind them: ask the outbox again.
                    continue
                case .stopped(let trouble):
                    self.trouble = Fault(trouble)
                    return group.cancelAll()
                case .working(let until):
                    session.work()
                    if let until, !Task.isCancelled, alarm.map({ until < $0 }) ?? true {
                        alarm = until
                        let seconds = max(0, until.seconds(since: now))
                        group.addTask { await Self.alarm(seconds: seconds) }
                    }
                }
                if let turn = try await group.next() {
                    if case .alarm = turn { alarm = nil }
                    try take(turn, &session, changes, in: &group)
                }
            }
        }
    }

    private mutating func take(
        _ turn: Turn,
        _ session: inout SessionTimes,
        _ changes: OutboxChanges?,
        in group: inout ThrowingTaskGroup<Turn, any Error>
    ) throws {
        switch turn {
        case .alarm: return
        case .kept(let fault):
            if let fault { throw fault }
            session.endUpkeep(now)
            engine.add([], exhausted: false, now: now)
        case .woken:
            session.work()
            engine.add([], exhausted: false, now: now)
            // When cancelled, waiting ends at once: only what is in flight counts then.
            if let changes, !Task.isCancelled { group.addTask { await Self.wake(changes) } }
        case .answered(let event): engine.handle(event, now: now)
        case .looked(let event):
            guard let event, let storefront = pusher.storefront else { return }
            if case .storefrontLatency(let milliseconds) = event {
                engine.handle(smoothed(milliseconds), now: now)
            }
            group.addTask { .looked(await storefront.look(after: StorefrontWatch.interval)) }
        }
    }

    /// Tells those who wait for it that nothing is left that can be sent.
    private func rest(
        _ session: inout SessionTimes,
        _ changes: OutboxChanges,
        in group: inout ThrowingTaskGroup<Turn, any Error>
    ) async throws {
        guard session.beginsRest else { return }
        session.beginsRest = false
        try await pusher.onRest?(engine.progress)
        changes.rest()
        group.addTask { await Self.alarm(seconds: SessionTimes.lingerSeconds) }
    }

    /// Looks after what a push that ends soon leaves to the next one.
    private mutating func keep(
        _ session: inout SessionTimes,
        in group: inout ThrowingTaskGroup<Turn, any Error>
    ) {
        guard let upkeep = pusher.onUpkeep, !Task.isCancelled, session.isUpkeepDue(now) else { return }
        let (progress, ended) = (engine.progress, engine.takeEndedOperations())
        // It reads pages and compares: not beside the connections.
        group.addTask(executorPreference: globalConcurrentExecutor) {
            .kept(await Self.fault { try await upkeep(progress, ended) })
        }
    }

    /// What the loop waits for.
    private enum Turn: Sendable {
        case answered(PushEvent)
        case looked(PushEvent?)
        case alarm
        /// The outbox has new wishes.
        case woken
        /// What a long push does beside sending is done, or failed.
        case kept(Fault?)
    }

    private static func fault(_ body: () async throws -> Void) async -> Fault? {
        do {
            try await body()
            return nil
        } catch {
            return Fault(error)
        }
    }

    private static func wake(_ changes: OutboxChanges) async -> Turn {
        await changes.changed()
        return .woken
    }

    /// Notes durably what is about to be sent, before any of it is.
    private mutating func announce(_ actions: [PushAction]) async throws {
        let sequences = actions.flatMap(\.sequences)
        guard !sequences.isEmpty else { return }
        try await pusher.state.leaveOperations(of: engine.takeLeftOperations())
        if lease.isEnding { try await lease.renew() }
        if journal.isFull {
            try journal.restart(with: try await pusher.state.openClaims().map(\.wish.sequence))
        }
        try journal.note(sequences)
    }

    /// Tells at once what people can mend.
    private mutating func notice() {
        if engine.isQueueStalled, engine.stalledOperations > 0, !hasToldStall {
            hasToldStall = true
            pusher.onNotice?(.queueStalled(operations: engine.stalledOperations))
        }
        if let answer = engine.batchesDenied, !hasToldDenial {
            hasToldDenial = true
            pusher.onNotice?(.batchesDenied(answer))
        }
    }

    /// Replaces one storefront latency by the percentile of the last ones.
    private mutating func smoothed(_ milliseconds: Double) -> PushEvent {
        latencies.add(milliseconds: milliseconds)
        return .storefrontLatency(p95Milliseconds: latencies.p95Milliseconds ?? milliseconds)
    }

    /// Waits until the engine has something to do; when cancelled it ends at once.
    private static func alarm(seconds: Double) async -> Turn {
        await Task.pause(seconds: seconds)
        return .alarm
    }

    mutating func takeEndedOperations() -> [EndedOperation] { engine.takeEndedOperations() }

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
        try await pusher.settle(receipts, since: machineStart)
        for receipt in receipts where receipt.outcome == .applied { sample.add(receipt.wish) }
        // What somebody has changed since is looked at first.
        for level in engine.takeOvertaken() { sample.add(level) }
        return true
    }
}

extension PushAction {
    /// The wishes that it sends, by their sequences.
    fileprivate var sequences: [Int64] {
        switch self {
        case .write(_, let wish): [wish.sequence]
        case .submit(_, let wishes, _): wishes.map(\.sequence)
        case .poll, .readBack, .probe: []
        }
    }
}

extension PushStatus {
    fileprivate var isAtRest: Bool {
        if case .working = self { false } else { true }
    }
}
