/// Which positions a delivery puts in doubt because of their units, and which only change their unit.
///
/// Where a unit has no factor, all rows of that SKU and location are in doubt. Where a row is unclear, so are
/// the others of its slot, in whatever unit: together they are one position. Where a full delivery states a
/// SKU at a location (or in a bin of it) in some known unit, and in another one no more, the rows of that
/// slot are one position in base units, which is stated. Of a partial delivery that is so where it states
/// the slot in a unit that is new there; in units that were there before, each row is updated by its own.
package struct UnitDoubts: Sendable {
    /// What a slot whose unit changes held before and after, in base units.
    private struct Restatement {
        var before: Int128 = 0
        var after: Int128 = 0

        var delta: Delta.Change {
            .changed(
                from: Quantity(millionths: Int64(clamping: before)),
                to: Quantity(millionths: Int64(clamping: after))
            )
        }
    }

    private let units: UnitTable
    /// By which the last clear values count whose units have no factor now.
    private let past: PastFactors
    private let scope: SnapshotScope
    private(set) var unknown = SlotSet()
    /// Where some row is unclear, and why.
    private(set) var unclear: [Slot: Doubt.Reason] = [:]
    private var restated: [Slot: Restatement] = [:]

    package init(_ statement: DeliveryStatement, _ known: KnownOfSource) {
        (units, past, scope) = (known.units, known.past, statement.scope)
        var factors = UnitFactors(units)
        findLost(statement, known)
        var new: Set<Slot> = []
        for delta in statement.deltas where delta.after != nil {
            let unit = delta.key.unit
            if units.isEmpty, delta.before != nil { continue }
            if !factors.knows(unit, of: delta.key.sku, beside: known.positions) {
                unknown.insert(wholeOf: delta.key)
            } else if delta.before == nil, !units.isEmpty {
                new.insert(Slot(delta.key))
            }
        }
        if !unknown.isEmpty { new = new.filter { !unknown.contains($0) } }
        for row in statement.unclear {
            let slot = Slot(row.key)
            new.remove(slot)
            unclear[slot] = unclear[slot] ?? row.reason
        }
        guard !units.isEmpty, scope == .full || !new.isEmpty else { return }
        findRestated(new, statement, known)
        guard !restated.isEmpty else { return }
        sum(statement, known)
    }

    /// Finds places with rows that say what they always did, in a unit that has lost its factor.
    private mutating func findLost(_ statement: DeliveryStatement, _ known: KnownOfSource) {
        guard !past.isEmpty, !units.isEmpty else { return }
        var lost = Set<PositionKey>()
        known.doubts.forEach { doubt in
            let (unit, sku) = (doubt.key.unit, doubt.key.sku)
            guard doubt.last != nil, units.perBase(erp: unit, of: sku) == nil else { return }
            lost.insert(doubt.key)
        }
        guard !lost.isEmpty else { return }
        // What is not listed says nothing of its unit.
        for delta in statement.deltas where delta.after == nil { lost.remove(delta.key) }
        for key in lost { unknown.insert(wholeOf: key) }
    }

    private mutating func findRestated(
        _ new: Set<Slot>,
        _ statement: DeliveryStatement,
        _ known: KnownOfSource
    ) {
        // Of other SKUs nothing else is stated, and a whole location can be missing.
        let skus = Array(Set(new.map(\.sku)).union(known.positions.keys))
        guard !skus.isEmpty else { return }
        let index = SKUIndex(skus)
        let removed = statement.deltas
            .filter { $0.after == nil && index.number(of: $0.key.sku, in: skus) != nil }.map(\.key)
        let listed = Listed(removed, statement.unclear, known)
        for key in removed {
            let isClear = !isUnknown(key) && unclear[Slot(key)] == nil
            let isListed = scope == .full && isClear && listed.isStated(inPlaceOf: key, units)
            if new.contains(Slot(key)) || isListed { restated[Slot(key)] = Restatement() }
        }
    }

    /// Adds up what the restated slots held and hold.
    private mutating func sum(_ statement: DeliveryStatement, _ known: KnownOfSource) {
        var changed: Set<PositionKey> = []
        for delta in statement.deltas {
            guard var sums = restated[Slot(delta.key)] else { continue }
            changed.insert(delta.key)
            sums.before += inBase(delta.before, delta.key)
            sums.after += inBase(delta.after, delta.key)
            restated[Slot(delta.key)] = sums
        }
        for sku in Set(restated.keys.map(\.sku)) {
            for position in known.positions[sku] ?? [] where !changed.contains(position.key) {
                let held = inBase(position.net, position.key)
                restated[Slot(position.key)]?.before += held
                restated[Slot(position.key)]?.after += held
            }
        }
    }

    /// Which of the known positions a full delivery states clearly.
    private struct Listed {
        private let gone: Set<PositionKey>
        private let known: KnownOfSource

        init(_ removed: [PositionKey], _ unclear: [UnclearRow], _ known: KnownOfSource) {
            self.known = known
            gone = known.positions.isEmpty ? [] : Set(removed).union(unclear.map(\.key))
        }

        /// Whether the slot of a position is stated in another unit.
        func isStated(inPlaceOf key: PositionKey, _ units: UnitTable) -> Bool {
            known.positions[key.sku]?.contains { position in
                let other = position.key
                return other.unit != key.unit && Slot(other) == Slot(key) && !gone.contains(other)
                    && units.perBase(erp: other.unit, of: other.sku) != nil
            } ?? false
        }
    }

    private func inBase(_ quantity: Quantity?, _ key: PositionKey) -> Int128 {
        let (unit, sku) = (key.unit, key.sku)
        let factor = units.perBase(erp: unit, of: sku) ?? past.perBase(erp: unit, of: sku) ?? .one
        return Int128(quantity?.millionths ?? 0) * Int128(factor.numerator) / Int128(factor.denominator)
    }

    /// Whether a row of the SKU at the location has a unit that nobody knows.
    @inline(__always)
    func isUnknown(_ key: PositionKey) -> Bool { unknown.contains(wholeOf: key) }

    /// Why a position is in doubt because a row in another unit of its slot is not clear.
    ///
    /// A partial delivery says nothing of what it does not list.
    func reason(beside delta: Delta) -> Doubt.Reason? {
        guard !unclear.isEmpty, scope == .full || delta.after != nil else { return nil }
        return unclear[Slot(delta.key)]
    }

    /// Whether the SKU is stated in another unit at the location now.
    func isRestated(_ key: PositionKey) -> Bool { !restated.isEmpty && restated[Slot(key)] != nil }

    /// Whether a change of a later delivery's copy was not accepted: what it does not list or has no factor.
    package func keepsBack(_ delta: Delta) -> Bool {
        delta.after == nil ? !isRestated(delta.key) : isUnknown(delta.key)
    }

    /// The change that the guards look at: of the whole slot, where its unit has changed.
    func judged(_ delta: Delta) -> Delta {
        guard !restated.isEmpty, let sums = restated[Slot(delta.key)] else { return delta }
        return Delta(key: delta.key, change: sums.delta)
    }

    /// Corrects what was counted by rows: a changed unit is no change of the stock, and what is in doubt
    /// counts as it did.
    func correct(_ statistics: inout SnapshotStatistics, _ statement: DeliveryStatement) {
        let keys = Set(statement.unclear.map(\.key))
        guard !(restated.isEmpty && unknown.isEmpty && keys.isEmpty) else { return }
        for delta in statement.deltas {
            let isDoubtful =
                isUnknown(delta.key) || keys.contains(delta.key)
                || !statement.decided.contains(delta.key) && reason(beside: delta) != nil
            guard isDoubtful || isRestated(delta.key),
                var counted = statistics.locations[delta.key.location]
            else { continue }
            let before = Int128(delta.before?.millionths ?? 0)
            let after = Int128(delta.after?.millionths ?? 0)
            if isDoubtful {
                if delta.after == nil {
                    counted.absent -= 1
                } else {
                    counted.totalAfter += before - after
                    if before > 0, after <= 0 { counted.newlyZero -= 1 }
                }
            } else {
                counted.totalBefore += inBase(delta.before, delta.key) - before
                // What a partial delivery does not list was counted as it is.
                let listed = delta.after == nil && scope == .partial ? before : after
                counted.totalAfter += inBase(delta.after, delta.key) - listed
                if delta.after == nil, scope == .full {
                    counted.absent -= 1
                    counted.totalAbsent -= before
                }
            }
            statistics.locations[delta.key.location] = counted
        }
    }
}
