import Foundation
package import InventoryCore
package import Logging
import OroClient
package import ServiceLifecycle
import StateStore
import TidegatePipeline
package import TidegateSettings
import UnixSignals

/// Serves shops until the process is asked to end: runs by schedule and on demand, the push beside them.
package struct ServeRun {
    private let settings: [Settings]
    private let service: ServiceSettings
    private let environment: [String: String]
    private let logger: Logger
    private let listeners: Listeners

    /// Seconds of `drain` that are left for giving work up.
    private static let givingUpSecondsMax = 5.0

    /// What else belongs to the service, such as what listens; made once the shops are open.
    package typealias Listeners = @Sendable ([ServedShop], ServiceReload) async throws -> [any Service]

    /// Prepares to serve these shops.
    ///
    /// - Parameters:
    ///   - settings: one of each shop.
    ///   - service: where to listen, and how long the end may take.
    ///   - environment: the process's variables, for credentials.
    ///   - logger: for everything that is told.
    ///   - listeners: makes what listens.
    /// - Throws: `Fault` where two shops have a name or a state folder in common.
    package init(
        _ settings: [Settings],
        service: ServiceSettings,
        environment: [String: String],
        logger: Logger,
        listeners: @escaping Listeners
    ) throws(Fault) {
        for (index, one) in settings.enumerated() {
            for other in settings[..<index] where one.shop == other.shop || one.store.path == other.store.path
            {
                throw Fault(
                    .badConfiguration,
                    code: "same_shop_twice",
                    place: one.file,
                    message: "\(one.file) and \(other.file) have the name or the state folder in common.",
                    hint: "Give each shop a name of its own (shop:) and a folder of its own (store.path)."
                )
            }
        }
        self.settings = settings
        self.service = service
        self.environment = environment
        self.logger = logger
        self.listeners = listeners
    }

    /// Serves; ends once everything in flight is settled or given back.
    ///
    /// - Throws: `Fault` where a shop cannot be opened, or what listens cannot.
    package func perform() async throws {
        MemoryLoop.prepareProcess()
        do {
            try await open(settings[...], [])
        } catch {
            throw Fault(error)
        }
    }

    private func open(_ rest: ArraySlice<Settings>, _ served: [ServedShop]) async throws {
        guard let settings = rest.first else { return try await serve(served) }
        var logger = logger
        logger[metadataKey: "shop"] = .string(settings.shop.text)
        let access = try settings.oro.access(environment: environment)
        for warning in access.warnings { logger.warning("\(warning)") }
        try await OroClient.withRunning(options: access.options, logger: logger) { oro in
            let shop = try await Shop.open(settings, command: "tidegate serve")
            do {
                let taken = try await shop.state.inboxMarks()
                let inbox = try EventInbox.open(shop.state.folder, taken: taken)
                let one = try await ServedShop(
                    shop,
                    inbox: inbox,
                    oro: oro,
                    events: ShopCounters(of: settings.shop).counting(logger.runEvents(of: settings.shop))
                )
                try await open(rest.dropFirst(), served + [one])
                try inbox.close()
            } catch {
                do {
                    try shop.close()
                } catch let second {
                    logger.error("\(Fault(second).sentence)")
                }
                throw error
            }
            try shop.close()
        }
    }

    private func serve(_ shops: [ServedShop]) async throws {
        let reload = ServiceReload(shops, logger: logger)
        var services: [any Service] = []
        // What is still under way then is given up, which takes a while itself.
        let rest = min(ServeRun.givingUpSecondsMax, service.drainSeconds / 4)
        let endSeconds = service.drainSeconds - rest
        for shop in shops {
            shop.reload(by: reload)
            services.append(
                PushService(served: shop, control: shop.push, logger: logger, endSeconds: endSeconds)
            )
            for source in shop.shop.sources {
                if source.settings.kind == .upload {
                    try UploadFolder.prepare(source.settings.path)
                    UploadFolder.sweep(source.settings.path)
                }
                services.append(EventLoop(served: shop, source: source.id, logger: logger))
                services.append(SourceLoop(served: shop, source: source.id, logger: logger))
                if source.settings.watches, source.settings.isFolder {
                    services.append(
                        WatchLoop(served: shop, source: source.id, folder: source.settings.path)
                    )
                }
            }
            services.append(OrderLoop(served: shop, logger: logger))
            services.append(HistoryLoop(served: shop, logger: logger))
            services.append(AlertLoop(served: shop, logger: logger))
            services.append(Heartbeat(served: shop))
            services.append(BacklogLoop(served: shop, logger: logger))
        }
        services.append(MemoryLoop(shops: shops))
        services.append(ReloadService(reload: reload))
        services += try await listeners(shops, reload)
        var configuration = ServiceGroupConfiguration(
            services: services.map { service in
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: service,
                    successTerminationBehavior: .ignore,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(endSeconds)
        configuration.maximumCancellationDuration = .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
    }
}

/// Turns once a second, so that whoever looks sees that the shop's works get their turns.
struct Heartbeat: Service {
    let served: ServedShop

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                _ = await served.turns.current
                served.turn()
                await Task.pause(seconds: 1)
            }
        }
    }
}
