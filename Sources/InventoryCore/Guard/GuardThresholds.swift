/// When a snapshot is too different to be believed (spec, Snapshot contract and guards).
package struct GuardThresholds: Hashable, Sendable {
    /// More rejected rows than this share hold the run.
    package var rejectedRowsPercentMax: Double = 1
    /// More newly zero positions than both limits hold the zeros of a location.
    package var newlyZeroCountMax = 25
    package var newlyZeroPercentMax: Double = 10
    /// More absent positions than both limits hold the inferred zeros of a location.
    package var absentCountMax = 25
    package var absentPercentMax: Double = 5
    /// A location whose total falls or rises by more than this is held.
    package var totalDropPercentMax: Double = 30
    package var totalRisePercentMax: Double = 100
    /// Locations with fewer positions than this are too small for a total to mean anything.
    package var populationMin = 100
    /// So many full snapshots in a row must lack a position before it counts as gone.
    package var removalSnapshots = 2

    package init() {}
}
