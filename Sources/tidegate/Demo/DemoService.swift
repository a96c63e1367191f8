import AsyncHTTPClient
import Foundation
import InventoryCore
import Logging
import Metrics
import NIOCore
import NIOHTTP1
import OroSimulator
import ServiceLifecycle
import TidegatePipeline
import TidegateService
import TidegateSettings

/// The demo that stays alive: simulated shop, service, a snapshot every minute, a stock event every second.
struct DemoService {
    let place: DemoFolder
    let folder: String
    let port: Int
    let logger: Logger

    /// Seconds between two snapshots of the simulated ERP.
    private static let snapshotSeconds = 60.0

    /// Serves until it is asked to end.
    ///
    /// - Throws: `Fault`.
    func perform(_ shop: SimulatorOptions, _ catalogue: SampleCatalogue) async throws {
        try await OroSimulator.withRunning(shop) { simulator in
            let settings = try place.settings(
                shop: simulator.url,
                source: "schedule: { every: 15s }\n  events: { answers: strict }",
                service: "service: { bind: \"127.0.0.1:\(port)\", drain: 5s }"
            )
            try place.write(catalogue.snapshot(asOf: Timestamp.now.description))
            let erp = SimulatedERP(catalogue, place, simulator, logger, snapshotSeconds: Self.snapshotSeconds)
            let listening: @Sendable (Int) async -> Void = { port in
                await erp.begin(port: port)
                tell(port, simulator.url)
            }
            let metrics = PrometheusFactory()
            MetricsSystem.bootstrap(metrics)
            let parts = ServiceParts(
                settings.service,
                version: Tidegate.version,
                run: CommandHost.run,
                logger: logger,
                metrics: metrics,
                onListening: listening
            )
            let serve = try ServeRun(
                [settings],
                service: settings.service,
                environment: ProcessInfo.processInfo.environment,
                logger: logger
            ) { shops, reload in
                try await parts.services(shops, reload) + [erp]
            }
            try await serve.perform()
        }
    }

    private func tell(_ port: Int, _ shop: String) {
        let url = "http://127.0.0.1:\(port)/v1/shops/main"
        let event = #"{"sku":"PUMP-10002","location":"WH-LEEDS","unit":"EA","on_hand":"0","committed":"0","#
        Console().note(
            """
            Tidegate serves on http://127.0.0.1:\(port)/ - open it in a browser; Ctrl-C ends it.

              shop      \(shop) (simulated, inside this process); its writes: \(shop)/_simulator/ledger
              folder    \(folder)
              ERP       a stock event every second, a snapshot every minute

            Three things to try in another terminal:

              curl -s \(url)
              curl -s -X POST \(url)/sources/main/events -H 'Content-Type: application/json' \\
                -d '\(event)"as_of":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'
              \(CommandLine.arguments.first ?? "tidegate") explain PUMP-10002 --config \(folder)/tidegate.yaml

            """
        )
    }
}

/// An ERP that sells and receives: it tells of one position a second, and now and then of all.
actor SimulatedERP: Service {
    private var stock: SampleCatalogue
    private let place: DemoFolder
    private let simulator: RunningSimulator
    private let logger: Logger
    private let snapshotSeconds: Double
    private var port: Int?

    init(
        _ stock: SampleCatalogue,
        _ place: DemoFolder,
        _ simulator: RunningSimulator,
        _ logger: Logger,
        snapshotSeconds: Double
    ) {
        self.stock = stock
        self.place = place
        self.simulator = simulator
        self.logger = logger
        self.snapshotSeconds = snapshotSeconds
    }

    /// The service listens there now.
    func begin(port: Int) {
        self.port = port
    }

    func run() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        await cancelWhenGracefulShutdown {
            do {
                try await self.live(client)
            } catch {
                // It was asked to end.
                return
            }
        }
        try await client.shutdown()
    }

    private func live(_ client: HTTPClient) async throws {
        var written = ContinuousClock.now
        while true {
            try await Task.sleep(for: .seconds(1))
            guard let port, simulator.ledgerCount > 0 else { continue }
            let moved = stock.moveOne()
            do {
                try await send(moved, to: port, by: client)
                if written.duration(to: .now) > .seconds(snapshotSeconds) {
                    try place.write(stock.snapshot(asOf: Timestamp.now.description))
                    written = .now
                }
            } catch {
                try Task.checkCancellation()
                logger.warning("the demo's ERP: \(Fault(error).sentence)")
            }
        }
    }

    private func send(
        _ moved: (sku: SKU, location: Location, onHand: Int, committed: Int),
        to port: Int,
        by client: HTTPClient
    ) async throws {
        var line = JSONLine()
        line.open()
        line.field("sku", moved.sku.text)
        line.field("location", moved.location.text)
        line.field("unit", "EA")
        line.field("on_hand", "\(moved.onHand)")
        line.field("committed", "\(moved.committed)")
        line.field("as_of", Timestamp.now.description)
        line.close()
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/shops/main/sources/main/events")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: line.bytes))
        let response = try await client.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 16)
        if response.status != .accepted {
            logger.warning("an event was answered \(response.status.code): \(String(buffer: body))")
        }
    }
}
