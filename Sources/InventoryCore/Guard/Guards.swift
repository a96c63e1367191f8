/// Judges a snapshot before anything of it is published (spec, invariant 1).
package struct Guards: Sendable {
    package let thresholds: GuardThresholds

    package init(thresholds: GuardThresholds = GuardThresholds()) {
        self.thresholds = thresholds
    }

    /// Gives every guard that trips on what was counted, in a stable order; absence counts only if it means something.
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
        if percent(statistics.rejected, of: statistics.rows) > thresholds.rejectedRowsPercentMax {
            trips.append(
                GuardTrip(
                    code: .rejectedRows,
                    message: "\(statistics.rejected) of \(statistics.rows) rows were rejected "
                        + "(limit \(thresholds.rejectedRowsPercentMax) %)."
                )
            )
        }
        for (location, counted) in statistics.locations.sorted(by: { $0.key < $1.key }) {
            if let trip = newlyZero(counted, at: location) { trips.append(trip) }
            if removalsCount, let trip = absentRows(counted, at: location) { trips.append(trip) }
            if let trip = totalChange(counted, at: location) { trips.append(trip) }
        }
        return trips
    }

    private func newlyZero(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        let share = percent(counted.newlyZero, of: counted.positionsBefore)
        guard counted.newlyZero > thresholds.newlyZeroCountMax, share > thresholds.newlyZeroPercentMax
        else { return nil }
        return GuardTrip(
            code: .newlyZero,
            location: location,
            message:
                "\(counted.newlyZero) of \(counted.positionsBefore) positions at \(location) fall to zero "
                + "(limit \(thresholds.newlyZeroCountMax) and \(thresholds.newlyZeroPercentMax) %)."
        )
    }

    private func absentRows(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        let share = percent(counted.absent, of: counted.positionsBefore)
        guard counted.absent > thresholds.absentCountMax, share > thresholds.absentPercentMax else {
            return nil
        }
        return GuardTrip(
            code: .absentRows,
            location: location,
            message: "\(counted.absent) of \(counted.positionsBefore) positions at \(location) are missing "
                + "(limit \(thresholds.absentCountMax) and \(thresholds.absentPercentMax) %)."
        )
    }

    private func totalChange(_ counted: LocationStatistics, at location: Location) -> GuardTrip? {
        guard counted.positionsBefore >= thresholds.populationMin, counted.totalBefore > 0 else { return nil }
        let change = (Double(counted.totalAfter) / Double(counted.totalBefore) - 1) * 100
        guard change < -thresholds.totalDropPercentMax || change > thresholds.totalRisePercentMax else {
            return nil
        }
        return GuardTrip(
            code: .totalChange,
            location: location,
            message: "The total at \(location) changes by \(Int(change.rounded())) % "
                + "(limits −\(thresholds.totalDropPercentMax) % and +\(thresholds.totalRisePercentMax) %)."
        )
    }

    private func percent(_ part: Int, of whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) * 100 / Double(whole)
    }
}
