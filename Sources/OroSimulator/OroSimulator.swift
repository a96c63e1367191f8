import AsyncHTTPClient
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A simulated OroCommerce admin API over real HTTP.
package final class OroSimulator: Service {
    private let options: SimulatorOptions
    let shop: Shop
    private let onRunning: @Sendable (String) async -> Void

    /// Makes a simulator; `onRunning` gets its base URL once it listens.
    package init(
        options: SimulatorOptions,
        onRunning: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        self.options = options
        self.onRunning = onRunning
        shop = Shop(options: options)
    }

    /// Serves until it is cancelled or the process shuts down gracefully.
    package func run() async throws {
        var logger = Logger(label: "oro-simulator")
        // Below this the server reports its own cancellation as an error.
        logger.logLevel = .critical
        let host = options.host
        let onRunning = onRunning
        let application = Application(
            responder: ShopResponder(shop: shop),
            configuration: ApplicationConfiguration(address: .hostname(host, port: options.port)),
            onServerRunning: { channel in
                await onRunning("http://\(host):\(channel.localAddress?.port ?? 0)")
            },
            logger: logger
        )
        let shop = shop
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await serve(shop, application, WebhookDelivery(shop: shop, http: http))
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func serve(
        _ shop: Shop,
        _ application: some ApplicationProtocol,
        _ webhooks: WebhookDelivery
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<SimulatorOptions.consumersMax {
                group.addTask { await Consumer(shop: shop, number: number).run() }
            }
            group.addTask { await shop.deliverDelayed() }
            group.addTask { await webhooks.run() }
            group.addTask { try await application.run() }
            // Only the server ends by itself: on shutdown, cancellation, or when it cannot listen.
            do {
                try await group.next()
                await shop.close()
            } catch {
                await shop.close()
                throw error
            }
            try await group.waitForAll()
        }
    }

    /// Runs a simulator on a free port for as long as `body` takes.
    package static func withRunning<Result: Sendable>(
        _ options: SimulatorOptions,
        _ body: (RunningSimulator) async throws -> Result
    ) async throws -> Result {
        let (urls, listening) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        let simulator = OroSimulator(options: options) { listening.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await simulator.run()
            }
            var iterator = urls.makeAsyncIterator()
            guard let url = await iterator.next() else {
                try await group.waitForAll()
                throw SimulatorFault.notListening
            }
            let result: Result
            do {
                result = try await body(RunningSimulator(url: url, shop: simulator.shop))
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            // The server's own cancellation is not the caller's failure.
            while await group.nextResult() != nil {}
            return result
        }
    }
}

/// Why a simulator could not do its work.
package enum SimulatorFault: Error, Equatable {
    /// It ended before it listened.
    case notListening
    /// A catalogue or fault file could not be understood; says where and what.
    case badFile(place: String, problem: String)
}
