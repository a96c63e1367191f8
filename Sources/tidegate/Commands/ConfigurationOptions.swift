import ArgumentParser
import Foundation
import InventoryCore
import Logging
import OroClient
import SnapshotFormats
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// Which configuration a command works by.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (default: \(Settings.defaultPath)).")
    var path: String?

    /// Reads the configuration.
    ///
    /// - Throws: `Fault`, exit status 78, with every problem in it.
    func load() throws -> Settings {
        // A service goes by its own, whatever lies in the file meanwhile.
        if let inside = CommandHost.inside { return inside.served.shop.settings }
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
    func snapshot(
        named file: String?,
        format options: FormatOptions,
        of source: SourceOption
    ) throws -> SnapshotOnCommandLine {
        if let file, path == nil {
            return SnapshotOnCommandLine(
                path: file,
                format: try options.applied(to: SnapshotFormat(), path: file),
                duplicates: try options.duplicateRule(otherwise: .sum)
            )
        }
        let source = try source.one(in: try load())
        return SnapshotOnCommandLine(
            path: try file ?? SnapshotIntake.path(of: source),
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
    func withShop<Result>(
        logger: Logger,
        _ body: (OroClient) async throws -> Result
    ) async throws -> Result {
        var logger = logger
        logger[metadataKey: "shop"] = .string(shop.text)
        do {
            let access = try oro.access(environment: ProcessInfo.processInfo.environment)
            return try await OroClient.withRunning(options: access.options, logger: logger) { oro in
                try await body(oro)
            }
        } catch let error as ConsoleError {
            // A reader that has gone is no fault of the shop's.
            throw error
        } catch let ending as CommandEnding {
            throw ending
        } catch {
            throw Fault(error)
        }
    }
}

extension Settings {
    /// Runs the body with the configured shop and the opened state folder, and closes it after a good end.
    ///
    /// With `json` a failure is told on standard output, too, with what was accepted before it: nothing
    /// printed would look like success to a machine. Inside a service the body has its turn at the served
    /// shop; `follow` then waits for the session that pushes what it accepted. `about` finds the run that the
    /// command is about where it makes none of its own.
    ///
    /// - Throws: `Fault`, as `withShop` and `Shop.open`.
    func withOpenShop<Result: Sendable>(
        command: String,
        logger: Logger,
        json: Bool = false,
        about: CommandStart.Subject? = nil,
        follow: ((Shop, Result, SentByNow) async throws -> Result)? = nil,
        _ body: (Shop, OroClient) async throws -> Result
    ) async throws -> Result {
        var start: CommandStart?
        func perform(_ shop: Shop, _ oro: OroClient) async throws -> Result {
            if json { start = try await CommandStart(shop, oro) }
            return try await body(shop, oro)
        }
        do {
            if let served = CommandHost.inside?.served {
                let sent = served.sentByNow
                let shop = served.shop
                let result = try await served.perform(command, perform)
                return try await follow?(shop, result, sent) ?? result
            }
            return try await withShop(logger: logger) { oro in
                let shop = try await Shop.open(self, command: command)
                let result = try await perform(shop, oro)
                try shop.close()
                return result
            }
        } catch {
            if json { try await Settings.tell(Fault(error), start, about) }
            throw error
        }
    }

    private static func tell(
        _ fault: Fault,
        _ start: CommandStart?,
        _ about: CommandStart.Subject?
    ) async throws {
        var failure = CommandFailure(fault: fault)
        if let start {
            // Also of a command that was asked to stop, whose task reads nothing any more.
            let told = await Task(operation: { try await start.failure(fault, about: about) }).result
            // Where the state cannot be read, the fault itself is what has to be heard.
            if case .success(let known) = told { failure = known }
        }
        try SummaryReport(console: Console()).write(failure)
    }
}

extension Settings {
    /// Runs the body with the opened state folder, without the shop.
    ///
    /// - Throws: `Fault`, as `Shop.open`.
    func withOpenState<Result: Sendable>(
        command: String,
        _ body: (Shop) async throws -> Result
    ) async throws -> Result {
        if let served = CommandHost.inside?.served {
            return try await served.perform(command) { shop, _ in try await body(shop) }
        }
        let shop = try await Shop.open(self, command: command)
        let result = try await body(shop)
        try shop.close()
        return result
    }
}
