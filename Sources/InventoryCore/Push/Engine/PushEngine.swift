/// Decides what is sent to the shop, when, and in which form; it does nothing itself.
///
/// The shell claims wishes durably, feeds them in, starts the actions that `next` gives, hands each answer to
/// `handle`, and writes the receipts down. Time and chance come from outside, so the same seed and answers
/// give the same run.
package struct PushEngine: Sendable {
    /// Operations asked for at the same time.
    static let pollsInFlightMax = 2

    let options: PushOptions
    var random: SeededRandom
    var held: HeldWishes
    var flights = Flights()
    var operations: [OperationInFlight] = []
    var doubts: ReadBackQueue
    var suspicions = Suspicions()
    var limit: ConcurrencyLimit
    var window: OperationWindow
    var breaker = CircuitBreaker()
    var budget: RetryBudget
    var storefront: StorefrontGuard
    /// What the shop can do, as configured or learnt since.
    package internal(set) var batchSupport: PushOptions.BatchSupport

    /// 429 and 503: nothing is sent before.
    var pausedUntil: PushInstant?
    /// Set while the push is slowed down for the storefront.
    var pacedUntil: PushInstant?
    /// When an operation last moved, or the first of them was sent.
    var lastMovement: PushInstant?
    var supply = Supply.more
    var stoppedBy: ShopTrouble?

    /// Whether the outbox may have more to claim.
    enum Supply: Hashable, Sendable {
        case more
        /// It had no more when it was last asked; receipts can change that.
        case exhausted
        /// Only what is kept back behind refused decreases was left, and it has been released. The outbox
        /// would give it again, so this push is over.
        case ended
    }

    /// Counts since the start.
    package internal(set) var progress = PushProgress()

    package init(options: PushOptions, seed: UInt64) {
        self.options = options
        random = SeededRandom(seed: seed)
        held = HeldWishes(ageingSeconds: options.ageingSeconds)
        limit = ConcurrencyLimit(floor: options.writesInFlightMin, ceiling: options.writesInFlightMax)
        doubts = ReadBackQueue(levelsMax: options.readBackLevelsMax)
        window = OperationWindow(options: options)
        budget = RetryBudget(share: options.retryShare)
        storefront = StorefrontGuard(p95MaxMilliseconds: options.storefrontP95MaxMilliseconds)
        batchSupport = options.mode == .single ? .none : options.batchSupport
    }

    // MARK: Wishes

    /// How many more claimed wishes it wants now; mostly 0.
    package var wanted: Int {
        guard stoppedBy == nil, supply == .more else { return 0 }
        let ready = Wave.allCases.reduce(0) { $0 + held.readyCount($1) }
        let size = readyTarget
        guard ready <= size / 2 else { return 0 }
        return max(0, min(size - ready, options.windowMax - held.count))
    }

    /// Enough for the next operations or seconds of single writes; more would be ordered too early, and in
    /// doubt after a crash.
    private var readyTarget: Int {
        let singles = min(max(64, limit.limit * 32), 1024)
        guard batchSupport != .none else { return singles }
        return max(singles, min(2 * window.batchRecords(.increase), options.windowMax))
    }

    /// Takes wishes that have been claimed durably.
    ///
    /// `exhausted` says that the outbox has no more to claim now; that holds until the next receipts are
    /// taken.
    package mutating func add(_ wishes: [Wish], exhausted: Bool, now: PushInstant) {
        supply = exhausted ? .exhausted : .more
        for wish in wishes { held.add(wish, suspicion: suspicions[wish.level], now: now) }
        if stoppedBy != nil { held.releaseUnsent(now: now) }
    }

    /// Takes over what an earlier process had claimed; nothing newer goes to these levels until it is known
    /// what became of that.
    ///
    /// Claims with an operation wait until it is final; the others are read back until the shop shows the
    /// value, or nothing can come any more.
    package mutating func recover(_ claims: [RecoveredClaim], now: PushInstant) {
        var slotsByOperation: [OperationID: [Int]] = [:]
        var ages: [(OperationID, Double)] = []
        for claim in claims {
            let state: HeldWish.State = claim.operation == nil ? .unknown : .inFlight
            guard let slot = held.adopt(claim.wish, as: state, now: now) else { continue }
            if let operation = claim.operation {
                if slotsByOperation[operation] == nil { ages.append((operation, claim.ageSeconds)) }
                slotsByOperation[operation, default: []].append(slot)
            } else {
                let settle = batchSupport == .none ? options.writeSettleSeconds : options.batchSettleSeconds
                let settlesAt = now.adding(seconds: settle - max(0, claim.ageSeconds))
                doubts.add([slot], sequences: [claim.wish.sequence], settlesAt: settlesAt, firstRead: now)
                progress.unknown += 1
            }
        }
        for (id, age) in ages {
            let sentAt = now.adding(seconds: -max(0, age))
            let slots = slotsByOperation[id] ?? []
            operations.append(
                .init(id: id, slots: slots, isUrgent: false, mark: nil, submittedAt: sentAt, nextPoll: now)
            )
        }
        if !ages.isEmpty { lastMovement = now }
    }

    /// Takes the receipts that wait to be written down; the outbox can be asked again then.
    package mutating func takeReceipts() -> [Receipt] {
        let receipts = held.takeReceipts()
        if !receipts.isEmpty, supply == .exhausted { supply = .more }
        return receipts
    }

    /// How many receipts wait to be written down.
    package var receiptCount: Int { held.receipts.count }

    /// Whether the last held zero has just ended: worth writing down at once, since stock that is gone must
    /// not wait.
    package var haveZerosEnded: Bool { held.hasSettledZero && held.zeroCount == 0 }

    /// Takes the increases that were put behind a refused decrease since the last call.
    package mutating func takeParkedIncreases() -> [ParkedIncrease] {
        held.takeParked()
    }

    // MARK: State

    /// What the shell waits for, after it has started what `next` gave.
    package func status(now: PushInstant) -> PushStatus {
        if let stoppedBy, flights.isEmpty { return .stopped(stoppedBy) }
        guard stoppedBy == nil, flights.isEmpty else { return .working(until: wakeAt(now: now)) }
        if !held.receipts.isEmpty { return .unsettled }
        return held.count == 0 && supply != .more ? .idle : .working(until: wakeAt(now: now))
    }

    /// How the engine sees the shop at this moment.
    package func pace(now: PushInstant) -> PushPace {
        PushPace(
            writesInFlightLimit: limit.limit,
            batchRecords: window.batchRecords(.increase),
            recordsInFlight: window.recordsInFlight,
            operationsInFlight: operations.count + flights.count(.submit),
            writesPerSecond: limit.ratePerSecond,
            recordsPerSecond: window.ratePerSecond,
            share: storefront.share,
            isCircuitClosed: breaker.state.letsThrough,
            areConsumersStalled: areConsumersStalled(now: now)
        )
    }

    private func wakeAt(now: PushInstant) -> PushInstant? {
        guard stoppedBy == nil else { return nil }
        if wanted > 0 { return now }
        switch breaker.state {
        case .halfOpen: return nil
        case .open(let until): return until
        case .closed, .onApproval: break
        }
        if let pausedUntil, pausedUntil > now { return pausedUntil }
        var moments: [PushInstant] = []
        if flights.count(.poll) < PushEngine.pollsInFlightMax { moments = operations.compactMap(\.nextPoll) }
        if flights.count(.readBack) == 0, let due = doubts.due() { moments.append(due) }
        if let promotion = held.nextPromotion { moments.append(promotion) }
        if let pacedUntil, pacedUntil > now { moments.append(pacedUntil) }
        if !operations.isEmpty, let lastMovement, !areConsumersStalled(now: now) {
            moments.append(lastMovement.adding(seconds: options.stallSecondsBeforeSingle))
        }
        return moments.min()
    }

    /// Operations wait and none moves: probably no consumer of the shop's queue runs.
    func areConsumersStalled(now: PushInstant) -> Bool {
        guard !operations.isEmpty, let lastMovement else { return false }
        return now.seconds(since: lastMovement) >= options.stallSecondsBeforeSingle
    }
}
