/// What a pass over a snapshot counted; the guards judge by it.
package struct SnapshotStatistics: Hashable, Sendable {
    /// Rows read, the rejected ones among them.
    package var rows = 0
    package var rejected = 0
    /// Physical lines of the rejected rows: a stray quote can swallow a hundred.
    package var rejectedLines = 0
    /// Rejected rows that were not listed, so that nobody knows their keys.
    package var rejectedUnlisted = 0
    /// Rejected rows of which not even the key can be read.
    package var keylessRows = 0
    /// Rejected rows that repeat the header.
    package var repeatedHeaders = 0
    /// Whether the last line has no line end.
    package var endsInsideLine = false
    /// Positions the snapshot states, after combination.
    package var positions = 0
    /// Positions that state a net quantity other than 0.
    package var nonZeroPositions = 0
    /// The greatest instant that a row states.
    package var asOf: Timestamp?
    /// Rows whose instants lie in the future, and were ignored as times.
    package var futureTimes = 0
    package var locations: [Location: LocationStatistics] = [:]

    package init() {}
}

/// What a pass over a snapshot counted at one location.
package struct LocationStatistics: Hashable, Sendable {
    /// Positions in the baseline.
    package var positionsBefore = 0
    package var positionsAfter = 0
    /// Positions that had stock and are now stated as zero or less.
    package var newlyZero = 0
    /// Positions of the baseline that the snapshot does not state.
    package var absent = 0
    /// Sums of the net quantities, in millionths; 128 bits, because sums of valid quantities can exceed 64.
    package var totalBefore: Int128 = 0
    /// Of what the snapshot states alone.
    package var totalAfter: Int128 = 0
    /// Of what the baseline has and the snapshot does not state.
    package var totalAbsent: Int128 = 0

    package init() {}
}
