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
    private let scope: SnapshotScope
    private(set) var unknown: Set<Slot> = []
    /// Where some row is unclear, and why.
    private(set) var unclear: [Slot: Doubt.Reason] = [:]
    private var restated: [Slot: Restatement] = [:]

    package init(_ statement: DeliveryStatement, _ known: KnownOfSource) {
        (units, scope) = (known.units, statement.scope)
        var factors = UnitFactors(units)
        var new: Set<Slot> = []
        for delta in statement.deltas where delta.after != nil {
            let unit = delta.key.unit
            let hasFactor: Bool
            if units.isEmpty {
                // Two units cannot be added up without a factor.
                guard delta.before == nil else { continue }
                hasFactor = known.positions[delta.key.sku]?.allSatisfy { $0.key.unit == unit } ?? true
            } else {
                hasFactor = factors.perBase(erp: unit, of: delta.key.sku) != nil
            }
            if !hasFactor {
                unknown.insert(Slot(wholeOf: delta.key))
            } else if delta.before == nil, !units.isEmpty {
                new.insert(Slot(delta.key))
            }
        }
        if !unknown.isEmpty { new = new.filter { !unknown.contains($0.whole) } }
        for row in statement.unclear {
            let slot = Slot(row.key)
            new.remove(slot)
            unclear[slot] = unclear[slot] ?? row.reason
        }
        guard !units.isEmpty, scope == .full || !new.isEmpty else { return }
        let removed = statement.deltas.filter { $0.after == nil }.map(\.key)
        findRestated(among: removed, new, statement, known)
        guard !restated.isEmpty else { return }
        sum(statement, known)
    }

    private mutating func findRestated(
        among removed: [PositionKey],
        _ new: Set<Slot>,
        _ statement: DeliveryStatement,
        _ known: KnownOfSource
    ) {
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
        let factor = units.perBase(erp: key.unit, of: key.sku) ?? .one
        return Int128(quantity?.millionths ?? 0) * Int128(factor.numerator) / Int128(factor.denominator)
    }

    /// Whether a row of the SKU at the location has a unit that nobody knows.
    func isUnknown(_ key: PositionKey) -> Bool { !unknown.isEmpty && unknown.contains(Slot(wholeOf: key)) }

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
            guard var counted = statistics.locations[delta.key.location] else { continue }
            let before = Int128(delta.before?.millionths ?? 0)
            let after = Int128(delta.after?.millionths ?? 0)
            if isUnknown(delta.key) || keys.contains(delta.key)
                || !statement.decided.contains(delta.key) && reason(beside: delta) != nil
            {
                if delta.after == nil {
                    counted.absent -= 1
                } else {
                    counted.totalAfter += before - after
                    if before > 0, after <= 0 { counted.newlyZero -= 1 }
                }
            } else if isRestated(delta.key) {
                counted.totalBefore += inBase(delta.before, delta.key) - before
                // What a partial delivery does not list was counted as it is.
                let listed = delta.after == nil && scope == .partial ? before : after
                counted.totalAfter += inBase(delta.after, delta.key) - listed
                if delta.after == nil, scope == .full {
                    counted.absent -= 1
                    counted.totalAbsent -= before
                }
            } else {
                continue
            }
            statistics.locations[delta.key.location] = counted
        }
    }
}
