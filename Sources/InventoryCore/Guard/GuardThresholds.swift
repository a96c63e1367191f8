/// When a snapshot is suspicious enough to be held; the numbers of the specification's table of guards.
///
/// A guard with a count and a per cent trips where both are exceeded: > max(25, 10 %).
package struct GuardThresholds: Hashable, Sendable {
    /// Rows that could not be understood, of all rows.
    package var rejectedRowsPercentMax: Percent = 1
    /// SKUs of one location that the snapshot states as zero and that had stock before.
    package var newlyZeroCountMax = 25
    package var newlyZeroPercentMax: Percent = 10
    /// Positions of one location that the snapshot no longer has.
    package var absentCountMax = 25
    package var absentPercentMax: Percent = 5
    /// Change of one location's total quantity.
    package var totalDropPercentMax: Percent = 30
    package var totalRisePercentMax: Percent = 100
    /// Locations with fewer positions than this are too small for a per cent of their total to mean anything.
    package var populationMin = 100
    /// Consecutive full snapshots in which a position is missing before it counts as removed.
    package var removalSnapshots = 2

    package init() {}
}
