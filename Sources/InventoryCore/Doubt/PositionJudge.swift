/// Decides position by position: accepted, or in doubt and why (spec, Stock in doubt, section 1).
struct PositionJudge {
    let statement: DeliveryStatement
    let known: KnownOfSource
    private let units: UnitDoubts
    let holding: HoldingGuards
    private let isHolding: Bool
    private let thresholds: GuardThresholds
    let unclear: [PositionKey: [UnclearRow]]
    /// SKUs with rows that cannot be understood, beside those in units that nobody knows.
    private let spoiled: Set<SKU>
    /// Whether missing rows are counted by this delivery.
    let countsAbsences: Bool
    /// Places of which a partial delivery states a unit that was never clear there, and why it is not now:
    /// what was known of them is in doubt for that.
    private let unclearBeside: [Slot: Doubt.Reason]
    /// Where stock of events is stated as another position, which a guard holds: it does not leave meanwhile.
    private let heldHomes: [Slot: GuardTrip.Code]

    var accepted: [Delta] = []
    var changes = DoubtChanges()
    var uncounted: [PositionKey] = []
    var isHeld = false
    var settled: SettledPositions
    /// What is held at the location of the last difference: neighbours mostly lie at the same.
    private var lastHolds: (location: Location, holds: HoldingGuards.Holds)?

    init(
        _ statement: DeliveryStatement,
        _ known: KnownOfSource,
        _ units: UnitDoubts,
        _ holding: HoldingGuards,
        _ thresholds: GuardThresholds
    ) {
        self.statement = statement
        self.known = known
        self.units = units
        self.holding = holding
        isHolding = !holding.isEmpty
        self.thresholds = thresholds
        settled = SettledPositions(known.doubts)
        unclear = Dictionary(grouping: statement.unclear, by: \.key)
        var spoiled = Set(statement.unclear.lazy.filter { $0.reason != .conflict }.map(\.key.sku))
        if statement.isIdentical {
            // Its rows were not looked at again: what they spoil is what is in doubt for them.
            known.doubts.forEachReason { sku, reason in if reason.spoilsOthers { spoiled.insert(sku) } }
        }
        self.spoiled = spoiled
        countsAbsences = statement.scope == .full && !statement.isRepeated
        heldHomes = statement.heldHomes(units, holding)
        unclearBeside = statement.unclearBeside(known)
    }

    mutating func judge() {
        if statement.isIdentical {
            judgeIdentical()
        } else {
            accepted.reserveCapacity(statement.deltas.count)
            for delta in statement.deltas where !statement.refused.contains(delta.key.location) {
                judge(delta)
            }
            for key in unclear.keys where !settled.contains(key) && !isRefused(key) {
                doubt(key, unclearReason(key), last: known.last(key))
            }
            doubtSlots()
            endRestated()
        }
        if countsAbsences, !known.doubts.isEmpty { changes.missed = statement.source }
        sortChanges()
    }

    func isRefused(_ key: PositionKey) -> Bool { statement.refused.contains(key.location) }

    private func unclearReason(_ key: PositionKey) -> Doubt.Reason {
        unclear[key]?.first?.reason ?? .unreadable
    }

    // MARK: One position

    private mutating func judge(_ delta: Delta) {
        let key = delta.key
        if delta.after == nil, statement.rehomed.contains(key), !holding.holdsAll {
            guard let code = heldHomes[Slot(wholeOf: key)] else { return accept(delta) }
            return hold(key, code, last: delta.before, stated: nil)
        }
        if !unclear.isEmpty, unclear[key] != nil {
            return doubt(key, unclearReason(key), last: delta.before)
        }
        // What a person has rejected alone does not come in with the same bytes.
        if statement.hasSameBytes, known.doubts[key]?.reason == .rejected { return settle(key) }
        if units.isUnknown(key) { return doubt(key, .unitUnknown, last: delta.before) }
        if let reason = units.reason(beside: delta), !statement.decided.contains(key) {
            return doubt(key, reason, last: delta.before)
        }
        guard let after = delta.after else {
            // What a partial delivery does not list stays as it is, doubt and all.
            guard statement.scope == .full || units.isRestated(key) else {
                guard !unclearBeside.isEmpty, let reason = unclearBeside[Slot(key)] else {
                    return settle(key)
                }
                return doubt(key, reason, last: delta.before)
            }
            return missing(delta)
        }
        guard isHolding, let code = code(toHold: units.judged(delta)) else { return accept(delta) }
        hold(key, code, last: delta.before, stated: after)
    }

    /// The guard that keeps a change back, or nothing.
    private mutating func code(toHold delta: Delta) -> GuardTrip.Code? {
        let location = delta.key.location
        if let lastHolds, lastHolds.location == location {
            return holding.code(toHold: delta, lastHolds.holds)
        }
        let holds = holding[location]
        lastHolds = (location, holds)
        return holding.code(toHold: delta, holds)
    }

