import ArgumentParser
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateService

/// Makes, describes and prints baseline files.
struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Makes, describes or prints a baseline file, which `diff` compares with fast.",
        subcommands: [Build.self, Describe.self, Dump.self]
    )

    struct Build: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a baseline of a snapshot.")

        @Argument(help: "The snapshot.") var snapshot: String
        @Option(help: "The baseline file.") var output: String
        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var format: FormatOptions

        func run() async throws {
            let console = Console()
            let input = try configured.snapshot(named: snapshot, format: format)
            var line = JSONLine()
            do {
                let built = try ObservedBaseline.inMemory(
                    of: try SnapshotFile.open(path: input.path),
                    format: input.format,
                    duplicates: input.duplicates,
                    rejected: { row in
                        line.removeAll()
                        line.append(row)
                        console.noteBytes(line.bytes)
                    }
                )
                _ = try built.accepting([], generation: 1, path: output)
                console.note("\(output): \(built.count.grouped) positions")
            } catch let error as BaselineError {
                throw Failure(error)
            } catch {
                throw Failure(reading: error, path: input.path)
            }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Describes a baseline file, as JSON."
        )

        @Argument(help: "The baseline file.") var baseline: String

        func run() async throws {
            let opened = try BaselineCommand.open(baseline)
            var line = JSONLine()
            line.open()
            line.field("path", opened.path)
            line.field("generation", Int(opened.generation))
            line.field("positions", opened.count)
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
            try BaselineCommand.open(baseline).forEach { position in
                line.append(position)
                guard line.bytes.count > 1 << 16 else { return }
                try console.write(line.bytes)
                line.removeAll()
            }
            try console.write(line.bytes)
        }
    }

    private static func open(_ path: String) throws -> ObservedBaseline {
        do {
            return try ObservedBaseline.open(path: path)
        } catch {
            throw Failure(error)
        }
    }
}
