import HeapModule

// How a wish gets from one state to another, and what gates do with it.
extension HeldWishes {
    mutating func makeReady(_ slot: Int, now: PushInstant) {
        let held = self[slot]
        if held.wish.wave == .increase, let gate = gates[held.wish.stock], !gate.isOpen {
            shut(slot, behind: gate)
            return
        }
        transition(slot, to: .ready)
        let priority = Int64(min(max(held.wish.priority, -HeldWishes.priorityMax), HeldWishes.priorityMax))
        let rank = priority &* ageingNanoseconds &+ held.addedAt.nanoseconds
        ready[held.wish.wave.rawValue].insert(
            RankedSlot(rank: rank, sequence: held.wish.sequence, slot: slot)
        )
    }

    mutating func delay(_ slot: Int, until: PushInstant, now: PushInstant) {
        guard until > now else {
            makeReady(slot, now: now)
            return
        }
        transition(slot, to: .delayed)
        let sequence = self[slot].wish.sequence
        delayed.insert(RankedSlot(rank: until.nanoseconds, sequence: sequence, slot: slot))
    }

    mutating func transition(_ slot: Int, to state: HeldWish.State) {
        let old = self.state(of: slot)
        guard let wave = slots[slot]?.wish.wave, old != state else { return }
        precondition(old.mayBecome(state), "a wish that is \(old) cannot become \(state)")
        leave(old, wave: wave)
        if state == .ready { readyCounts[wave.rawValue] += 1 }
        if state == .keptBack { keptBackCount += 1 }
        slots[slot]?.state = state
    }

    private mutating func leave(_ state: HeldWish.State, wave: Wave) {
        if state == .ready { readyCounts[wave.rawValue].countDown("ready wishes") }
        if state == .keptBack { keptBackCount.countDown("wishes kept back") }
    }

    /// Frees the slot and makes out the receipt.
    mutating func remove(
        _ slot: Int,
        outcome: Receipt.Outcome,
        question: Receipt.Question? = nil
    ) -> Wish {
        let held = self[slot]
        let wish = held.wish
        leave(state(of: slot), wave: wish.wave)
        slots[slot] = nil
        free.append(slot)
        count.countDown("wishes held")
        if wish.wave == .zero { zeroCount.countDown("zeros held") }
        if wish.wave == .increase {
            leaveGate(slot, stock: wish.stock)
        } else {
            guard let gate = gates.index(forKey: wish.stock) else {
                preconditionFailure("a decrease is held and its stock has no gate")
            }
            gates.values[gate].decreases.countDown("decreases held of a stock")
        }
        settle(Receipt(wish: wish, outcome: outcome, suspicion: held.suspicion, question: question))
        return wish
    }

    /// Releases a wish if it is unsent.
    mutating func releaseUnsent(_ slot: Int, now: PushInstant) {
        guard let held = slots[slot], held.state.isUnsent else { return }
        let level = held.wish.level
        _ = remove(slot, outcome: .released)
        if successors[level] == slot { successors[level] = nil }
        guard holders[level] == slot else { return }
        leaveLevel(level)
    }

    /// Lets an unsent wish's level go; a newer wish would have taken its place, so none waits behind it.
    private mutating func leaveLevel(_ level: LevelID) {
        precondition(successors[level] == nil, "a wish waits behind an unsent one")
        holders[level] = nil
    }

    /// Puts an increase away until its gate opens, or keeps it back where a decrease was refused.
    mutating func shut(_ slot: Int, behind gate: StockGate) {
        guard let refused = gate.refused.min() else {
            transition(slot, to: .gated)
            return
        }
        let wish = self[slot].wish
        guard keptBackCount < HeldWishes.keptBackMax else {
            leaveLevel(wish.level)
            _ = remove(slot, outcome: .released)
            return
        }
        transition(slot, to: .keptBack)
        keptBack.append(slot)
        parked.append(ParkedIncrease(wish: wish, behind: refused))
    }

    /// Keeps back every unsent increase of a stock one of whose decreases was refused.
    mutating func shutAll(of stock: SKU) {
        guard let gate = gates[stock] else { return }
        for slot in gate.increases {
            switch slots[slot]?.state {
            case .ready, .gated, .delayed: shut(slot, behind: gate)
            case .behind, .keptBack, .inFlight, .unknown, nil: continue
            }
        }
    }

    /// Lets the increases of a stock go when the last of its decreases has ended.
    mutating func openGate(of stock: SKU, now: PushInstant) {
        guard let gate = gates[stock] else { return }
        guard gate.isNeeded else {
            gates[stock] = nil
            return
        }
        guard gate.isOpen else { return }
        for slot in gate.increases {
            switch slots[slot]?.state {
            case .gated, .keptBack: makeReady(slot, now: now)
            case .ready, .delayed, .behind, .inFlight, .unknown, nil: continue
            }
        }
    }

    mutating func leaveGate(_ slot: Int, stock: SKU) {
        // In place: a copy of the gate for every increase would be most of what this costs.
        guard let index = gates.index(forKey: stock) else { return }
        gates.values[index].increases.removeAll { $0 == slot }
        if !gates.values[index].isNeeded { gates.remove(at: index) }
    }
}
