import ArgumentParser
import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateService

/// The pure diff of two snapshots, or of a baseline file and a snapshot.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Prints how NEW differs from OLD, one JSON object a line; no state is used.",
        discussion: """
            OLD is a snapshot, or a baseline made by `tidegate baseline build`. The lines come in the order of NEW, \
            removals last. Rejected rows go to standard error; a position whose rows were all rejected is removed.
            """
    )

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case json
        case csv
    }

    @Argument(help: "The snapshot or baseline to compare with.") var old: String
    @Argument(help: "The new snapshot.") var new: String
    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Option(name: .customLong("format"), help: "json or csv.") var outputFormat = OutputFormat.json
    @Option(help: "Writes to this file, whole or not at all, instead of standard output.") var output: String?
    @Flag(help: "Prints counts as JSON to standard error.") var summary = false
    @Flag(help: "Makes NEW the baseline OLD, durably and atomically.") var accept = false

    func run() async throws {
        let console = Console()
        let input = try configured.snapshot(named: new, format: format)
        let baseline = try oldBaseline(console)
        var rejections = JSONLine()
        let difference: SnapshotDifference
        do {
            difference = try baseline.difference(
                from: try SnapshotFile.open(path: input.path),
                format: input.format,
                duplicates: input.duplicates,
                rejected: { row in
                    rejections.removeAll()
                    rejections.append(row)
                    console.noteBytes(rejections.bytes)
                }
            )
        } catch {
            throw Failure(reading: error, path: input.path)
        }
        try write(difference.deltas, to: console)
        if accept {
            do {
                _ = try baseline.accepting(difference.deltas, generation: baseline.generation + 1, path: old)
            } catch {
                throw Failure(error)
            }
        }
        if summary { try writeSummary(difference, console) }
    }

    private func oldBaseline(_ console: Console) throws -> ObservedBaseline {
        do {
            if try BaselineFile.isBaseline(path: old) { return try ObservedBaseline.open(path: old) }
        } catch {
            throw Failure(error)
        }
        guard !accept else {
            throw Failure(
                status: .usage,
                code: "accept_needs_baseline",
                message: "--accept changes OLD, and \(old) is a snapshot.",
                hint: "Make a baseline of it with `tidegate baseline build \(old) --output FILE`."
            )
        }
        let input = try configured.snapshot(named: old, format: format)
        do {
            return try ObservedBaseline.inMemory(
                of: try SnapshotFile.open(path: input.path),
                format: input.format,
                duplicates: input.duplicates,
                rejected: { _ in }
            )
        } catch {
            throw Failure(reading: error, path: input.path)
        }
    }

    private func write(_ deltas: [Delta], to console: Console) throws {
        let file = try output.map { try AtomicFile(path: $0) }
        var json = JSONLine()
        var csv = CSVLine()
        func flush() throws {
            let bytes = json.bytes + csv.bytes
            if let file { try file.write(bytes) } else { try console.write(bytes) }
            json.removeAll()
            csv.removeAll()
        }
        if outputFormat == .csv { csv.append(CSVLine.deltaHeader) }
        for delta in deltas {
            switch outputFormat {
            case .json: json.append(delta)
            case .csv: csv.append(delta)
            }
            if json.bytes.count + csv.bytes.count > 1 << 18 { try flush() }
        }
        try flush()
        try file?.commit()
    }

    private func writeSummary(_ difference: SnapshotDifference, _ console: Console) throws {
        var counts = DeltaCounts()
        for delta in difference.deltas { counts.count(delta) }
        var line = JSONLine()
        line.open()
        line.field("rows", difference.statistics.rows)
        line.field("added", counts.added)
        line.field("changed", counts.changed)
        line.field("removed", counts.removed)
        line.field("rejected", difference.statistics.rejected)
        line.close()
        console.noteBytes(line.bytes)
    }
}
