import ArgumentParser
import DeltaEngine
import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import TidegatePipeline

/// The pure diff of two snapshots, or of a baseline file and a snapshot.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Prints how NEW differs from OLD, one JSON object a line; no state is used.",
        discussion: """
            OLD is a snapshot, or a baseline made by `tidegate baseline build`. The lines come in the order \
            of NEW, removals last. Rejected rows go to standard error; a position whose rows were all \
            rejected is removed.
            """
    )

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case json
        case csv
    }

    @Argument(help: "The snapshot or baseline to compare with.") var old: String
    @Argument(help: "The new snapshot.") var new: String
    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var source: SourceOption
    @OptionGroup var format: FormatOptions
    @Option(name: .customLong("format"), help: "json or csv.") var outputFormat = OutputFormat.json
    @Option(help: "Writes to this file, whole or not at all, instead of standard output.") var output: String?
    @Option(help: "How much of OLD may lie in memory at once (default: a quarter of the machine's).")
    var memoryMbMax: Int?
    @Flag(help: "Prints counts as JSON to standard error.") var summary = false
    @Flag(help: "Makes NEW the baseline OLD, durably and atomically.") var accept = false

    func run() async throws {
        let console = Console()
        let input = try configured.snapshot(named: new, format: format, of: source)
        let baseline = try oldBaseline()
        let rejections = RejectionLines(console: console)
        var options = DiffOptions()
        options.duplicates = input.duplicates
        options.rejectedMax = .max
        options.marksBytes = accept
        if let memoryMbMax { options.memoryBytesMax = memoryMbMax << 20 }
        let diff: SnapshotDiff
        do {
            diff = try baseline.diff(
                try SnapshotFile.open(path: input.path),
                format: input.format,
                options: options,
                rejected: rejections.write
            )
            try write(diff, namesBins: input.format.columns.bin != nil, to: console)
        } catch let error as ConsoleError {
            throw error
        } catch {
            throw Fault(reading: error, path: input.path)
        }
        if accept { try accept(diff, as: baseline) }
        if summary { writeSummary(diff.summary, console) }
    }

    /// Opens OLD as a baseline, or makes a temporary one of it.
    private func oldBaseline() throws -> ObservedBaseline {
        do {
            return try ObservedBaseline.open(path: old)
        } catch  where error.code != .baselineForeign {
            throw Fault(error)
        } catch {
            guard !accept else {
                throw Fault(
                    .usage,
                    code: "accept_needs_baseline",
                    message: "--accept changes OLD, and \(old) is a snapshot.",
                    hint: "Make a baseline of it with `tidegate baseline build \(old) --output FILE`."
                )
            }
            return try TemporaryBaseline.make(
                of: try configured.snapshot(named: old, format: format, of: source)
            )
        }
    }

    private func write(_ diff: SnapshotDiff, namesBins: Bool, to console: Console) throws {
        var lines = DeltaLines(outputFormat == .csv ? .csv : .json, namesBins: namesBins)
        guard let output else {
            return try lines.write(diff) { try console.write($0) }
        }
        let file = try AtomicFile(path: output)
        try lines.write(diff) { try file.write($0) }
        try file.commit()
    }

    private func accept(_ diff: SnapshotDiff, as baseline: ObservedBaseline) throws {
        do {
            guard !diff.summary.isIdentical else { return }
            try baseline.accept(diff, generation: baseline.generation + 1)
            // The deltas are written out, so the fold delays no one.
            if baseline.isFoldDue { try baseline.fold() }
        } catch {
            throw Fault(error)
        }
    }

    private func writeSummary(_ summary: DiffSummary, _ console: Console) {
        var line = JSONLine()
        line.open()
        line.field("rows", summary.rows)
        line.field("added", summary.counts.added)
        line.field("changed", summary.counts.changed)
        line.field("removed", summary.counts.removed)
        line.field("rejected", summary.rejected)
        line.close()
        console.noteBytes(line.bytes)
    }
}
