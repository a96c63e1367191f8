/// When a snapshot is suspicious enough to be held; the numbers of the specification's table of guards.
///
/// A guard with a count and a per cent trips where both are exceeded, more than 25 and more than 10 %; or,
/// so that small shops are guarded too, where a large share of at least a few is concerned.
package struct GuardThresholds: Hashable, Sendable {
    /// Lines that could not be understood, of all lines.
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
    package var populationMin = 20
    /// Of a few, so many may fall to zero or go missing at once.
    package var shareOfFewPercentMax: Percent = 40
    /// Fewer than this are too few for any share of them to mean anything.
    package var fewMin = 5
    /// Levels of one warehouse that would newly show 0.
    package var shownZeroCountMax = 50
    package var shownZeroPercentMax: Percent = 10
    /// Rows per position may grow by less than this against the last delivery.
    package var rowsPerPositionRisePercentMax: Percent = 50
    /// Consecutive full snapshots in which a position is missing before it counts as removed.
    package var removalSnapshots = 2
    /// What becomes, once approved, of levels that the shop shows and of which no source knows the SKU.
    ///
    /// An approval that was meant for something else must not empty them.
    package var removal = UnstatedLevels.Removal.keep

    package init() {}

    /// Whether so many of all are more than a guard with a count and a per cent lets pass.
    package func isTooMany(_ part: Int, of all: Int, countMax: Int, percentMax: Percent) -> Bool {
        part > countMax && percentMax.isExceeded(by: part, of: all)
            || all >= fewMin && part > 1 && shareOfFewPercentMax.isExceeded(by: part, of: all)
    }
}
