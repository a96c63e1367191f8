import Foundation
import InventoryCore
package import Logging
package import ServiceLifecycle
import StateStore
import TidegatePipeline
package import TidegateSettings

/// Brings together what listens: the HTTP interface, the control socket, metrics, and the word to systemd.
package struct ServiceParts: Sendable {
    private let settings: ServiceSettings
    private let version: String
    private let run: RunCommand
    private let logger: Logger
    private let metrics: PrometheusFactory?
    private let onListening: @Sendable (Int) async -> Void

    /// Prepares the parts.
    ///
    /// - Parameters:
    ///   - settings: where to listen, and who is let in.
    ///   - version: of the program.
    ///   - run: carries out commands that were typed beside the service.
    ///   - logger: for everything that is told.
    ///   - metrics: what counts; without it the page has states alone.
    ///   - onListening: gets the port once it is open.
    package init(
        _ settings: ServiceSettings,
        version: String,
        run: @escaping RunCommand,
        logger: Logger,
        metrics: PrometheusFactory? = nil,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.settings = settings
        self.version = version
        self.run = run
        self.logger = logger
        self.metrics = metrics
        self.onListening = onListening
    }

    /// Makes what listens for these shops.
    ///
    /// - Throws: `Fault` where tokens, certificates or the control socket cannot be used.
    package func services(_ shops: [ServedShop], _ reload: ServiceReload) async throws -> [any Service] {
        let desk = ServiceDesk(
            shops: shops,
            probes: probes(shops, reload),
            events: Dictionary(uniqueKeysWithValues: shops.map { ($0.id, EventDesk($0).port) })
        )
        let systemd = SystemdService(shops, reload)
        let listener = ServiceListener(ServiceRoutes(desk), logger: logger)
        let tcp = try listener.tcp(settings) { [logger, settings, onListening] port in
            logger.notice(
                "serving",
                metadata: ["host": .string(settings.host), "port": .stringConvertible(port)]
            )
            await systemd.listens(port)
            await onListening(port)
        }
        let path = settings.controlSocket ?? shops[0].shop.state.folder.controlSocketPath
        let command = CommandRoute(shops, run: run).route
        let control = try listener.control(path, more: [command]) {
            for shop in shops { ServiceParts.link(path, in: shop.shop.state.folder, logger) }
        }
        return [systemd] + tcp + [control]
    }

    /// Where the command line looks for the socket, whatever its place.
    private static func link(_ path: String, in folder: StateFolder, _ logger: Logger) {
        guard folder.controlSocketPath != path else { return }
        do {
            let files = FileManager.default
            if (try? files.destinationOfSymbolicLink(atPath: folder.controlSocketPath)) != nil {
                try files.removeItem(atPath: folder.controlSocketPath)
            }
            try files.createSymbolicLink(
                atPath: folder.controlSocketPath,
                withDestinationPath: URL(filePath: path).path
            )
        } catch {
            logger.warning("the command line will not find the service: \(error.localizedDescription)")
        }
    }

    private func probes(_ shops: [ServedShop], _ reload: ServiceReload) -> ServiceProbes {
        var probes = ServiceProbes()
        let ages: @Sendable () -> [ShopID: Double] = {
            Dictionary(
                uniqueKeysWithValues: shops.map { ($0.id, $0.heartbeat.duration(to: .now) / .seconds(1)) }
            )
        }
        probes.illnesses = { Health(heartbeatAgeSeconds: ages()).live.problems }
        probes.obstacles = {
            var faults: [ShopID: String] = [:]
            for shop in shops { faults[shop.id] = await shop.stateFault() }
            let health = Health(
                heartbeatAgeSeconds: ages(),
                stateFaults: faults,
                configurationFault: await reload.failure?.sentence
            )
            return health.ready.problems
        }
        let page = MetricsPage(
            metrics ?? PrometheusFactory(),
            shops.map(\.collector) + [.process(version: version)]
        )
        probes.metrics = { await page.text() }
        return probes
    }
}
