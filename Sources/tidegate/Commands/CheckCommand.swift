import ArgumentParser
import Foundation
import InventoryCore
import OroClient
import SnapshotFormats
import SnapshotSources
import TidegateService

/// Says what is wrong before anything is tried.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates the configuration, reads the beginning of the source, asks the shop, "
            + "and says what to mend."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Leaves the shop alone.") var offline = false

    func run() async throws {
        let console = Console()
        let settings = try configured.load()
        try console.line("configuration  \(settings.file): in order")
        for warning in settings.warnings { try console.line("  warning  \(warning)") }
        try checkSource(settings, console)
        guard !offline else { return }
        try await settings.withShop { shop in
            let trouble = await shop.probe()
            let report = await shop.examine()
            try console.line("shop           \(settings.oro.url)")
            for finding in report.findings {
                try console.line("  \(finding.severity.rawValue)  \(finding.message)")
                if finding.severity == .problem || finding.severity == .warning {
                    try console.line("    to mend it: \(finding.hint)")
                }
            }
            if let trouble { throw Failure(trouble) }
            try await settings.remember(report)
            guard report.isUsable else { throw CommandEnding(status: .badConfiguration) }
        }
    }

    /// Reads the first rows, so that a wrong delimiter or column shows here and not at night.
    private func checkSource(_ settings: Settings, _ console: Console) throws {
        let intake = try SnapshotIntake(settings.source)
        var reader = RowReader(format: settings.source.format)
        do {
            let source = try SnapshotFile.open(path: intake.path)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
            defer { buffer.deallocate() }
            let length = try source.read(into: buffer)
            try reader.read(
                UnsafeRawBufferPointer(rebasing: buffer[..<length]),
                rows: { _ in },
                rejected: { _ in }
            )
            if length < buffer.count { try reader.finish(rows: { _ in }, rejected: { _ in }) }
        } catch {
            throw Failure(reading: error, path: intake.path)
        }
        try console.line(
            "source         \(intake.path): \(reader.rowCount.grouped) of the first rows read, "
                + "\(reader.rejectedCount.grouped) rejected, scope \(intake.scope.rawValue)"
        )
    }
}
