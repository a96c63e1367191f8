/// Decides what is sent to the shop, when, and in which form; it does nothing itself.
///
/// The shell claims wishes durably, feeds them in, starts the actions that `next` gives, hands each answer to
/// `handle`, and writes the settlements. The engine knows no clock and no chance but what it is given, so a
/// seed and the same answers give the same run.
package struct PushEngine: Sendable {
    /// Operations asked for at the same time.
    static let pollsInFlightMax = 2

    let options: PushOptions
    var random: SeededRandom
    var held: HeldWishes
    var flights: [PushTicket: Flight] = [:]
    var operations: [OperationInFlight] = []
    var doubts: ReadBackQueue
    var suspicions = Suspicions()
    var limit: ConcurrencyLimit
    var window: OperationWindow
    var breaker = CircuitBreaker()
    var budget: RetryBudget
    var storefront: StorefrontGuard
    /// What the shop can do, as far as it was told or has learnt since.
    package internal(set) var batchSupport: PushOptions.BatchSupport

    var writesInFlight = 0
    var synchronousInFlight = 0
    var submitsInFlight = 0
    var readBacksInFlight = 0
    /// 429 and 503: nothing is sent before.
    var pausedUntil: PushInstant?
    /// Set while the storefront gets a share of the shop's time.
    var pacedUntil: PushInstant?
    /// When an operation moved last, or the first of them was sent.
    var lastMovement: PushInstant?
    /// The outbox had no more to claim when it was asked last.
    var isExhausted = false
    /// Only what is kept back behind refused decreases was left, and it has been released: asked again, the
    /// outbox may give it again, so this push is over.
    package internal(set) var isEnded = false
    var stoppedBy: ShopTrouble?
    private var ticketNumber = 0

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

    /// How many more claimed wishes it would like to be fed now; 0 most of the time.
    package var wanted: Int {
        guard stoppedBy == nil, !isEnded, !isExhausted else { return 0 }
        let ready = Wave.allCases.reduce(0) { $0 + held.readyCount($1) }
        let size = readyTarget
        guard ready <= size / 2 else { return 0 }
        return max(0, min(size - ready, options.windowMax - held.count))
    }

    /// Enough for the next operations or the next seconds of single writes, and no more: what is claimed is
    /// ordered already, and in doubt after a crash.
    private var readyTarget: Int {
        let singles = min(max(64, limit.limit * 32), 1024)
        guard batchSupport != .none else { return singles }
        return max(singles, min(2 * window.batchRecords(.increase), options.windowMax))
    }

    /// Takes wishes that have been claimed durably.
    ///
    /// `exhausted` says that the outbox has no more to claim now; settlements can change that, so it holds
    /// until the next settlements are taken.
    package mutating func add(_ wishes: [Wish], exhausted: Bool, now: PushInstant) {
        isExhausted = exhausted
        isEnded = false
        for wish in wishes { held.add(wish, suspicion: suspicions[wish.level], now: now) }
        if stoppedBy != nil { held.releaseUnsent(now: now) }
    }

    /// Takes over what an earlier process had claimed: nothing newer goes to these levels before it is known
    /// what became of it.
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

    /// Settlements that wait to be written; taking them lets the outbox be asked again.
    package mutating func takeSettlements() -> [Settlement] {
        let settlements = held.takeSettlements()
        if !settlements.isEmpty { isExhausted = false }
        return settlements
    }

    /// How many settlements wait to be written.
    package var settlementCount: Int { held.settlements.count }

    /// Whether the last zero that is held has just ended: that is worth writing down at once, as stock that
    /// is gone is what must not wait.
    package var haveZerosEnded: Bool { held.hasSettledZero && held.zeroCount == 0 }

    /// Increases that were put behind a refused decrease since this was asked last.
    package mutating func takeParkedIncreases() -> [ParkedIncrease] {
        held.takeParked()
    }

    // MARK: State

    /// What the shell waits for, after it has started what `next` gave.
    package func status(now: PushInstant) -> PushStatus {
        if let stoppedBy, flights.isEmpty { return .stopped(stoppedBy) }
        guard stoppedBy == nil, flights.isEmpty else { return .working(until: wakeAt(now: now)) }
        if !held.settlements.isEmpty { return .unsettled }
        return held.count == 0 && (isExhausted || isEnded) ? .idle : .working(until: wakeAt(now: now))
    }

    /// How the engine sees the shop at this moment.
    package func pace(now: PushInstant) -> PushPace {
        PushPace(
            writesInFlightLimit: limit.limit,
            batchRecords: window.batchRecords(.increase),
            recordsInFlight: window.recordsInFlight,
            operationsInFlight: operations.count + submitsInFlight,
            writesPerSecond: limit.ratePerSecond,
            recordsPerSecond: window.ratePerSecond,
            share: storefront.share,
            isCircuitClosed: breaker.state == .closed,
            areConsumersStalled: areConsumersStalled(now: now)
        )
    }

    private func wakeAt(now: PushInstant) -> PushInstant? {
        guard stoppedBy == nil else { return nil }
        if wanted > 0 { return now }
        switch breaker.state {
        case .halfOpen: return nil
        case .open(let until): return until
        case .closed: break
        }
        if let pausedUntil, pausedUntil > now { return pausedUntil }
        let polling = operations.count { $0.isPolling }
        var moments: [PushInstant] = []
        if polling < PushEngine.pollsInFlightMax {
            moments = operations.filter { !$0.isPolling }.map(\.nextPoll)
        }
        if readBacksInFlight == 0, let due = doubts.due() { moments.append(due) }
        if let promotion = held.nextPromotion { moments.append(promotion) }
        if let pacedUntil, pacedUntil > now { moments.append(pacedUntil) }
        if !operations.isEmpty, let lastMovement, !areConsumersStalled(now: now) {
            moments.append(lastMovement.adding(seconds: options.stallSecondsBeforeSingle))
        }
        return moments.min()
    }

    /// Operations wait and none of them moves: probably nobody consumes the shop's queue.
    func areConsumersStalled(now: PushInstant) -> Bool {
        guard !operations.isEmpty, let lastMovement else { return false }
        return now.seconds(since: lastMovement) >= options.stallSecondsBeforeSingle
    }

    mutating func takeTicket(_ flight: Flight) -> PushTicket {
        ticketNumber += 1
        let ticket = PushTicket(number: ticketNumber)
        flights[ticket] = flight
        return ticket
    }
}

/// What a started action was for.
enum Flight: Sendable {
    case write(slot: Int, sentAt: PushInstant)
    case submit(slots: [Int], synchronous: Bool, mark: OperationWindow.Mark?, sentAt: PushInstant)
    case poll(OperationID)
    case readBack(slots: [Int], sentAt: PushInstant)
    case probe
}
