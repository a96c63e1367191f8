import HeapModule

/// The wishes that are held: which may go now, in which order, and which wait for what.
///
/// A level has one holder; while that one is sent, one newer wish may wait behind it. Increases wait for the
/// decreases of their stock, and for nothing in other stocks.
struct HeldWishes: Sendable {
    /// Wishes kept back behind refused decreases at most; more are released at once.
    static let keptBackMax = 20_000
    /// Refused decreases remembered at most; the outbox has a gate of its own for more.
    static let refusedMax = 100_000
    static let priorityMax = 50_000_000

    var slots: [HeldWish?] = []
    var free: [Int] = []
    var holders: [LevelID: Int] = [:]
    var successors: [LevelID: Int] = [:]
    var gates: [SKU: StockGate] = [:]
    var ready = [Heap<RankedSlot>](repeating: Heap(), count: Wave.allCases.count)
    var readyCounts = [Int](repeating: 0, count: Wave.allCases.count)
    var delayed = Heap<RankedSlot>()
    var keptBack: [Int] = []
    let ageingNanoseconds: Int64

    var receipts: [Receipt] = []
    var parked: [ParkedIncrease] = []
    /// Wishes held in any state.
    var count = 0
    var keptBackCount = 0
    /// Zeros held in any state.
    var zeroCount = 0
    /// Whether a zero is among the receipts.
    private(set) var hasSettledZero = false
    var refusedDecreases = 0

    init(ageingSeconds: Double) {
        ageingNanoseconds = Int64(max(0, ageingSeconds) * 1e9)
    }

    /// What a slot holds; asking for one that is free is a mistake in the engine.
    subscript(slot: Int) -> HeldWish {
        guard let held = slots[slot] else { preconditionFailure("slot \(slot) holds no wish") }
        return held
    }

    /// The state alone: copying the whole wish would count references of all its texts.
    func state(of slot: Int) -> HeldWish.State {
        guard let state = slots[slot]?.state else { preconditionFailure("slot \(slot) holds no wish") }
        return state
    }

    func readyCount(_ wave: Wave) -> Int { readyCounts[wave.rawValue] }

    mutating func takeReceipts() -> [Receipt] {
        defer {
            receipts.removeAll()
            hasSettledZero = false
        }
        return receipts
    }

    mutating func settle(_ receipt: Receipt) {
        receipts.append(receipt)
        if receipt.wish.wave == .zero { hasSettledZero = true }
    }

    mutating func takeParked() -> [ParkedIncrease] {
        defer { parked.removeAll() }
        return parked
    }

    // MARK: Coming in

    /// Holds a wish; an older unsent wish of the same level is released.
    mutating func add(_ wish: Wish, suspicion: Suspicion, now: PushInstant) {
        let slot = place(wish, suspicion: suspicion, now: now)
        guard let holder = holders[wish.level] else {
            holders[wish.level] = slot
            makeReady(slot, now: now)
            return
        }
        if state(of: holder).isUnsent {
            let older = remove(holder, outcome: .released)
            holders[wish.level] = slot
            makeReady(slot, now: now)
            if older.wave < .increase { openGate(of: older.stock, now: now) }
            return
        }
        if let waiting = successors.updateValue(slot, forKey: wish.level) {
            _ = remove(waiting, outcome: .released)
        }
    }

    /// Holds a wish that an earlier process may have sent, and gives its slot; nothing where its level is
    /// held already.
    mutating func adopt(_ wish: Wish, as state: HeldWish.State, now: PushInstant) -> Int? {
        guard holders[wish.level] == nil else { return nil }
        let slot = place(wish, suspicion: .none, now: now)
        holders[wish.level] = slot
        transition(slot, to: state)
        if wish.wave == .increase { leaveGate(slot, stock: wish.stock) }
        return slot
    }

    private mutating func place(_ wish: Wish, suspicion: Suspicion, now: PushInstant) -> Int {
        let held = HeldWish(wish: wish, addedAt: now, state: .behind, suspicion: suspicion)
        count += 1
        if wish.wave == .zero { zeroCount += 1 }
        let slot: Int
        if let reused = free.popLast() {
            slots[reused] = held
            slot = reused
        } else {
            slots.append(held)
            slot = slots.count - 1
        }
        if wish.wave == .increase {
            gates[wish.stock, default: StockGate()].increases.append(slot)
        } else {
            gates[wish.stock, default: StockGate()].decreases += 1
        }
        return slot
    }

    // MARK: Going out

    /// Makes delayed wishes ready when their time has come.
    mutating func promote(now: PushInstant) {
        while let first = delayed.min, first.rank <= now.nanoseconds {
            delayed.removeMin()
            guard let held = slots[first.slot], held.wish.sequence == first.sequence, held.state == .delayed
            else { continue }
            makeReady(first.slot, now: now)
        }
    }

