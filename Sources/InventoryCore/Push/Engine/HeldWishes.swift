/// The wishes that are held: which may go now, in which order, and which wait for what.
///
/// A level has one holder. Increases wait for the decreases of their stock, and for nothing in other stocks.
struct HeldWishes: Sendable {
    /// Wishes kept back behind refused decreases at most; more are released at once.
    static let keptBackMax = 20_000
    /// Refused decreases remembered at most; of more, only the outbox's own gate knows.
    static let refusedMax = 100_000
    static let priorityMax = 50_000_000

    var slots: [HeldWish?] = []
    var free: [Int] = []
    var holders: [LevelID: Int] = [:]
    var successors: [LevelID: Int] = [:]
    var gates: [SKU: StockGate] = [:]
    var ready = [RankedQueue](repeating: RankedQueue(), count: Wave.allCases.count)
    var readyCounts = [Int](repeating: 0, count: Wave.allCases.count)
    var delayed = RankedQueue()
    var quarantine = Quarantine()
    var keptBack: [Int] = []
    let ageingNanoseconds: Int64

    var settlements: [Settlement] = []
    var parked: [ParkedIncrease] = []
    /// Wishes held in any state.
    var count = 0
    var keptBackCount = 0
    /// Zeros held in any state.
    var zeroCount = 0
    /// Whether a zero is among the settlements.
    private(set) var hasSettledZero = false
    var refusedDecreases = 0

    init(ageingSeconds: Double) {
        ageingNanoseconds = Int64(max(0, ageingSeconds) * 1e9)
    }

    subscript(slot: Int) -> HeldWish? { slots[slot] }
    func readyCount(_ wave: Wave) -> Int { readyCounts[wave.rawValue] }

    mutating func takeSettlements() -> [Settlement] {
        defer {
            settlements.removeAll()
            hasSettledZero = false
        }
        return settlements
    }

    mutating func settle(_ wish: Wish, as ending: Settlement.Ending) {
        settlements.append(Settlement(wish: wish, ending: ending))
        if wish.wave == .zero { hasSettledZero = true }
    }

    mutating func takeParked() -> [ParkedIncrease] {
        defer { parked.removeAll() }
        return parked
    }

    // MARK: Coming in

    /// Holds a wish; one that replaces an unsent wish of the same level sends that one back.
    mutating func add(_ wish: Wish, suspicion: Suspicion?, now: PushInstant) {
        let slot = place(wish, suspicion: suspicion, now: now)
        guard let holder = holders[wish.level] else {
            holders[wish.level] = slot
            makeReady(slot, now: now)
            return
        }
        if slots[holder]?.state.isUnsent == true {
            let older = remove(holder, ending: .released)
            holders[wish.level] = slot
            makeReady(slot, now: now)
            if let older, older.wave < .increase { openGate(of: older.stock, now: now) }
            return
        }
        if let waiting = successors.updateValue(slot, forKey: wish.level) {
            _ = remove(waiting, ending: .released)
        }
    }

    /// Holds a wish that may have been sent already by an earlier process.
    ///
    /// Nothing is returned where its level is held already.
    mutating func adopt(_ wish: Wish, as state: HeldWish.State, now: PushInstant) -> Int? {
        guard holders[wish.level] == nil else { return nil }
        let slot = place(wish, suspicion: nil, now: now)
        holders[wish.level] = slot
        transition(slot, to: state)
        if wish.wave == .increase { leaveGate(slot, stock: wish.stock) }
        return slot
    }

