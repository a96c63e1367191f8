/// Judges what a plan is about to show, warehouse by warehouse (spec, Stock in doubt, section 4).
///
/// It catches what no guard on the statement can: a mistyped site, a unit taken out of the configuration, a
/// first run on a wrong file.
package struct PublicationGuards: Sendable {
    package let thresholds: GuardThresholds

    /// What a plan changes in one warehouse.
    package struct Planned: Hashable, Sendable {
        package fileprivate(set) var newlyZero = 0
        /// Sums of what is shown before and after, of the levels that change, in millionths.
        package fileprivate(set) var fall: Int128 = 0
        package fileprivate(set) var rise: Int128 = 0

        package var change: Int128 { rise - fall }
    }

    /// What the shop shows in one warehouse, counted as far as it is needed.
    package struct Shown: Hashable, Sendable {
        /// Levels above 0.
        package var levels: Int
        package var sum: Int128

        package init(levels: Int, sum: Int128) {
            (self.levels, self.sum) = (levels, sum)
        }
    }

    package init(thresholds: GuardThresholds) {
        self.thresholds = thresholds
    }

    /// Adds up what the wishes change, by warehouse.
    package func planned(_ wishes: [PlannedWish]) -> [String?: Planned] {
        var all: [String?: Planned] = [:]
        // Wishes of one warehouse follow one another, mostly there is none: look it up when it changes.
        var (warehouse, sums): (String?, Planned) = (nil, Planned())
        for wish in wishes {
            if wish.key.warehouse != warehouse {
                if sums != Planned() { all[warehouse] = sums }
                warehouse = wish.key.warehouse
                sums = all[warehouse] ?? Planned()
            }
            let before = max(0, wish.before?.millionths ?? 0)
            let after = max(0, wish.after.millionths)
            if after < before {
                sums.fall += Int128(before - after)
                if after == 0 { sums.newlyZero += 1 }
            } else {
                sums.rise += Int128(after - before)
            }
        }
        if sums != Planned() { all[warehouse] = sums }
        return all
    }

    /// How much has to be shown at least so that nothing can trip; counting further changes nothing.
    package func enough(for planned: Planned) -> Shown {
        let zeros = planned.newlyZero
        let share = Int128(zeros) * 100 * Int128(Quantity.scale)
        func levels(_ percent: Percent) -> Int {
            percent.number.millionths > 0
                ? Int(clamping: share / Int128(percent.number.millionths) + 1) : Int.max
        }
        var levelsMin = zeros > 1 ? levels(thresholds.shareOfFewPercentMax) : 0
        if zeros > thresholds.shownZeroCountMax {
            levelsMin = max(levelsMin, levels(thresholds.shownZeroPercentMax))
        }
        func sum(_ change: Int128, _ percent: Percent) -> Int128 {
            guard change > 0 else { return 0 }
            guard percent.number.millionths > 0 else { return .max }
            return change * 100 * Int128(Quantity.scale) / Int128(percent.number.millionths) + 1
        }
        let sumMin = max(
            sum(-planned.change, thresholds.totalDropPercentMax),
            sum(planned.change, thresholds.totalRisePercentMax)
        )
        return Shown(levels: levelsMin, sum: sumMin)
    }

    /// Gives the guards that trip for one warehouse.
    package func trips(on planned: Planned, shown: Shown, warehouse: String?) -> [GuardTrip] {
        let name = warehouse.map { "warehouse \($0)" } ?? "shop"
        var trips: [GuardTrip] = []
        if thresholds.isTooMany(
            planned.newlyZero,
            of: shown.levels,
            countMax: thresholds.shownZeroCountMax,
            percentMax: thresholds.shownZeroPercentMax
        ) {
            let message =
                "\(planned.newlyZero) of \(shown.levels) levels of the \(name) would newly show 0 (limit "
                + "\(thresholds.shownZeroCountMax) and \(thresholds.shownZeroPercentMax), or "
                + "\(thresholds.shareOfFewPercentMax) of a few)."
            trips.append(GuardTrip(code: .shownZero, warehouse: warehouse, message: message))
        }
        guard shown.levels >= thresholds.populationMin, shown.sum > 0, planned.change != 0 else {
            return trips
        }
        let isDrop = planned.change < 0
        let limit = isDrop ? thresholds.totalDropPercentMax : thresholds.totalRisePercentMax
        if limit.isReached(by: abs(planned.change), of: shown.sum) {
            let message =
                "What the \(name) shows would change by \(planned.change * 100 / shown.sum) % (limits "
                + "−\(thresholds.totalDropPercentMax) and +\(thresholds.totalRisePercentMax))."
            trips.append(
                GuardTrip(code: isDrop ? .shownDrop : .shownRise, warehouse: warehouse, message: message)
            )
        }
        return trips
    }

    /// Gives the guard that keeps a wish back, or nothing.
    package static func code(toHold wish: PlannedWish, _ trips: [GuardTrip]) -> GuardTrip.Code? {
        let before = Int128(wish.before?.millionths ?? 0)
        let after = Int128(wish.after.millionths)
        return trips.first { trip in
            guard trip.warehouse == wish.key.warehouse else { return false }
            return switch trip.code {
            case .shownZero: after <= 0 && before > 0
            case .shownDrop: after < before && after * 2 <= before
            case .shownRise: after > before && after >= before * 2
            default: false
            }
        }?.code
    }
}

/// A wish that a guard on the publication keeps back until a person decides.
package struct HeldFigure: Hashable, Sendable {
    package let key: LevelKey
    /// The SKU whose stock the level shows a part of.
    package let stock: SKU
    package let shown: Quantity?
    package let wanted: Quantity
    package let guardCode: GuardTrip.Code
    /// The run whose approval or rejection decides.
    package var run: RunID
    /// Whether a person has rejected it: then it waits for nobody, until a new delivery states it again.
    package var isRejected: Bool

    package init(
        key: LevelKey,
        stock: SKU,
        shown: Quantity?,
        wanted: Quantity,
        guardCode: GuardTrip.Code,
        run: RunID,
        isRejected: Bool = false
    ) {
        (self.key, self.stock, self.shown, self.wanted) = (key, stock, shown, wanted)
        (self.guardCode, self.run, self.isRejected) = (guardCode, run, isRejected)
    }

    package var wish: PlannedWish { PlannedWish(key: key, before: shown, after: wanted) }
}
