import CSeparators
import Glibc
package import InventoryCore
package import SnapshotFormats

/// What snapshots are compared with: a baseline as it was at one generation.
///
/// It stays as it is, whatever the baseline takes on afterwards, and any thread may use it; so a snapshot can
/// be read while its baseline goes on. `ObservedBaseline.rebase` brings together what was found then.
package struct DiffBasis: Sendable {
    let view: BaselineView
    let marks: BlockMarks
    let standing: Standing
    /// The block of the row that stated the newest instant.
    let newestBlock: Int?
    /// What the last commit says of the order of its snapshot.
    let orderSample: [RowOrder.Pair]

    private var image: BaselineImage { view.image }
}

extension ObservedBaseline {
    /// What the baseline is now, for a comparison that may take a while.
    package var basis: DiffBasis {
        DiffBasis(
            view: view,
            marks: marks,
            standing: standing,
            newestBlock: newestBlock,
            orderSample: orderSample
        )
    }

    /// Compares a snapshot with the baseline as it is now; see `DiffBasis.diff`.
    ///
    /// - Throws: `Fault`, and what the input and the closure throw.
    package func diff(
        _ input: any ByteSource,
        format: SnapshotFormat,
        options: DiffOptions = DiffOptions(),
        rejected: (RejectedRow) throws -> Void
    ) throws -> SnapshotDiff {
        try basis.diff(input, format: format, options: options, rejected: rejected)
    }
}

extension DiffBasis {
    /// Compares a snapshot with the baseline; neither is changed.
    ///
    /// Memory grows with the number of deltas, and by an eighth of a byte a
    /// position and worker. A snapshot with the bytes of the last accepted one,
    /// read under the same format, is recognised without reading its rows.
    ///
    /// - Parameters:
    ///   - input: the snapshot, not read before.
    ///   - snapshotFormat: how it is written.
    ///   - options: how to go about it.
    ///   - rejected: takes each listed rejected row, in the order of the snapshot, duplicates last.
    /// - Returns: the deltas and their summary.
    /// - Throws: `Fault`, and what the input and the closure throw.
    package func diff(
        _ input: any ByteSource,
        format snapshotFormat: SnapshotFormat,
        options: DiffOptions = DiffOptions(),
        rejected: (RejectedRow) throws -> Void
    ) throws -> SnapshotDiff {
        let format = image.seeds.fingerprint(of: snapshotFormat, options.duplicates)
        if options.looksForIdentical, let file = input.plainFile, format == standing.format,
            let content = try identical(file, workers: options.scan.workers)
        {
            var summary = DiffSummary()
            summary.isIdentical = true
            summary.content = content
            summary.newestAsOf = standing.newestInstant
            summary.rows = view.count
            let diff = SnapshotDiff(view, summary: summary, format: format, options)
            diff.newestKey = standing.newestKey
            return diff
        }
        var scan = options.scan
        scan.marksBytes = options.marksBytes
        let pass = SnapshotPass(format: snapshotFormat, seeds: image.seeds, options: scan)
        let (parts, found, merged) = try compare(pass, input, format, options)
        let summary = DiffSummary(found, parts.map(\.sink.rejected), snapshotFormat, options.duplicates)
        let diff = SnapshotDiff(view, summary: summary, format: format, options)
        diff.newestKey = found.newest?.key
        var merge = merged
        let duplicates = try merge.merge(into: diff)
        diff.summary.count(rejectedForOthers: duplicates.count, listedMax: options.rejectedMax)
        for part in parts {
            for row in part.sink.rejected.listed {
                try rejected(row.moved(toLine: part.firstLine + row.line))
            }
        }
        for row in duplicates.listed.prefix(options.rejectedMax) { try rejected(row) }
        try diff.sumUp()
        learnOrder(parts, diff)
        return diff
    }

    /// Has the workers compare the rows, except blocks whose bytes show that they are unchanged.
    private func compare(
        _ pass: SnapshotPass,
        _ input: any ByteSource,
        _ format: UInt64,
        _ options: DiffOptions
    ) throws -> Compared {
        // A stream cannot be read once more, and has to be unpacked anyway.
        let recognisesBlocks =
            options.recognisesBlocks && input.plainFile != nil && standing.format == format
            && options.duplicates != .reject
        func run(_ knowsBlocks: Bool, reading blocks: Set<Int> = []) throws -> Compared {
            let basis = DiffWorker.Basis(
                baseline: view,
                marks: marks,
                newestBlock: newestBlock,
                blocksToRead: blocks,
                knowsBlocks: knowsBlocks,
                keepsOrder: !orderSample.isEmpty
            )
            let (parts, found) = try pass.run(input) { _ in DiffWorker(basis, options) }
            let merge = DiffMerge(view, parts, rule: options.duplicates, altered: found.altered)
            return (parts, found, merge)
        }
        var compared = try run(recognisesBlocks)
        guard compared.parts.contains(where: { $0.sink.passedRows > 0 }) else { return compared }
        // Keys that are written differently and become one are only told apart where all their rows are read.
        let blocks = compared.merge.blocksToRead
        if !blocks.isEmpty {
            compared = try run(true, reading: blocks)
            // Other blocks than before were passed over now; that is rare.
            if !compared.merge.blocksToRead.isEmpty { return try run(false) }
        }
        guard let newestAsOf = standing.newestInstant else { return compared }
        if let newest = compared.found.newestAsOf, newest >= newestAsOf { return compared }
        // The newest of all is among the rows that were not read, where the last one is gone.
        return try run(false)
    }

