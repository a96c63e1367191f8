/// Judges a snapshot before anything of it is published (spec, invariant 1).
package struct Guards: Sendable {
    package let thresholds: GuardThresholds

    package init(thresholds: GuardThresholds = GuardThresholds()) {
        self.thresholds = thresholds
    }

    /// Gives every guard that trips on what was counted, in a
    /// stable order; absence counts only if it means something.
    package func trips(on statistics: SnapshotStatistics, removalsCount: Bool) -> [GuardTrip] {
        if statistics.positions == 0 {
            let rejected = statistics.rejected
            let message =
                rejected == 0
                ? "The snapshot has no rows."
                : "The snapshot has no usable row: all \(rejected) were rejected."
            return [GuardTrip(code: .empty, message: message)]
        }
        if statistics.nonZeroPositions == 0 {
            let message = "Every one of the \(statistics.positions) positions is zero."
            return [GuardTrip(code: .allZero, message: message)]
        }
        var trips: [GuardTrip] = []
        if thresholds.rejectedRowsPercentMax.isExceeded(by: statistics.rejected, of: statistics.rows) {
            trips.append(
                GuardTrip(
                    code: .rejectedRows,
                    message: "\(statistics.rejected) of \(statistics.rows) rows were rejected "
                        + "(limit \(thresholds.rejectedRowsPercentMax))."
                )
            )
        }
        for (location, counted) in statistics.locations.sorted(by: { $0.key < $1.key }) {
            if let trip = newlyZero(counted, at: location) { trips.append(trip) }
            if removalsCount, let trip = absentRows(counted, at: location) { trips.append(trip) }
            let change = totalChange(counted, at: location, removalsCount: removalsCount)
            if let change { trips.append(change) }
        }
        return trips
    }

    private func newlyZero(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        guard counted.newlyZero > thresholds.newlyZeroCountMax,
            thresholds.newlyZeroPercentMax.isExceeded(by: counted.newlyZero, of: counted.positionsBefore)
        else { return nil }
        return GuardTrip(
            code: .newlyZero,
            location: location,
            message:
                "\(counted.newlyZero) of \(counted.positionsBefore) positions at \(location) fall to zero "
                + "(limit \(thresholds.newlyZeroCountMax) and \(thresholds.newlyZeroPercentMax))."
        )
    }

    private func absentRows(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        guard counted.absent > thresholds.absentCountMax,
            thresholds.absentPercentMax.isExceeded(by: counted.absent, of: counted.positionsBefore)
        else { return nil }
        return GuardTrip(
            code: .absentRows,
            location: location,
            message: "\(counted.absent) of \(counted.positionsBefore) positions at \(location) are missing "
                + "(limit \(thresholds.absentCountMax) and \(thresholds.absentPercentMax))."
        )
    }

    /// Where absence means nothing, what is not stated stays as it was.
    private func totalChange(
        _ counted: LocationStatistics,
        at location: Location,
        removalsCount: Bool
    ) -> GuardTrip? {
        guard counted.positionsBefore >= thresholds.populationMin, counted.totalBefore > 0 else { return nil }
        let kept = removalsCount ? 0 : counted.totalAbsent
        let difference = counted.totalAfter + kept - counted.totalBefore
        let limit = difference < 0 ? thresholds.totalDropPercentMax : thresholds.totalRisePercentMax
        guard limit.isExceeded(by: abs(difference), of: counted.totalBefore) else { return nil }
        let percent = difference * 100 / counted.totalBefore
        return GuardTrip(
            code: .totalChange,
            location: location,
            message: "The total at \(location) changes by \(percent) % "
                + "(limits −\(thresholds.totalDropPercentMax) and +\(thresholds.totalRisePercentMax))."
        )
    }
}
