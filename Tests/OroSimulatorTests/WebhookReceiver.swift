import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

/// A receiver of webhooks: answers with the statuses in turn, then always with the last.
struct WebhookReceiver: Sendable {
    struct Call: Sendable {
        let fields: [String: String]
        let body: [UInt8]
    }

    let url: String
    private let calls: AsyncStream<Call>

    static func with(_ statuses: [Int], _ body: @Sendable (WebhookReceiver) async throws -> Void) async throws
    {
        let (calls, arrived) = AsyncStream.makeStream(of: Call.self)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let left = Mutex(statuses)
        let router = Router()
        router.post("/") { request, _ in
            var fields: [String: String] = [:]
            for field in request.headers { fields[field.name.rawName.lowercased()] = field.value }
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let status = left.withLock { left in left.count > 1 ? left.removeFirst() : left.first ?? 200 }
            arrived.yield(Call(fields: fields, body: Array(bytes.readableBytesView)))
            return HTTPResponse.Status(code: status)
        }
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let services = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(WebhookReceiver(url: "http://127.0.0.1:\(port)/", calls: calls))
            // A server that is cancelled while a connection opens traps.
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    func next() async -> Call? {
        var iterator = calls.makeAsyncIterator()
        return await iterator.next()
    }
}