    private typealias Compared = (
        parts: [SnapshotPass.Part<DiffWorker>], found: SnapshotPass.Summary, merge: DiffMerge
    )

    /// Gives the mark of the file's bytes if they are those of the last accepted snapshot.
    private func identical(_ file: PlainFile, workers: Int) throws -> ContentMark? {
        guard file.lengthBytes == standing.mark.lengthBytes, !standing.mark.words.isEmpty else { return nil }
        return try standing.mark.matches(file, seeds: image.seeds, workers: workers) ? standing.mark : nil
    }

    /// Keeps the order of a snapshot for the next fold, if it is near that of the baseline or comes again.
    private func learnOrder(_ parts: [SnapshotPass.Part<DiffWorker>], _ diff: SnapshotDiff) {
        for part in parts { part.sink.closeOrder() }
        let orders = parts.map(\.sink.order)
        let rows = view.overlay.rowLimit
        guard orders.contains(where: { !$0.isNear(rows: rows) }) else {
            diff.order = (orders.flatMap(\.runs), false)
            return
        }
        diff.order = ([], false)
        diff.orderSample = orders.flatMap(\.pairs)
        guard orders.allSatisfy(\.isWhole) else { return }
        let runs = orders.flatMap(\.runs)
        guard RowOrder.isAgain(orderSample, in: runs) else { return }
        diff.order = (runs, true)
    }
}

extension SnapshotDiff {
    /// Counts the deltas and adds them up by location.
    func sumUp() throws {
        for (location, total) in baseline.locationTotals.totals {
            summary.locations[location] = LocationDiff(total)
        }
        let parts = try mapParts(of: entries.indices) { entries in
            var sums = LocationSums(baseline.image.seeds)
            for entry in entries { try withKey(of: entry) { sums.count(entry, $0) } }
            return sums
        }
        for part in parts {
            summary.counts.added += part.counts.added
            summary.counts.changed += part.counts.changed
            summary.counts.removed += part.counts.removed
            for (location, diff) in zip(part.names, part.diffs) {
                summary.locations[location, default: LocationDiff()].add(diff)
            }
        }
    }
}

/// What some of the deltas do to each location.
private struct LocationSums {
    private(set) var counts = DeltaCounts()
    private(set) var diffs: [LocationDiff] = []
    private var numbers = LocationNumbers()
    private let seeds: KeySeeds

    init(_ seeds: KeySeeds) {
        self.seeds = seeds
    }

    var names: [Location] { numbers.names }

    mutating func count(_ entry: SnapshotDiff.Entry, _ key: UnsafeBufferPointer<UInt8>) {
        switch entry.kind {
        case .added: counts.added += 1
        case .changed: counts.changed += 1
        case .removed: counts.removed += 1
        }
        guard let comma = key.firstIndex(of: CanonicalKey.comma) else { return }
        let number = numbers.number(in: key, after: comma + 1, seeds)
        if number == diffs.count { diffs.append(LocationDiff()) }
        diffs[number].count(entry)
    }
}

extension LocationDiff {
    fileprivate init(_ total: LocationTotal) {
        self.init()
        positionsBefore = total.positions
        positionsAfter = total.positions
        netBefore = total.net
        netAfter = total.net
    }

    fileprivate mutating func count(_ entry: SnapshotDiff.Entry) {
        netAfter += Int128(entry.after) - Int128(entry.before)
        switch entry.kind {
        case .added:
            added += 1
            positionsAfter += 1
        case .changed:
            changed += 1
            if entry.before > 0, entry.after <= 0 { newlyZero += 1 }
        case .removed:
            absent += 1
            netAbsent += Int128(entry.before)
            positionsAfter -= 1
        }
    }

    fileprivate mutating func add(_ other: LocationDiff) {
        positionsAfter += other.positionsAfter
        netAfter += other.netAfter
        added += other.added
        changed += other.changed
        absent += other.absent
        netAbsent += other.netAbsent
        newlyZero += other.newlyZero
    }
}
