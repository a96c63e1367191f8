import ArgumentParser
import Foundation
import InventoryCore
import Logging
import OroClient
import SnapshotFormats
import TidegatePipeline
import TidegateSettings

/// Which configuration a command works by.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (default: \(Settings.defaultPath)).")
    var path: String?

    /// Reads the configuration.
    ///
    /// - Throws: `Fault`, exit status 78, with every problem in it.
    func load() throws -> Settings {
        do {
            return try Settings.load(path: path ?? Settings.defaultPath)
        } catch {
            throw Fault(error)
        }
    }

    /// Finds out which snapshot a command reads, and how it is written.
    ///
    /// A file on the command line is read by the default format unless a
    /// configuration was named; without a file the configured source is read.
    func snapshot(named file: String?, format options: FormatOptions) throws -> SnapshotOnCommandLine {
        if let file, path == nil {
            return SnapshotOnCommandLine(
                path: file,
                format: try options.applied(to: SnapshotFormat(), path: file),
                duplicates: try options.duplicateRule(otherwise: .sum)
            )
        }
        let source = try load().source
        return SnapshotOnCommandLine(
            path: try file ?? SnapshotIntake(source).path,
            format: try options.applied(to: source.format, path: nil),
            duplicates: try options.duplicateRule(otherwise: source.duplicates)
        )
    }
}

/// A snapshot that a command reads, and how it is written.
struct SnapshotOnCommandLine {
    let path: String
    let format: SnapshotFormat
    let duplicates: DuplicateRule
}

extension Settings {
    /// Runs the body with a client of the configured shop.
    ///
    /// - Throws: `Fault`, exit status 77 where the credentials cannot be had.
    func withShop<Result>(_ body: (OroClient) async throws -> Result) async throws -> Result {
        do {
            let access = try oro.access(environment: ProcessInfo.processInfo.environment)
            return try await OroClient.withRunning(options: access.options, logger: .tidegate) { shop in
                try await body(shop)
            }
        } catch {
            throw Fault(error)
        }
    }
}

extension Settings {
    /// Runs the body with the configured shop and the opened state folder, and closes it after a good end.
    ///
    /// - Throws: `Fault`, as `withShop` and `Workspace.open`.
    func withWorkspace<Result>(
        command: String,
        _ body: (Workspace, OroClient) async throws -> Result
    ) async throws -> Result {
        try await withShop { shop in
            let workspace = try await Workspace.open(self, command: command)
            let result = try await body(workspace, shop)
            try workspace.close()
            return result
        }
    }
}

extension Logger {
    /// Warnings and worse, on standard error; `TIDEGATE_LOG` sets another level.
    static var tidegate: Logger {
        var logger = Logger(label: "tidegate") { StreamLogHandler.standardError(label: $0) }
        let level = ProcessInfo.processInfo.environment["TIDEGATE_LOG"].flatMap(Logger.Level.init(rawValue:))
        logger.logLevel = level ?? .warning
        return logger
    }
}
