import ArgumentParser
import Foundation
import InventoryCore
import Logging
import Metrics
import TidegatePipeline
import TidegateService
import TidegateSettings

/// The service: runs by schedule, on events and on demand, the push beside them.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves shops until it is stopped: runs by schedule and on demand, with the push beside.",
        discussion: """
            While it runs, the other commands are carried out by it and print what they always print. \
            SIGTERM ends it once what is in flight is settled; SIGHUP, or `tidegate reload`, reads the \
            configuration anew.
            """
    )

    @Option(
        name: .customLong("config"),
        help: "A shop's configuration; more than once for several shops (default: \(Settings.defaultPath))."
    )
    var paths: [String] = []
    @Option(
        name: .customLong("service"),
        help: "A file with nothing but the section `service`, in place of those of the configurations."
    )
    var service: String?
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        // What a service makes is nobody else's business.
        umask(0o077)
        let (settings, service) = try load()
        let logger = logging.logger
        let metrics = PrometheusFactory()
        MetricsSystem.bootstrap(metrics)
        let parts = ServiceParts(
            service,
            version: Tidegate.version,
            run: CommandHost.run,
            logger: logger,
            metrics: metrics
        )
        let serve = try ServeRun(
            settings,
            service: service,
            environment: ProcessInfo.processInfo.environment,
            logger: logger
        ) { shops, reload in
            try await parts.services(shops, reload)
        }
        try await serve.perform()
    }

    private func load() throws -> ([Settings], ServiceSettings) {
        do {
            let settings = try (paths.isEmpty ? [Settings.defaultPath] : paths).map { path in
                try Settings.load(path: path)
            }
            return (settings, try Settings.service(of: settings, in: service))
        } catch {
            throw Fault(error)
        }
    }
}
