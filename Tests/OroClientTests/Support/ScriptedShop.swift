import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A loopback server that answers as scripted, including in ways that no HTTP framework allows.
final class ScriptedShop: Sendable {
    struct Request: Hashable, Sendable {
        var method: String
        /// Path and query.
        var path: String
        var headers: [String: String]
        var body: String
    }

    enum Action: Sendable {
        case reply(Int, [(String, String)], String)
        /// A head that promises more than comes; then the connection ends.
        case cutInBody(Int, [(String, String)], String)
        /// The end of the connection without an answer.
        case cut
        /// Neither an answer nor an end.
        case silence
    }

    private let channel: any Channel
    private let log: Log

    /// The requests in the order of arrival.
    final class Log: Sendable {
        private let state = Mutex<[Request]>([])
        func append(_ request: Request) { state.withLock { $0.append(request) } }
        var all: [Request] { state.withLock { $0 } }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "\(isEncrypted ? "https" : "http")://127.0.0.1:\(port)" }
    private let isEncrypted: Bool
    var requests: [Request] { log.all }
    /// Requests other than token requests.
    var apiRequests: [Request] { log.all.filter { $0.path != "/oauth2-token" } }

    private init(channel: any Channel, log: Log, isEncrypted: Bool) {
        self.channel = channel
        self.isEncrypted = isEncrypted
        self.log = log
    }

    /// Runs a shop for the time of the body; the script is called for every request.
    static func withRunning<Value>(
        tls: NIOSSLContext? = nil,
        _ script: @escaping @Sendable (Request) -> Action,
        _ body: (ScriptedShop) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Conversation(script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let shop = ScriptedShop(channel: channel, log: log, isEncrypted: tls != nil)
        let value: Value
        do {
            value = try await body(shop)
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
        return value
    }
}

/// One connection's requests, one after the other.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: @Sendable (ScriptedShop.Request) -> ScriptedShop.Action
    private let log: ScriptedShop.Log
    private var head: HTTPRequestHead?
    private var body = ""

    init(
        script: @escaping @Sendable (ScriptedShop.Request) -> ScriptedShop.Action,
        log: ScriptedShop.Log
    ) {
        self.script = script
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let part): body += String(buffer: part)
        case .end:
            guard let head else { return }
            var headers: [String: String] = [:]
            for (name, value) in head.headers { headers[name.lowercased()] = value }
            let request = ScriptedShop.Request(
                method: head.method.rawValue,
                path: head.uri,
                headers: headers,
                body: body
            )
            log.append(request)
            act(script(request), context: context)
        }
    }

    private func act(_ action: ScriptedShop.Action, context: ChannelHandlerContext) {
        switch action {
        case .silence: break
        case .cut: context.close(promise: nil)
        case .reply(let status, let headers, let body):
            answer(status, headers, body, length: body.utf8.count, context: context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .cutInBody(let status, let headers, let body):
            answer(status, headers, body, length: body.utf8.count + 1000, context: context)
            context.flush()
            context.close(promise: nil)
        }
    }

    private func answer(
        _ status: Int,
        _ headers: [(String, String)],
        _ body: String,
        length: Int,
        context: ChannelHandlerContext
    ) {
        var all = HTTPHeaders(headers)
        all.replaceOrAdd(name: "Content-Length", value: "\(length)")
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: all)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
    }
}
