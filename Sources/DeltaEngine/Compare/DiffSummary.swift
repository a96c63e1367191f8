import Glibc
package import InventoryCore
package import SnapshotFormats

/// What a diff says as a whole, beside its deltas.
package struct DiffSummary: Sendable {
    /// Rows of the snapshot, rejected ones included.
    package var rows = 0
    package var rejected = 0
    package var counts = DeltaCounts()
    /// The newest instant that any accepted row states.
    package var newestAsOf: Timestamp?
    package var locations: [Location: LocationDiff] = [:]
    /// Whether the snapshot's bytes are those of the last accepted one; its rows were not looked at then.
    package var isIdentical = false
    /// Identifies the snapshot's bytes.
    package var content = ContentMark()

    package init() {}
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
    /// Rejected rows that are listed by each worker; the others are only counted.
    package var rejectedMax = 10_000
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
