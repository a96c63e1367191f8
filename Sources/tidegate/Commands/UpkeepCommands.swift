import ArgumentParser
import TidegatePipeline

/// Copies the state while the shop runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the state folder, as of one moment, while a run may go on."
    )

    @Argument(help: "The new folder; named by `store.path` in a configuration, it is used like the first.")
    var folder: String
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        let files = try await Backup(try configured.load()).perform(into: folder)
        try Console().line("\(folder): \(files.grouped) files")
    }
}

/// Says what is damaged, and mends it.
struct RecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Looks for damage in the state folder; with --mend, mends what archive and shop can give."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Mends what can be mended; nothing is changed without it.") var mend = false

    func run() async throws {
        let console = Console()
        let findings = try await Recovery(try configured.load()).perform(mends: mend)
        for finding in findings {
            guard let damage = finding.damage else {
                try console.line("\(finding.part): in order")
                continue
            }
            try console.yellow("\(finding.part): \(damage)")
            if let remedy = finding.remedy { try console.line("  \(remedy)") }
        }
        try CommandEnding.unlessDone(findings.contains { !$0.isMended } ? .badInput : .done)
    }
}