    private mutating func place(_ wish: Wish, suspicion: Suspicion?, now: PushInstant) -> Int {
        var held = HeldWish(wish: wish, addedAt: now, state: .behind)
        if let suspicion {
            held.attempts = suspicion.attempts
            held.batchMax = suspicion.batchMax
        }
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

    /// Makes the delayed wishes ready whose time has come.
    mutating func promote(now: PushInstant) {
        quarantine.expire(now: now)
        while let first = delayed.first, first.rank <= now.nanoseconds {
            _ = delayed.pop()
            guard let held = slots[first.slot], held.wish.sequence == first.sequence, held.state == .delayed
            else { continue }
            makeReady(first.slot, now: now)
        }
    }

    /// When the next delayed wish becomes ready.
    var nextPromotion: PushInstant? {
        delayed.first.map { PushInstant(nanoseconds: $0.rank) }
    }

    /// Takes up to `max` ready wishes of a wave to be sent together; they are in flight then.
    mutating func take(_ wave: Wave, max: Int) -> [Int] {
        var taken: [Int] = []
        var batchMax = max
        while taken.count < batchMax, let first = ready[wave.rawValue].first {
            guard let held = slots[first.slot], held.wish.sequence == first.sequence, held.state == .ready
            else {
                _ = ready[wave.rawValue].pop()
                continue
            }
            if wave == .increase, let gate = gates[held.wish.stock], !gate.isOpen {
                _ = ready[wave.rawValue].pop()
                shut(first.slot, behind: gate)
                continue
            }
            guard taken.count < held.batchMax else { break }
            batchMax = min(batchMax, held.batchMax)
            _ = ready[wave.rawValue].pop()
            transition(first.slot, to: .inFlight)
            if wave == .increase { leaveGate(first.slot, stock: held.wish.stock) }
            taken.append(first.slot)
        }
        return taken
    }

    /// Counts a failed try; from the third one on it goes in smaller batches, since twice can be chance.
    mutating func suspect(_ slot: Int, batchMax: Int) {
        guard let attempts = slots[slot]?.attempts else { return }
        if attempts > 1 { slots[slot]?.batchMax = batchMax }
        slots[slot]?.attempts = attempts + 1
    }

    mutating func markUnknown(_ slot: Int) {
        transition(slot, to: .unknown)
    }

    /// Takes back a wish that the shop certainly did not take.
    mutating func giveBack(
        _ slot: Int,
        attempts: Int,
        batchMax: Int,
        notBefore: PushInstant,
        now: PushInstant
    ) {
        guard let wish = slots[slot]?.wish else { return }
        if successors[wish.level] != nil {
            end(slot, as: .released, now: now)
            return
        }
        slots[slot]?.attempts = attempts
        slots[slot]?.batchMax = batchMax
        if wish.wave == .increase { gates[wish.stock, default: StockGate()].increases.append(slot) }
        delay(slot, until: notBefore, now: now)
    }

    /// Ends a wish, and lets go what waited for it.
    ///
    /// A level whose lost write can still take effect keeps newer values waiting until `settlesAt`.
    mutating func end(
        _ slot: Int,
        as ending: Settlement.Ending,
        settlesAt: PushInstant? = nil,
        now: PushInstant
    ) {
        guard let wish = remove(slot, ending: ending) else { return }
        if let settlesAt, settlesAt > now { quarantine.add(wish.level, until: settlesAt) }
        holders[wish.level] = nil
        if let next = successors.removeValue(forKey: wish.level) {
            holders[wish.level] = next
            makeReady(next, now: now)
        }
        guard wish.wave < .increase else { return }
        switch ending {
        case .applied:
            if gates[wish.stock]?.refused.remove(wish.key) != nil { refusedDecreases -= 1 }
            openGate(of: wish.stock, now: now)
        case .refused where refusedDecreases < HeldWishes.refusedMax:
            let isNew = gates[wish.stock, default: StockGate()].refused.insert(wish.key).inserted
            if isNew { refusedDecreases += 1 }
            shutAll(of: wish.stock)
        case .refused, .released, .levelGone:
            // What the stock's decreases will be is for the outbox to say anew, so its increases go there
            // too.
            for increase in gates[wish.stock]?.increases ?? [] { releaseUnsent(increase, now: now) }
            openGate(of: wish.stock, now: now)
        }
    }

    /// Sends back everything that the shop has nothing of.
    mutating func releaseUnsent(now: PushInstant) {
        for slot in slots.indices where slots[slot]?.state.isUnsent == true { releaseUnsent(slot, now: now) }
        keptBack.removeAll()
    }

    /// Sends back what was kept back, when there is nothing else left.
    mutating func releaseKeptBack(now: PushInstant) {
        let slots = keptBack
        keptBack.removeAll()
        for slot in slots where self.slots[slot]?.state == .keptBack { releaseUnsent(slot, now: now) }
    }
}
