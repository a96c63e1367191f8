// How a wish gets from one state to another.
extension HeldWishes {
    mutating func makeReady(_ slot: Int, now: PushInstant) {
        guard let held = slots[slot] else { return }
        if let until = quarantine.until(held.wish.level), until > now {
            delay(slot, until: until, now: now)
            return
        }
        if held.wish.wave == .increase, let gate = gates[held.wish.stock], !gate.isOpen {
            shut(slot, behind: gate)
            return
        }
        transition(slot, to: .ready)
        let priority = Int64(min(max(held.wish.priority, -HeldWishes.priorityMax), HeldWishes.priorityMax))
        let rank = priority &* ageingNanoseconds &+ held.addedAt.nanoseconds
        ready[held.wish.wave.rawValue].push(.init(rank: rank, sequence: held.wish.sequence, slot: slot))
    }

    mutating func delay(_ slot: Int, until: PushInstant, now: PushInstant) {
        guard let wish = slots[slot]?.wish else { return }
        guard until > now else {
            makeReady(slot, now: now)
            return
        }
        transition(slot, to: .delayed)
        delayed.push(.init(rank: until.nanoseconds, sequence: wish.sequence, slot: slot))
    }

    mutating func transition(_ slot: Int, to state: HeldWish.State) {
        // Only what is needed: a copy of the wish would count the references of all its texts.
        guard let old = slots[slot]?.state, let wave = slots[slot]?.wish.wave.rawValue, old != state else {
            return
        }
        if old == .ready { readyCounts[wave] -= 1 }
        if state == .ready { readyCounts[wave] += 1 }
        if old == .keptBack { keptBackCount -= 1 }
        if state == .keptBack { keptBackCount += 1 }
        slots[slot]?.state = state
    }

    /// Frees the slot and writes the settlement.
    mutating func remove(_ slot: Int, ending: Settlement.Ending) -> Wish? {
        guard let wish = slots[slot]?.wish else { return nil }
        transition(slot, to: .behind)
        slots[slot] = nil
        free.append(slot)
        count -= 1
        if wish.wave == .zero { zeroCount -= 1 }
        if wish.wave == .increase {
            leaveGate(slot, stock: wish.stock)
        } else {
            gates[wish.stock]?.decreases -= 1
        }
        settle(wish, as: ending)
        return wish
    }

    /// Sends one unsent wish back; its level goes to the wish behind it.
    mutating func releaseUnsent(_ slot: Int, now: PushInstant) {
        guard let held = slots[slot], held.state.isUnsent else { return }
        let level = held.wish.level
        _ = remove(slot, ending: .released)
        if successors[level] == slot { successors[level] = nil }
        guard holders[level] == slot else { return }
        holders[level] = nil
        if let next = successors.removeValue(forKey: level) {
            holders[level] = next
            makeReady(next, now: now)
        }
    }

    /// Puts an increase away until its gate opens, or for good where a decrease was refused.
    mutating func shut(_ slot: Int, behind gate: StockGate) {
        guard let wish = slots[slot]?.wish else { return }
        guard let refused = gate.refused.min() else {
            transition(slot, to: .gated)
            return
        }
        guard keptBackCount < HeldWishes.keptBackMax else {
            holders[wish.level] = successors.removeValue(forKey: wish.level)
            _ = remove(slot, ending: .released)
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