    /// Where a row has a unit that nobody knows, the others of the location are in doubt too, and where a row
    /// is unclear, those of its slot.
    private mutating func doubtSlots() {
        if statement.scope == .full {
            for (slot, reason) in units.unclear where !statement.refused.contains(slot.location) {
                for position in known.positions[slot.sku] ?? []
                where Slot(position.key) == slot && !settled.contains(position.key)
                    && unclear[position.key] == nil && !statement.decided.contains(position.key)
                {
                    doubt(position.key, reason, last: position.net)
                }
            }
        }
        guard !units.unknown.isEmpty else { return }
        for positions in known.positions.values {
            for position in positions
            where units.isUnknown(position.key) && !isRefused(position.key)
                && !settled.contains(position.key)
            {
                // What is stated as it was clear is ended, or kept, below.
                if known.doubts[position.key]?.isStatedAsKnown == true { continue }
                doubt(position.key, .unitUnknown, last: position.net)
            }
        }
    }

    /// A position that a full delivery does not list.
    private mutating func missing(_ delta: Delta) {
        let key = delta.key
        guard let last = delta.before else { return }
        let isRestated = units.isRestated(key)
        if isRestated || holding.holdsAll, let code = holding.code(toHold: units.judged(delta)) {
            return hold(key, code, last: last, stated: nil)
        }
        if isRestated { return accept(delta) }
        if staysMissing(delta) { return isHeld = true }
        var doubt = begun(key, last: last)
        if !doubt.isMissing { doubt.keylessBefore = known.keylessRows }
        if known.doubts[key] == nil || !statement.isRepeated { doubt.reason = .absent }
        (doubt.stated, doubt.lines) = (nil, [])
        if count(&doubt) { return accept(delta) }
        set(doubt)
    }

    /// Whether a guard holds once more that a position is missing, of which nothing is left to count.
    private mutating func staysMissing(_ delta: Delta) -> Bool {
        let (key, keylessRows) = (delta.key, statement.statistics.keylessRows)
        guard isHolding, !statement.isRejected, !isSpoiled(key.sku) else { return false }
        guard let code = code(toHold: delta) else { return false }
        return settled.insert(key) { [countsAbsences] row in
            row.stays(absentBy: code) && (!countsAbsences || keylessRows <= row.keylessBefore)
        }
    }

    /// Whether a SKU has a row that cannot be understood: its other rows are not counted absent.
    private func isSpoiled(_ sku: SKU) -> Bool {
        units.unknown.contains(sku) || !spoiled.isEmpty && spoiled.contains(sku)
    }

    /// Counts one more full delivery without the position; gives whether it counts as removed now.
    private mutating func count(_ doubt: inout Doubt) -> Bool {
        let isCounted = countsAbsences && isEvidence(&doubt)
        if isCounted { doubt.absentCount += 1 }
        let delta = Delta(key: doubt.key, change: .removed(doubt.last ?? .zero))
        if let code = holding.code(toHold: delta) {
            wait(&doubt, code)
            return false
        }
        (doubt.guardCode, doubt.run) = (nil, nil)
        return isCounted && doubt.absentCount >= thresholds.removalSnapshots
    }

    /// Whether a position that is not listed can be said to be missing: not while rows that nobody can
    /// understand may be its own.
    private mutating func isEvidence(_ doubt: inout Doubt) -> Bool {
        if isSpoiled(doubt.key.sku) {
            doubt.spoiledCount += 1
            if doubt.spoiledCount <= thresholds.removalSnapshots {
                uncounted.append(doubt.key)
                return false
            }
        } else {
            doubt.spoiledCount = 0
        }
        guard statement.statistics.keylessRows <= doubt.keylessBefore else {
            uncounted.append(doubt.key)
            return false
        }
        return true
    }

    /// The same bytes with a later time change nothing but the counts of what is absent.
    private mutating func judgeIdentical() {
        for known in known.doubts.values {
            guard known.reason == .absent, countsAbsences, let last = known.last else {
                remember(known)
                continue
            }
            if known.waitsForDecision {
                isHeld = true
                continue
            }
            var doubt = known
            if count(&doubt) { accept(Delta(key: known.key, change: .removed(last))) } else { set(doubt) }
        }
    }

    /// Ends the doubts about positions that the delivery states as the baseline has them.
    private mutating func endRestated() {
        var unlisted: [Doubt] = []
        for doubt in settled.unsettled {
            if isRefused(doubt.key) {
                remember(doubt)
            } else if doubt.last == nil, statement.scope == .partial {
                // Never clear and not listed now.
                unlisted.append(doubt)
            } else if doubt.last != nil, units.isUnknown(doubt.key) {
                keep(doubt)
            } else if let code = holding.all {
                // A person is asked about the newest statement, also where it takes back the one before.
                hold(doubt.key, code, last: doubt.last, stated: doubt.last)
            } else {
                changes.ended.append(doubt)
            }
        }
        guard !unlisted.isEmpty else { return }
        let stated = statedSlots
        for doubt in unlisted {
            if stated.contains(Slot(doubt.key)) {
                changes.ended.append(doubt)
            } else {
                remember(doubt)
            }
        }
    }

    /// The places of which something is stated in a unit that is known: their rows are one thing, which that
    /// states.
    private var statedSlots: Set<Slot> {
        var slots = Set(changes.ended.map { Slot($0.key) })
        for delta in statement.deltas where delta.after != nil && units.reason(beside: delta) == nil {
            if !units.isUnknown(delta.key) { slots.insert(Slot(delta.key)) }
        }
        return slots
    }
}
