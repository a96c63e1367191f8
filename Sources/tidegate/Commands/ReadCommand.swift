import ArgumentParser
import InventoryCore
import SnapshotFormats
import SnapshotSources
import TidegatePipeline

/// Prints a snapshot's rows as Tidegate understands them.
struct ReadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract:
            "Prints the rows of a snapshot as Tidegate understands them; rejected rows go to standard error.",
        discussion: "Nothing is remembered. Without SNAPSHOT, the configured source is read."
    )

    @Argument(help: "The snapshot; .zst and .gz are recognised by content.")
    var snapshot: String?

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var source: SourceOption
    @OptionGroup var format: FormatOptions

    func run() async throws {
        let console = Console()
        let input = try configured.snapshot(named: snapshot, format: format, of: source)
        var line = JSONLine()
        var rejections = JSONLine()
        do {
            var reader = SnapshotReader(format: input.format)
            let bytes = try SnapshotFile.open(path: input.path)
            try reader.readAll(
                from: bytes,
                rows: { row in
                    line.append(row)
                    guard line.bytes.count > 1 << 16 else { return }
                    try console.write(line.bytes)
                    line.removeAll()
                },
                rejected: { row in
                    rejections.removeAll()
                    rejections.append(row)
                    console.noteBytes(rejections.bytes)
                }
            )
        } catch let error as ConsoleError {
            throw error
        } catch {
            try console.write(line.bytes)
            throw Fault(reading: error, path: input.path)
        }
        try console.write(line.bytes)
    }
}
