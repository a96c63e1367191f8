import Glibc
package import InventoryCore
package import SnapshotFormats

/// What a diff says as a whole, beside its deltas.
///
/// Of an identical snapshot no row is looked at: then there is no mapping, nothing is rejected, and it does
/// not end inside a line; all that is as it was when these bytes were read.
package struct DiffSummary: Sendable {
    /// Rows of the snapshot, rejected ones included.
    package var rows = 0
    package var rejected = 0
    /// Rows that do not count, by the rules for rows; they are not among the rows.
    package var ignored = 0
    /// Rejected rows that were listed; where they are fewer than the rejected ones, the others' keys are not
    /// known.
    package var rejectedListed = 0
    /// The physical lines that the rejected rows take; one each for rows rejected because of others.
    package var rejectedLines = 0
    /// Rejected rows whose SKU, location or unit cannot be read, so that they may speak of any position.
    package var keylessRows = 0
    /// Rejected rows that are the header once more.
    package var repeatedHeaders = 0
    /// Whether a delimited snapshot has no line end after its last row; other notations never do.
    package var endsInsideLine = false
    /// By what its keys and quantities were read.
    package var mapping: SnapshotMapping?
    package var counts = DeltaCounts()
    /// The newest instant that any accepted row states.
    package var newestAsOf: Timestamp?
    /// Rows whose instants lie in the future, and were ignored as times.
    package var futureTimes = 0
    package var locations: [Location: LocationDiff] = [:]
    /// Whether the snapshot's bytes are those of the last accepted one; its rows were not looked at then.
    package var isIdentical = false
    /// Identifies the snapshot's bytes.
    package var content = ContentMark()

    package init() {}

    /// Takes over what a pass has counted.
    init(
        _ found: SnapshotPass.Summary,
        _ rejected: [RejectedRows],
        _ format: SnapshotFormat,
        _ rule: DuplicateRule
    ) {
        rows = found.rows
        self.rejected = found.rejected
        ignored = found.ignored
        newestAsOf = found.newestAsOf
        futureTimes = found.laterRows
        content = found.content
        endsInsideLine = found.endsInsideLine
        mapping = found.columns.map { SnapshotMapping(format, $0, duplicates: rule) }
        var counts = RejectedCounts()
        for part in rejected {
            counts.add(part.counts)
            rejectedListed += part.listed.count
        }
        rejectedLines = counts.lines
        keylessRows = counts.keyless
        repeatedHeaders = counts.repeatedHeaders
    }

    /// Counts rows that are rejected because of others, of which so many are listed.
    mutating func count(rejectedForOthers rows: Int, listedMax: Int) {
        rejected += rows
        rejectedLines += rows
        rejectedListed += min(rows, listedMax)
    }
}

/// What a diff does to one location: what the guards look at.
package struct LocationDiff: Hashable, Sendable {
    package var positionsBefore = 0
    package var positionsAfter = 0
    /// Sums of net quantities, in millionths.
    package var netBefore: Int128 = 0
    package var netAfter: Int128 = 0
    package var added = 0
    package var changed = 0
    /// Positions that the snapshot does not have: an inferred zero each.
    package var absent = 0
    /// What these held, in millionths.
    package var netAbsent: Int128 = 0
    /// Positions whose stated quantity was above zero and is not any more.
    package var newlyZero = 0

    package init() {}

    /// A location of which nothing was known.
    init(appeared total: LocationTotal) {
        positionsAfter = total.positions
        netAfter = total.net
        added = total.positions
    }
}

/// How a diff is made.
package struct DiffOptions: Sendable {
    package var duplicates = DuplicateRule.sum
    package var scan = SnapshotPass.Options()
    /// How many rejected rows are listed with their keys, the first of the snapshot, and as many of those
    /// that are rejected because of others; all are counted.
    ///
    /// Each worker keeps at most so many until its range is settled: with the default up to 60 MB a worker,
    /// of a snapshot of which nothing can be read.
    package var rejectedMax = 100_000
    /// How much of the baseline may lie in memory at once.
    ///
    /// A larger one is compared in order, or with its parts one after the other, and given back as it is
    /// read. Of one that is made, what is staged beyond it waits in a file.
    package var memoryBytesMax = memoryBytesMaxDefault
    /// Compares the bytes with those of the last accepted snapshot first.
    package var looksForIdentical = true
    /// Does not read rows again whose bytes, a block of them at a time, are those that were accepted last.
    package var recognisesBlocks = true
    /// Takes note of what the bytes of the snapshot are, by which it is known again once it is accepted.
    package var marksBytes = true

    /// A quarter of the machine's memory.
    package static let memoryBytesMaxDefault =
        sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4

    package init() {}
}
