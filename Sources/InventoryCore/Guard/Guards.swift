/// Judges what a delivery states before anything of it is published (spec, Stock in doubt, section 4).
package struct Guards: Sendable {
    package let thresholds: GuardThresholds

    package init(thresholds: GuardThresholds = GuardThresholds()) {
        self.thresholds = thresholds
    }

    /// Gives every guard that trips on what was counted, in a stable order.
    ///
    /// `statistics` are of the delivery, compared with what was known. Absence means something in a full
    /// delivery only, and where nothing was known before (`isFirst`) there is nothing to compare totals with.
    /// `accepted` is what the last accepted delivery of the source was like.
    package func trips(
        on statistics: SnapshotStatistics,
        scope: SnapshotScope,
        isFirst: Bool = false,
        accepted: AcceptedShape? = nil
    ) -> [GuardTrip] {
        if let trip = refusal(statistics, scope, accepted) { return [trip] }
        var trips: [GuardTrip] = []
        if let trip = rejectedRows(statistics) { trips.append(trip) }
        if let trip = rowsPerPosition(statistics, accepted) { trips.append(trip) }
        for (location, counted) in statistics.locations.sorted(by: { $0.key < $1.key }) {
            if let trip = newlyZero(counted, at: location) { trips.append(trip) }
            if scope == .full, let trip = absentRows(counted, at: location) { trips.append(trip) }
            guard !isFirst else { continue }
            if let trip = totalChange(counted, at: location, scope) { trips.append(trip) }
        }
        return trips
    }

    /// What makes the whole delivery unusable.
    private func refusal(
        _ statistics: SnapshotStatistics,
        _ scope: SnapshotScope,
        _ accepted: AcceptedShape?
    ) -> GuardTrip? {
        if statistics.repeatedHeaders > 0 {
            let message =
                "\(statistics.repeatedHeaders) lines repeat the header: it was put together from several "
                + "files and may hold one of them twice."
            return GuardTrip(code: .repeatedHeader, message: message)
        }
        if statistics.endsInsideLine, accepted?.endsInsideLine == false {
            let message =
                "It ends without a line end, and the last one had one: its last number may be cut off."
            return GuardTrip(code: .endsInsideRow, message: message)
        }
        if statistics.positions == 0 {
            let rejected = statistics.rejected
            // Rows of a partial delivery that name their positions put those in doubt.
            if rejected > statistics.keylessRows, scope == .partial { return nil }
            let message =
                rejected == 0
                ? "The delivery has no rows."
                : "The delivery has no usable row: all \(rejected) were rejected."
            return GuardTrip(code: .empty, message: message)
        }
        if scope == .full, statistics.nonZeroPositions == 0 {
            let message = "Every one of the \(statistics.positions) positions is zero."
            return GuardTrip(code: .allZero, message: message)
        }
        return nil
    }

    private func rejectedRows(_ statistics: SnapshotStatistics) -> GuardTrip? {
        let lines = max(statistics.rejectedLines, statistics.rejected)
        let all = statistics.rows - statistics.rejected + lines
        guard
            statistics.rejectedUnlisted > 0
                || thresholds.rejectedRowsPercentMax.isExceeded(by: lines, of: all)
        else { return nil }
        return GuardTrip(
            code: .rejectedRows,
            message: "\(lines) of \(all) lines cannot be read "
                + "(limit \(thresholds.rejectedRowsPercentMax))."
        )
    }

    /// A file that holds everything twice has twice as many rows for each position.
    private func rowsPerPosition(_ statistics: SnapshotStatistics, _ accepted: AcceptedShape?) -> GuardTrip? {
        guard let accepted, accepted.positions > 0, accepted.rows > 0, statistics.positions > 0 else {
            return nil
        }
        // rows / positions against what it was, without dividing.
        let now = Int128(statistics.rows - statistics.rejected) * Int128(accepted.positions)
        let before = Int128(accepted.rows) * Int128(statistics.positions)
        guard thresholds.rowsPerPositionRisePercentMax.isReached(by: now - before, of: before) else {
            return nil
        }
        return GuardTrip(
            code: .rowsPerPosition,
            message: "\(statistics.rows) rows state \(statistics.positions) positions, "
                + "and \(accepted.rows) rows stated \(accepted.positions) before: rows may be listed twice."
        )
    }

    private func newlyZero(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        guard
            thresholds.isTooMany(
                counted.newlyZero,
                of: counted.positionsBefore,
                countMax: thresholds.newlyZeroCountMax,
                percentMax: thresholds.newlyZeroPercentMax
            )
        else { return nil }
        return GuardTrip(
            code: .newlyZero,
            location: location,
            message: "\(counted.newlyZero) of \(counted.positionsBefore) positions at "
                + "\(location) fall to zero (limit \(thresholds.newlyZeroCountMax) and "
                + "\(thresholds.newlyZeroPercentMax), or \(thresholds.shareOfFewPercentMax) of a few)."
        )
    }

    private func absentRows(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        guard
            thresholds.isTooMany(
                counted.absent,
                of: counted.positionsBefore,
                countMax: thresholds.absentCountMax,
                percentMax: thresholds.absentPercentMax
            )
        else { return nil }
        return GuardTrip(
            code: .absentRows,
            location: location,
            message: "\(counted.absent) of \(counted.positionsBefore) positions at "
                + "\(location) are missing (limit \(thresholds.absentCountMax) and "
                + "\(thresholds.absentPercentMax), or \(thresholds.shareOfFewPercentMax) of a few)."
        )
    }

    /// Judges the total of a location, also of one that is new or that had none.
    ///
    /// What is absent is left out: it keeps its figure and has a guard of its own.
    private func totalChange(
        _ counted: LocationStatistics,
        at location: Location,
        _ scope: SnapshotScope
    ) -> GuardTrip? {
        let population = max(counted.positionsBefore, counted.positionsAfter)
        guard population >= thresholds.populationMin else { return nil }
        let before = counted.totalBefore
        let after = counted.totalAfter + counted.totalAbsent
        let difference = after - before
        guard difference != 0 else { return nil }
        let code = difference < 0 ? GuardTrip.Code.totalDrop : .totalRise
        let limit = difference < 0 ? thresholds.totalDropPercentMax : thresholds.totalRisePercentMax
        let words: String
        if before > 0, after > 0 {
            guard limit.isReached(by: abs(difference), of: before) else { return nil }
            words = "changes by \(difference * 100 / before) %"
        } else {
            let scale = Int128(Quantity.scale)
            words = "changes from \(before / scale) to \(after / scale)"
        }
        return GuardTrip(
            code: code,
            location: location,
            message: "The total at \(location) \(words) (limits −\(thresholds.totalDropPercentMax) and "
                + "+\(thresholds.totalRisePercentMax))."
        )
    }
}

/// What the last accepted delivery of a source was like, for comparing.
package struct AcceptedShape: Hashable, Sendable {
    package let rows: Int
    package let positions: Int
    package let endsInsideLine: Bool

    package init(rows: Int, positions: Int, endsInsideLine: Bool) {
        self.rows = rows
        self.positions = positions
        self.endsInsideLine = endsInsideLine
    }
}
