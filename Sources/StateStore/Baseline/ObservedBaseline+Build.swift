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
    ///   - options: how to go about it.
    ///   - isDurable: whether the file must outlive a loss of power.
    ///   - rejected: takes each listed rejected row.
    /// - Returns: the baseline, open, and what the snapshot said as a whole.
    /// - Throws: `SnapshotError`, `BaselineError`, and what the input and the closure throw.
    package static func build(
        from input: any ByteSource,
        format: SnapshotFormat,
        path: String,
        generation: UInt64,
        options: DiffOptions = DiffOptions(),
        isDurable: Bool = true,
        rejected: (RejectedRow) throws -> Void
    ) throws -> (baseline: ObservedBaseline, summary: DiffSummary) {
        let seeds = KeySeeds.random()
        let pass = SnapshotPass(format: format, seeds: seeds, options: options.scan)
        let (parts, found) = try pass.run(input) { _ in BuildWorker(rejectedMax: options.rejectedMax) }
        var index = try BuildIndex(parts.map(\.sink.staged), path: path)
        index.combine(by: options.duplicates)
        for part in parts {
            for row in part.sink.rejected { try rejected(row.moved(toLine: part.firstLine + row.line)) }
        }
        let duplicates = index.rejectedDuplicates(
            firstLines: parts.map(\.firstLine),
            lines: parts.map(\.sink.lines)
        )
        for row in duplicates.prefix(options.rejectedMax) { try rejected(row) }
        var writer = BaselineWriter(path: path, seeds: seeds, generation: generation)
        writer.format = seeds.fingerprint(of: format, options.duplicates)
        writer.newestAsOf = found.newestAsOf?.microseconds ?? .min
        writer.mark = found.content
        writer.locations = index.locationTotals(seeds)
        writer.isDurable = isDurable
        try writer.write(index.kept, buckets: index.buckets)
        var summary = DiffSummary()
        summary.rows = found.rows
        summary.rejected = found.rejected + duplicates.count
        summary.newestAsOf = found.newestAsOf
        summary.content = found.content
        summary.counts.added = index.kept.reduce(0) { $0 + $1.count }
        let baseline = try open(path: path, generation: generation)
        return (baseline, summary)
    }
}

extension ObservedBaseline {
    /// Makes a baseline of a snapshot that is gone when it is let go of: for comparing two snapshots.
    ///
    /// - Parameters:
    ///   - input: the older snapshot, not read before.
    ///   - format: how it is written.
    ///   - folder: where there is room for it while it lives.
    ///   - options: how to go about it.
    ///   - rejected: takes each listed rejected row.
    /// - Returns: the baseline, open, and what the snapshot said as a whole.
    /// - Throws: `SnapshotError`, `BaselineError`, and what the input and the closure throw.
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
        guard descriptor >= 0 else { throw BaselineError.cannotWrite(path, errno) }
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
    let staged = StagedRows()
    private(set) var lines: [Int64] = []
    private(set) var rejected: [RejectedRow] = []
    private let rejectedMax: Int

    init(rejectedMax: Int) {
        self.rejectedMax = rejectedMax
    }

    func take(_ batch: RowBatch) throws {
        try batch.readAll()
        for row in 0..<batch.count {
            guard batch.isRead(row), let key = batch.keys[row] else { continue }
            let digest = batch.digests[row]
            staged.append(
                BaselineRow(
                    first: digest.first,
                    second: digest.second,
                    net: batch.nets[row],
                    rest: batch.rests[row] == RowBatch.unknownRest ? 0 : batch.rests[row]
                ),
                key: key,
                length: Int(batch.keyLengths[row])
            )
            lines.append(batch.lines[row])
        }
    }

    func reject(_ row: RejectedRow) {
        if rejected.count < rejectedMax { rejected.append(row) }
    }
}

/// Finds keys with several rows among the staged ones, and makes one row of them.
private struct BuildIndex {
    private let parts: [StagedRows]
    private let begins: [Int]
    /// Filled while the rows are looked through; of use to the file where no row had to be left out.
    let buckets: StagedBuckets
    private let index: StagedIndex
    /// For each row that is not the first of its key, the first.
    private var repeats: [(row: UInt32, first: UInt32)] = []
    private var refused: [UInt32: [UInt32]] = [:]
    private var isTooLarge = false
    private(set) var kept: [StagedRows]

