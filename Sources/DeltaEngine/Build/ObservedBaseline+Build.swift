import CSeparators
import Glibc
package import InventoryCore
package import SnapshotFormats

extension ObservedBaseline {
    /// Makes a baseline file of a snapshot; an old file of that name is replaced when the new one is durable.
    ///
    /// - Parameters:
    ///   - input: the snapshot, not read before.
    ///   - format: how it is written.
    ///   - path: of the baseline file.
    ///   - generation: that the file is to have.
    ///   - seeds: under which its marks are made; those of a former file where the same bytes are to be known
    ///     as the same.
    ///   - options: how to go about it.
    ///   - isDurable: whether the file must outlive a loss of power.
    ///   - rejected: takes each listed rejected row.
    /// - Returns: the baseline, open, and what the snapshot said as a whole.
    /// - Throws: `Fault`, and what the input and the closure throw.
    package static func build(
        from input: any ByteSource,
        format: SnapshotFormat,
        path: String,
        generation: UInt64,
        seeds: KeySeeds = .random(),
        options: DiffOptions = DiffOptions(),
        isDurable: Bool = true,
        rejected: (RejectedRow) throws -> Void
    ) throws -> (baseline: ObservedBaseline, summary: DiffSummary) {
        var scan = options.scan
        // Rows wait in memory for the ranges before theirs: short ranges keep them few.
        scan.rangeBytes = 16 << 20
        let pass = SnapshotPass(format: format, seeds: seeds, options: scan)
        // A temporary baseline is read right away.
        let output = try BaselineOutput(
            for: path,
            isCached: !isDurable,
            memoryBytesMax: options.memoryBytesMax
        )
        let rejectedList = RejectedList()
        let (built, positions, duplicates) = try output.writingBeside {
            let (parts, found) = try pass.run(input) { range in
                let staged = StagedRows(output, seeds: seeds, isFirst: range == 0)
                return BuildWorker(staged, seeds, RejectedRows(listedMax: options.rejectedMax), rejectedList)
            }
            for part in parts {
                for row in part.sink.rejected.listed {
                    try rejected(row.moved(toLine: part.firstLine + row.line))
                }
            }
            var writer = BaselineWriter(path: path, seeds: seeds, generation: generation)
            writer.standing.format = seeds.fingerprint(of: format, options.duplicates)
            writer.standing.newestAsOf = found.newestAsOf?.microseconds ?? .min
            writer.standing.newestKey = found.newest?.key ?? separators_digest()
            writer.standing.mark = found.content
            writer.isDurable = isDurable
            let (positions, duplicates) = try finish(output, parts, writer, options, found.altered)
            let summary = DiffSummary(found, parts.map(\.sink.rejected), format, options.duplicates)
            return (summary, positions, duplicates)
        }
        for row in duplicates.prefix(options.rejectedMax) { try rejected(row) }
        var summary = built
        summary.count(rejectedForOthers: duplicates.count, listedMax: options.rejectedMax)
        summary.counts.added = positions
        let baseline = try open(path: path, generation: generation)
        baseline.stagedBytesMax = options.memoryBytesMax
        // Nothing was there before.
        for (location, total) in baseline.locations.totals {
            summary.locations[location] = LocationDiff(appeared: total)
        }
        return (baseline, summary)
    }

    /// Finishes the file; where keys have several rows, writes another with one of each.
    ///
    /// - Returns: how many positions there are, and the rows that were rejected for being duplicates.
    private static func finish(
        _ output: BaselineOutput,
        _ parts: [SnapshotPass.Part<BuildWorker>],
        _ writer: BaselineWriter,
        _ options: DiffOptions,
        _ altered: AlteredKeys
    ) throws(Fault) -> (positions: Int, rejected: [RejectedRow]) {
        var writer = writer
        let staged = parts.map(\.sink.staged)
        let count = staged.reduce(0) { $0 + $1.count }
        for part in staged { part.apply(to: &writer.standing.locations) }
        let repeats = try writer.finish(output, staged)
        guard !repeats.isEmpty else { return (count, []) }
        // The other file needs the name.
        output.discard()
        let firsts = try BaselineOutput(
            for: writer.path,
            isCached: !writer.isDurable,
            memoryBytesMax: options.memoryBytesMax
        )
        let kept = StagedRows(firsts, seeds: writer.seeds, isFirst: true)
        let duplicates = try BaselineWriter.withRows(output, count) { rows throws(Fault) in
            var duplicates = DuplicateRows(repeats, in: rows, rule: options.duplicates, altered: altered)
            try duplicates.copyFirsts(rows, of: staged, output.tails, to: kept)
            return duplicates
        }
        try kept.write()
        try kept.close()
        writer.standing.locations = LocationTotals()
        kept.apply(to: &writer.standing.locations)
        guard try writer.finish(firsts, [kept]).isEmpty else { preconditionFailure("a key was kept twice") }
        return (kept.count, duplicates.rejected { line(of: $0, parts) })
    }

    private static func line(of row: Int, _ parts: [SnapshotPass.Part<BuildWorker>]) -> Int {
        var row = row
        for part in parts {
            if row < part.sink.staged.count { return part.firstLine + part.sink.lines.line(of: row) }
            row -= part.sink.staged.count
        }
        preconditionFailure("there is no staged row \(row)")
    }
}

extension ObservedBaseline {
    /// Makes a temporary baseline of a snapshot, for comparing two snapshots; its file is already unlinked.
    ///
    /// - Parameters:
    ///   - input: the older snapshot, not read before.
    ///   - format: how it is written.
    ///   - folder: where its file lies.
    ///   - options: how to go about it.
    ///   - rejected: takes each listed rejected row.
    /// - Returns: the baseline, open, and what the snapshot said as a whole.
    /// - Throws: `Fault`, and what the input and the closure throw.
    package static func temporary(
        from input: any ByteSource,
        format: SnapshotFormat,
        folder: String = "/tmp",
        options: DiffOptions = DiffOptions(),
        rejected: (RejectedRow) throws -> Void
    ) throws -> (baseline: ObservedBaseline, summary: DiffSummary) {
        var name = Array("\(folder)/tidegate-diff-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw Fault.cannotWrite(path, errno) }
        close(descriptor)
        // The open file stays readable without its name.
        defer { unlink(path) }
        return try build(
            from: input,
            format: format,
            path: path,
            generation: 1,
            options: options,
            isDurable: false,
            rejected: rejected
        )
    }
}

/// Stages the rows of one range.
private final class BuildWorker: RowSink {
    let staged: StagedRows
    private(set) var lines = RowLines()
    private(set) var rejected: RejectedRows
    private let rejectedList: RejectedList
    private var marking: BlockMarking

    init(_ staged: StagedRows, _ seeds: KeySeeds, _ rejected: RejectedRows, _ rejectedList: RejectedList) {
        marking = BlockMarking(seeds)
        self.staged = staged
        self.rejected = rejected
        self.rejectedList = rejectedList
    }

    func take(_ batch: RowBatch) throws {
        try batch.readAll()
        let first = staged.count
        try staged.append(batch, lines: &lines)
        if staged.count - first == batch.count { marking.take(batch, from: first, into: staged) }
    }

    func reject(_ row: RejectedRow) { rejected.append(row) }

    func settle() {
        staged.place()
        rejectedList.settle(&rejected)
    }

    func finish() throws {
        try staged.write()
        try staged.close()
    }
}