    /// When the next delayed wish becomes ready.
    var nextPromotion: PushInstant? {
        delayed.min.map { PushInstant(nanoseconds: $0.rank) }
    }

    /// Takes up to `max` ready wishes of a wave to be sent together; they are then in flight.
    mutating func take(_ wave: Wave, max: Int) -> [Int] {
        var taken: [Int] = []
        var batchMax = max
        while taken.count < batchMax, let first = ready[wave.rawValue].min {
            guard let held = slots[first.slot], held.wish.sequence == first.sequence, held.state == .ready
            else {
                ready[wave.rawValue].removeMin()
                continue
            }
            if wave == .increase, let gate = gates[held.wish.stock], !gate.isOpen {
                ready[wave.rawValue].removeMin()
                shut(first.slot, behind: gate)
                continue
            }
            guard taken.count < held.suspicion.batchMax else { break }
            batchMax = min(batchMax, held.suspicion.batchMax)
            ready[wave.rawValue].removeMin()
            transition(first.slot, to: .inFlight)
            if wave == .increase { leaveGate(first.slot, stock: held.wish.stock) }
            taken.append(first.slot)
        }
        return taken
    }

    /// Counts a try that failed for the wish's own sake.
    mutating func failed(_ slot: Int) {
        slots[slot]?.suspicion.failed()
    }

    /// Its batch failed without naming a record: it goes in a smaller one.
    mutating func divide(_ slot: Int, records: Int, wasLost: Bool = false) {
        slots[slot]?.suspicion.divided(records: records, wasLost: wasLost)
    }

    mutating func note(_ answer: String, of slot: Int) {
        slots[slot]?.lastAnswer = answer
    }

    mutating func markCarried(_ slot: Int) {
        slots[slot]?.isCarried = true
    }

    /// Notes that a wish is sent in another way; gives its sequence where its claim names an operation still.
    mutating func leaveOperation(_ slot: Int) -> Int64? {
        guard let held = slots[slot], held.isCarried else { return nil }
        slots[slot]?.isCarried = false
        return held.wish.sequence
    }

    mutating func markUnknown(_ slot: Int) {
        transition(slot, to: .unknown)
    }

    /// Takes back a wish that the shop certainly did not take.
    mutating func giveBack(_ slot: Int, notBefore: PushInstant, now: PushInstant) {
        let wish = self[slot].wish
        precondition(!state(of: slot).isUnsent, "only what was sent can be given back")
        if successors[wish.level] != nil {
            end(slot, as: .released, now: now)
            return
        }
        if wish.wave == .increase { gates[wish.stock, default: StockGate()].increases.append(slot) }
        delay(slot, until: notBefore, now: now)
    }

    /// Ends a wish, and lets go what waited for it.
    ///
    /// Where what was sent may still take effect, the outbox decides what may follow, so what waits behind it
    /// goes back there.
    mutating func end(
        _ slot: Int,
        as outcome: Receipt.Outcome,
        question: Receipt.Question? = nil,
        now: PushInstant
    ) {
        let wish = remove(slot, outcome: outcome, question: question)
        holders[wish.level] = nil
        if let next = successors.removeValue(forKey: wish.level) {
            if question == nil {
                holders[wish.level] = next
                makeReady(next, now: now)
            } else {
                _ = remove(next, outcome: .released)
            }
        }
        guard wish.wave < .increase else { return }
        switch outcome {
        case .applied:
            if gates[wish.stock]?.refused.remove(wish.key) != nil {
                refusedDecreases.countDown("refused decreases")
            }
            if question != nil { releaseIncreases(of: wish.stock, now: now) }
            openGate(of: wish.stock, now: now)
        case .refused where refusedDecreases < HeldWishes.refusedMax:
            let isNew = gates[wish.stock, default: StockGate()].refused.insert(wish.key).inserted
            if isNew { refusedDecreases += 1 }
            shutAll(of: wish.stock)
        case .refused, .released, .levelGone:
            // The outbox decides anew what the stock's decreases are, so its increases go back there too.
            releaseIncreases(of: wish.stock, now: now)
            openGate(of: wish.stock, now: now)
        }
    }

    private mutating func releaseIncreases(of stock: SKU, now: PushInstant) {
        for increase in gates[stock]?.increases ?? [] { releaseUnsent(increase, now: now) }
    }

    /// Releases everything that was not sent.
    mutating func releaseUnsent(now: PushInstant) {
        for slot in slots.indices where slots[slot]?.state.isUnsent == true { releaseUnsent(slot, now: now) }
        keptBack.removeAll()
    }

    /// Releases what was kept back, once nothing else is left.
    mutating func releaseKeptBack(now: PushInstant) {
        let slots = keptBack
        keptBack.removeAll()
        for slot in slots where self.slots[slot]?.state == .keptBack { releaseUnsent(slot, now: now) }
    }
}