    private static let ahead = 16

    init(_ parts: [StagedRows], path: String) throws(BaselineError) {
        self.parts = parts
        kept = parts
        var begin = 0
        var begins: [Int] = []
        for part in parts {
            begins.append(begin)
            begin += part.count
        }
        self.begins = begins
        let bucketCount = StagedIndex.bucketCount(rows: begin)
        let bytes = bucketCount * 64
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { throw .cannotWrite(path, errno) }
        madvise(memory, bytes, MADV_HUGEPAGE)
        buckets = StagedBuckets(memory: memory, bytes: bytes)
        index = StagedIndex(memory, bucketCount: bucketCount)
    }

    private func row(_ number: UInt32) -> UnsafeMutablePointer<BaselineRow> {
        var part = 0
        while part + 1 < begins.count, Int(number) >= begins[part + 1] { part += 1 }
        return parts[part].rows + (Int(number) - begins[part])
    }

    mutating func combine(by rule: DuplicateRule) {
        var number: UInt32 = 0
        for part in parts {
            for place in 0..<part.count {
                if place + BuildIndex.ahead < part.count {
                    index.prefetch(part.rows[place + BuildIndex.ahead])
                }
                if let first = index.insert(part.rows[place], number: number, rowAt: { row($0).pointee }) {
                    repeats.append((number, first))
                }
                number += 1
            }
        }
        guard !repeats.isEmpty else { return }
        buckets.isUsable = false
        for (again, first) in repeats {
            row(first).pointee.rest = 0
            switch rule {
            case .last: row(first).pointee.net = row(again).pointee.net
            case .reject: refused[first, default: []].append(again)
            case .sum:
                let (sum, overflow) = row(first).pointee.net.addingReportingOverflow(row(again).pointee.net)
                if overflow || refused[first] != nil {
                    refused[first, default: []].append(again)
                    isTooLarge = true
                } else {
                    row(first).pointee.net = sum
                }
            }
        }
        keepFirsts()
    }

    /// Copies the rows that stay, without the repeated and the refused ones.
    private mutating func keepFirsts() {
        var left = Set(repeats.map(\.row))
        left.formUnion(refused.keys)
        let copy = StagedRows()
        var number: UInt32 = 0
        for part in parts {
            var key = UnsafePointer(part.keys)
            for place in 0..<part.count {
                let length = Int(part.keyLengths[place])
                if !left.contains(number) { copy.append(part.rows[place], key: key, length: length) }
                key += length
                number += 1
            }
        }
        kept = [copy]
    }

    /// The rows of all keys that are refused, in the order of the snapshot.
    func rejectedDuplicates(firstLines: [Int], lines: [[Int64]]) -> [RejectedRow] {
        var rejected: [RejectedRow] = []
        for (first, others) in refused {
            for number in [first] + others {
                var part = 0
                while part + 1 < begins.count, Int(number) >= begins[part + 1] { part += 1 }
                rejected.append(
                    RejectedRow(
                        line: firstLines[part] + Int(lines[part][Int(number) - begins[part]]),
                        column: nil,
                        reason: isTooLarge ? .tooLarge : .duplicate,
                        message: isTooLarge
                            ? "The rows of this key are too large together."
                            : "The key has \(others.count + 1) rows, and duplicates are to be rejected.",
                        bytes: []
                    )
                )
            }
        }
        return rejected.sorted { $0.line < $1.line }
    }

    func locationTotals(_ seeds: KeySeeds) -> LocationTotals {
        var changes = LocationChanges()
        for part in kept {
            var key = UnsafePointer(part.keys)
            for place in 0..<part.count {
                let length = Int(part.keyLengths[place])
                let text = UnsafeBufferPointer(start: key, count: length)
                changes.count(positions: 1, net: Int128(part.rows[place].net), text, seeds)
                key += length
            }
        }
        var totals = LocationTotals()
        changes.apply(to: &totals)
        return totals
    }
}
