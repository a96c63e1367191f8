import AsyncHTTPClient
import Foundation
import HTTPTypes
import InventoryCore
import Logging
import NIOCore
import NIOHTTP1
import OroClient
import OroSimulator
import ServiceLifecycle
import StateStore
import Synchronization

@testable import HTTPTransport
@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

/// The HTTP interface over a shop in this process, by TCP and by its control socket.
struct HTTPStage: Sendable {
    let folder: String
    let shop: StandInShop
    let port: Int
    let socket: String
    let listener: ServiceListener
    let simulator: RunningSimulator

    /// Runs with a shop whose sources are these; `FOLDER` stands for the stage's folder.
    static func run(
        sources: String = "source: { kind: file, path: FOLDER/stock.csv }",
        limits: ConnectionLimits = ConnectionLimits(),
        tokens: [AccessToken]? = nil,
        tls: ServiceSettings.TLSFiles? = nil,
        probes: ServiceProbes = ServiceProbes(),
        events: EventPort? = nil,
        more: String = "",
        logger: Logger = quiet,
        _ body: @escaping @Sendable (HTTPStage) async throws -> Void
    ) async throws {
        // A socket's path is short.
        let folder = "\(NSTemporaryDirectory())/h-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let catalogue = Catalogue(products: (1...5).map { ("AB-\($0)", [(code: "item", precision: 0)]) })
        let options = SimulatorOptions(catalogue: catalogue)
        try await OroSimulator.withRunning(options) { simulator in
            let text = """
                \(sources)
                units: [{ erp: EA, per_base: 1, oro: item }]
                sites: { main: { locations: ["*"] } }
                oro: { url: "\(simulator.url)", push: { patience: 5s } }
                store: { path: FOLDER/state }
                \(more)

                """.replacing("FOLDER", with: folder)
            let settings = try SettingsDecoder(file: "t.yaml", lists: SKUList.read).settings(text)
            let client = OroOptions(
                url: simulator.url,
                clientID: options.clientID,
                clientSecret: Secret(options.clientSecret)
            )
            try await OroClient.withRunning(options: client, logger: quiet) { oro in
                let shop = try await Shop.open(settings, command: "test")
                let served = StandInShop(shop: shop, oro: oro)
                var service = ServiceSettings()
                service.port = 0
                service.tls = tls
                if let tokens {
                    service.tokensFile = "\(folder)/tokens.yaml"
                    try TokensFile(tokens).save(path: "\(folder)/tokens.yaml")
                }
                let desk = ServiceDesk(
                    shops: [served],
                    probes: probes,
                    events: events.map { [served.id: $0] } ?? [:]
                )
                let listener = ServiceListener(ServiceRoutes(desk), limits: limits, logger: logger)
                try await listen(listener, service, folder) { port, socket in
                    try await body(
                        HTTPStage(
                            folder: folder,
                            shop: served,
                            port: port,
                            socket: socket,
                            listener: listener,
                            simulator: simulator
                        )
                    )
                }
                try shop.close()
            }
        }
    }

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Listens a second time, remembering no more of the first than a process that has just begun.
    func again(_ body: @escaping @Sendable (HTTPStage) async throws -> Void) async throws {
        let listener = ServiceListener(ServiceRoutes(ServiceDesk(shops: [shop])), logger: HTTPStage.quiet)
        var service = ServiceSettings()
        service.port = 0
        try await HTTPStage.listen(listener, service, folder, socket: "d.sock") { port, socket in
            try await body(
                HTTPStage(
                    folder: folder,
                    shop: shop,
                    port: port,
                    socket: socket,
                    listener: listener,
                    simulator: simulator
                )
            )
        }
    }

    private static func listen(
        _ listener: ServiceListener,
        _ settings: ServiceSettings,
        _ folder: String,
        socket name: String = "c.sock",
        _ body: @escaping @Sendable (Int, String) async throws -> Void
    ) async throws {
        let (ports, opened) = AsyncStream<Int>.makeStream()
        let socket = "\(folder)/\(name)"
        let services = try listener.tcp(settings) { opened.yield($0) }
        let control = try listener.control(socket) { opened.yield(0) }
        let group = ServiceGroup(configuration: .init(services: services + [control], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let first = await iterator.next() ?? 0
            let second = await iterator.next() ?? 0
            do {
                try await body(max(first, second), socket)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    // MARK: requests

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The member of the answer's object.
        subscript(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            return object?[name].map { "\($0)" }
        }

        var items: [[String: Any]] {
            let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            return object?["items"] as? [[String: Any]] ?? []
        }
    }

    /// Sends one request, by TCP or by the control socket.
    func send(
        _ method: String,
        _ path: String,
        body: [UInt8]? = nil,
        headers: [String: String] = [:],
        byControl: Bool = false
    ) async throws -> Reply {
        let base =
            byControl
            ? "http+unix://" + (socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
            : "http://127.0.0.1:\(port)"
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.body = .bytes(body)
            if headers["Content-Type"] == nil {
                request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            }
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Reply(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { $1 },
            body: Array(buffer: bytes)
        )
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
        try await send("GET", path, headers: headers)
    }

    func post(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> Reply {
        try await send("POST", path, body: Array(json.utf8), headers: headers)
    }

    /// Makes the ERP say this, and runs.
    func sync(_ stock: [String: Int]) async throws {
        let rows = stock.sorted { $0.key < $1.key }.map { "\($0.key),WH-1,EA,\($0.value)" }
        let text = (["sku,location,unit,on_hand"] + rows).joined(separator: "\n") + "\n"
        try text.write(toFile: "\(folder)/stock.csv", atomically: true, encoding: .utf8)
        _ = try await SyncRun(shop: shop.shop, oro: shop.oro).perform()
    }
}

/// A shop that does at once what it is asked for, and remembers it.
final class StandInShop: ShopService {
    let shop: Shop
    let oro: OroClient
    private let said = Mutex<[String]>([])

    init(shop: Shop, oro: OroClient) {
        self.shop = shop
        self.oro = oro
    }

    var id: ShopID { shop.settings.shop }
    var heartbeat: ContinuousClock.Instant { .now }
    var calls: [String] { said.withLock { $0 } }

    private func note(_ text: String) { said.withLock { $0.append(text) } }

    func perform<Result: Sendable>(
        _ name: String,
        _ body: (Shop, OroClient) async throws -> Result
    ) async throws -> Result {
        note(name)
        return try await body(shop, oro)
    }

    func startRun(of source: SourceID) throws(Fault) -> RunID {
        note("run \(source)")
        return "20261130T120000Z-0001"
    }

    func delivered(_ source: SourceID) { note("delivered \(source)") }
    func eventsReceived(_ source: SourceID) { note("events \(source)") }
    func lookAtOrders() { note("orders") }
    func pause(_ source: SourceID, reason: String, who: String) { note("pause \(source): \(reason), \(who)") }
    func resume(_ source: SourceID) { note("resume \(source)") }
    func pausePush(reason: String, who: String) { note("pause push: \(reason), \(who)") }
    func resumePush() { note("resume push") }
    func pushPause() -> ScheduleMemory.Pause? { nil }
    var backlogPoints: [BacklogPoint] { [] }
    func stepSeconds(of run: RunID) -> [RunStep: Double] { [.read: 0.25, .push: 1.5] }
    func servedSources() -> [ServedSource] { shop.settings.sources.map { ServedSource($0.id) } }
}
