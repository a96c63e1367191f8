import ArgumentParser
import Foundation
import InventoryCore
import Logging
import TidegatePipeline
import TidegateService
import TidegateSettings

/// What a command logs, and how.
struct LoggingOptions: ParsableArguments {
    @Option(
        name: .customLong("log-format"),
        help: "How log lines are written to standard error: text or json."
    )
    var format = LogFormat.text

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical (default: $TIDEGATE_LOG, else warning).",
            valueName: "level"
        )
    )
    var level: LogLevel?

    /// Logs on standard error.
    var logger: Logger {
        let level = (level ?? .fromEnvironment).level
        guard CommandHost.inside != nil else { return .tidegate(format, level: level) }
        var logger = Logger(label: "tidegate") { [format] _ in
            LogLines(format, write: Console().noteBytes)
        }
        logger.logLevel = level
        return logger
    }
}

extension LogFormat: ExpressibleByArgument {}

/// A level of swift-log, as it is typed.
struct LogLevel: ExpressibleByArgument {
    let level: Logger.Level

    init(_ level: Logger.Level) {
        self.level = level
    }

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument.lowercased()) else { return nil }
        self.level = level
    }

    static var allValueStrings: [String] { Logger.Level.allCases.map(\.rawValue) }

    /// What `TIDEGATE_LOG` says, else warnings and worse.
    static var fromEnvironment: LogLevel {
        ProcessInfo.processInfo.environment["TIDEGATE_LOG"].flatMap(LogLevel.init(argument:))
            ?? LogLevel(.warning)
    }
}
