/// Decides what is sent to the shop, when, and in which form; it does nothing itself.
///
/// The shell claims wishes durably, feeds them in, starts the actions that `next` gives, hands each answer to
/// `handle`, and writes the receipts down. Time and chance come from outside, so the same seed and answers
/// give the same run.
package struct PushEngine: Sendable {
    /// Operations asked for at the same time.
    static let pollsInFlightMax = 2
    /// Questions for one operation that are refused in a row before it counts as vanished.
    static let pollFailuresMax = 3
    /// Read-backs of an increase that may still take effect before it is left in question.
    static let readsMax = 2
    /// Levels remembered that showed another value right after they were written.
    static let overtakenMax = 1_000
    /// More levels than this that fail in a row are not told apart.
    static let failingMax = 8

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
    /// Levels whose single writes failed since one was last answered.
    var failing: Set<LevelID> = []
    /// The shop has put a write off, and none has been taken since.
    var areWritesPutOff = false
    /// What looks like the shop's trouble until a probe has said, and the wishes that met it.
    var suspected: ShopTrouble?
    var suspects: [Suspect] = []
    /// Operations do not move: single writes are used until one has ended.
    package internal(set) var isQueueStalled: Bool
    /// Why the role may not send batches, where the shop has said so.
    package internal(set) var batchesDenied: String?
    /// Levels that showed another value right after they were written.
    var overtaken: [LevelID] = []
    var endedOperations: [EndedOperation] = []
    /// Wishes of ended operations that are sent again in another way.
    var leftOperations: [Int64] = []
    /// Operations that could not be asked for several times; a probe tells whether that is the shop's fault.
    var askedInVain: Set<OperationID> = []
    /// Operations that were left because none moved.
    package internal(set) var stalledOperations = 0

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
        limit = ConcurrencyLimit(
            floor: options.writesInFlightMin,
            ceiling: options.writesInFlightMax,
            learnt: options.learnt.writesInFlight
        )
        doubts = ReadBackQueue(levelsMax: options.readBackLevelsMax)
        window = OperationWindow(options: options)
        budget = RetryBudget(share: options.retryShare)
        storefront = StorefrontGuard(p95MaxMilliseconds: options.storefrontP95MaxMilliseconds)
        batchSupport = options.mode == .single ? .none : options.batchSupport
        isQueueStalled = options.isQueueStalled
    }

    // MARK: Wishes

    /// How many more claimed wishes it wants now; mostly 0.
    package var wanted: Int {
        guard stoppedBy == nil, supply == .more else { return 0 }
        let size = readyTarget
        guard readyCount <= size / 2 else { return 0 }
        return max(0, min(size - readyCount, options.windowMax - held.count))
    }

    /// Wishes of all waves that can be sent now.
    var readyCount: Int { Wave.allCases.reduce(0) { $0 + held.readyCount($1) } }

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
        for wish in wishes { held.add(wish, suspicion: suspicions[wish], now: now) }
        if stoppedBy != nil { held.releaseUnsent(now: now) }
    }

    /// Takes over the operations of an earlier process with the claims that they carry; nothing newer goes to
    /// these levels until they have ended.
    ///
    /// An operation without claims is only asked whether it has ended.
    package mutating func recover(_ recovered: [RecoveredOperation], now: PushInstant) {
        for operation in recovered {
            let slots = operation.wishes.compactMap { held.adopt($0, as: .inFlight, now: now) }
            guard operation.wishes.isEmpty || !slots.isEmpty else { continue }
            for slot in slots { held.markCarried(slot) }
            operations.append(
                OperationInFlight(
                    id: operation.id,
                    slots: slots,
                    isUrgent: false,
                    mark: nil,
                    submittedAt: now.adding(seconds: -max(0, operation.ageSeconds)),
                    nextPoll: now
                )
            )
        }
        if operations.contains(where: { !$0.isOrphan }) { lastMovement = now }
    }

    /// Takes the levels that showed another value right after they were written, since the last call.
    package mutating func takeOvertaken() -> [LevelID] {
        defer { overtaken.removeAll() }
        return overtaken
    }

    /// Takes the operations of earlier processes that have ended since the last call.
    package mutating func takeEndedOperations() -> [EndedOperation] {
        defer { endedOperations.removeAll() }
        return endedOperations
    }

    /// Takes the sequences of wishes that the actions just given send again after an operation carried them.
    ///
    /// Their claims have to be taken from it durably before the actions start: after a crash the end of that
    /// operation would say nothing of what was sent since.
    package mutating func takeLeftOperations() -> [Int64] {
        defer { leftOperations.removeAll() }
        return leftOperations
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

    /// What this push and earlier ones have learnt of the shop's pace.
    package var learnt: LearntPace {
        var learnt = options.learnt
        if let rate = limit.ratePerSecond {
            learnt.writesInFlight = limit.limit
            learnt.writesPerSecond = rate
        }
        window.add(to: &learnt)
        return learnt.plausible
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
            areConsumersStalled: isQueueStalled
        )
    }

    private func wakeAt(now: PushInstant) -> PushInstant? {
        guard stoppedBy == nil else { return nil }
        if wanted > 0 { return now }
        switch breaker.state {
        case .halfOpen: return nil
        case .open(let until): return min(until, patienceEnd ?? until)
        case .closed, .onApproval: break
        }
        if let pausedUntil, pausedUntil > now { return min(pausedUntil, patienceEnd ?? pausedUntil) }
        var moments: [PushInstant] = []
        if flights.count(.poll) < PushEngine.pollsInFlightMax { moments = operations.compactMap(\.nextPoll) }
        if flights.count(.readBack) == 0, let due = doubts.due() { moments.append(due) }
        if let end = patienceEnd { moments.append(end) }
        if let promotion = held.nextPromotion { moments.append(promotion) }
        if let pacedUntil, pacedUntil > now { moments.append(pacedUntil) }
        // Past it only the answers to questions under way are waited for.
        if let stallsAt, stallsAt > now { moments.append(stallsAt) }
        return moments.min()
    }

    /// When the operations count as not moving; nothing where none is waited for.
    var stallsAt: PushInstant? {
        guard let lastMovement, operations.contains(where: { !$0.isOrphan }) else { return nil }
        return lastMovement.adding(seconds: options.stallSecondsMax)
    }

    /// When the shop has been in trouble for so long that the push ends.
    var patienceEnd: PushInstant? {
        guard let trouble = breaker.trouble else { return nil }
        // Two failures with a long silence between them are not an outage; being told to wait is, and so is a
        // page that the probe has met as well.
        let isShut =
            switch trouble.last {
            case .busy: pausedUntil != nil
            case .configuration: !breaker.state.letsThrough
            case .outage, .maintenance, .credentials, .notPermitted, .encryption: false
            }
        guard isShut || trouble.count >= CircuitBreaker.failuresMax else { return nil }
        return trouble.since.adding(seconds: options.outageSecondsMax)
    }
}
