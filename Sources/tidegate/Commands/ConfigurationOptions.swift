import ArgumentParser
import Foundation
import SnapshotFormats
import TidegateService

/// Which configuration a command works by.
struct ConfigurationOptions: ParsableArguments {
    static let defaultPath = "config/tidegate.yaml"

    @Option(name: .customLong("config"), help: "The configuration file (default: \(defaultPath)).")
    var path: String?

    /// Reads the configuration.
    ///
    /// - Throws: `Failure`, exit status 78, with every problem in it.
    func load() throws -> Settings {
        try Settings.loaded(path: path ?? Self.defaultPath)
    }

    /// Finds out which snapshot a command reads, and how it is written.
    ///
    /// A file on the command line is read by the default format unless a configuration was named; without a file
    /// the configured source is read.
    func snapshot(named file: String?, format options: FormatOptions) throws -> (path: String, format: SnapshotFormat) {
        guard path != nil || file == nil else {
            return (file ?? "", try options.applied(to: SnapshotFormat(), path: file))
        }
        let settings = try load()
        let format = try options.applied(to: settings.source.format, path: nil)
        return (try file ?? SnapshotIntake.path(of: settings.source), format)
    }
}
