import ArgumentParser
import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import TidegatePipeline

/// Makes, describes and prints baseline files.
struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Makes, describes or prints a baseline file, which `diff` compares with fast.",
        subcommands: [Build.self, Describe.self, Dump.self, Rebuild.self]
    )

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a baseline of a snapshot.")

        @Argument(help: "The snapshot.") var snapshot: String
        @Option(help: "The baseline file.") var output: String
        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var source: SourceOption
        @OptionGroup var format: FormatOptions
        @Option(help: "How much of it may lie in memory at once (default: a quarter of the machine's).")
        var memoryMbMax: Int?

        func run() async throws {
            let console = Console()
            let input = try configured.snapshot(named: snapshot, format: format, of: source)
            var options = DiffOptions()
            options.duplicates = input.duplicates
            options.rejectedMax = .max
            if let memoryMbMax { options.memoryBytesMax = memoryMbMax << 20 }
            do {
                let built = try ObservedBaseline.build(
                    from: try SnapshotFile.open(path: input.path),
                    format: input.format,
                    path: output,
                    generation: 1,
                    options: options,
                    rejected: RejectionLines(console: console).write
                )
                console.note("\(output): \(built.baseline.count.grouped) positions")
            } catch {
                throw Fault(reading: error, path: input.path)
            }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Describes a baseline file, as JSON."
        )

        @Argument(help: "The baseline file.") var baseline: String
        @Flag(help: "Reads the whole file and compares every checksum.") var verify = false

        func run() async throws {
            let opened = try BaselineCommand.open(baseline)
            if verify {
                do { try opened.verify() } catch { throw Fault(error) }
            }
            let described = opened.info
            var line = JSONLine()
            line.open()
            line.field("path", baseline)
            line.field("version", described.version)
            line.field("generation", Int(described.generation))
            line.field("positions", described.positions)
            line.field("locations", described.locations)
            line.field("as_of", described.newestAsOf?.description)
            line.field("base_bytes", described.baseBytes)
            line.field("key_text_bytes", described.keyTextBytes)
            line.field("log_bytes", described.logBytes)
            line.field("log_commits", described.logCommits)
            line.close()
            try Console().write(line.bytes)
        }
    }

    struct Dump: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dump",
            abstract: "Prints every position of a baseline file, one JSON object a line."
        )

        @Argument(help: "The baseline file.") var baseline: String

        func run() async throws {
            let console = Console()
            var line = JSONLine()
            try BaselineCommand.open(baseline).view.forEach { position in
                line.append(position)
                guard line.bytes.count > 1 << 16 else { return }
                try console.write(line.bytes)
                line.removeAll()
            }
            try console.write(line.bytes)
        }
    }

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rebuilds the baseline of the state folder from the archived snapshots.",
            discussion: """
                For when its file is lost or damaged. The next run judges what has changed since, and works \
                out every SKU.
                """
        )

        @OptionGroup var configured: ConfigurationOptions

        func run() async throws {
            for outcome in try await BaselineRebuild(try configured.load()).perform() {
                let runs = outcome.runs.map(\.text).joined(separator: ", ")
                Console().note("\(outcome.source): \(outcome.positions.grouped) positions, from \(runs)")
            }
        }
    }

    private static func open(_ path: String) throws -> ObservedBaseline {
        do {
            return try ObservedBaseline.open(path: path)
        } catch {
            throw Fault(error)
        }
    }
}
