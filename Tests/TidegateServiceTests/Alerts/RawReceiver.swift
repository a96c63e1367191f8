import NIOCore
import NIOPosix
import Synchronization

/// A receiver on this machine that answers with the bytes it is given, whatever they are.
final class RawReceiver: Sendable {
    let port: Int
    private let channel: any Channel
    private let requests: Mutex<[String]>

    /// What came, whole.
    var received: [String] { requests.withLock { $0 } }

    /// Runs beside the body.
    ///
    /// Given what came on a connection so far, the conversation says what is answered now, if anything.
    static func run(
        greeting: String? = nil,
        _ conversation: @escaping @Sendable (String) -> String?,
        _ body: (RawReceiver) async throws -> Void
    ) async throws {
        let receiver = try await RawReceiver(greeting, conversation)
        do {
            try await body(receiver)
        } catch {
            try await receiver.channel.close()
            throw error
        }
        try await receiver.channel.close()
    }

    /// Answers each whole HTTP request by the same bytes; an empty text says nothing.
    static func http(_ answer: String, _ body: (RawReceiver) async throws -> Void) async throws {
        try await run({ isWhole($0) && !answer.isEmpty ? answer : nil }, body)
    }

    static func isWhole(_ request: String) -> Bool {
        guard let head = request.firstRange(of: "\r\n\r\n") else { return false }
        let length = request.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) }
        return request[head.upperBound...].utf8.count >= length ?? 0
    }

    private init(
        _ greeting: String?,
        _ conversation: @escaping @Sendable (String) -> String?
    ) async throws {
        let log = RequestLog()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = Conversation(greeting: greeting, conversation, log)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        requests = Mutex([])
        log.receiver.withLock { $0 = self }
    }

    fileprivate func note(_ request: String) { requests.withLock { $0.append(request) } }
}

private final class RequestLog: Sendable {
    let receiver = Mutex<RawReceiver?>(nil)

    func note(_ request: String) { receiver.withLock { $0 }?.note(request) }
}

private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: String?
    private let answer: @Sendable (String) -> String?
    private let log: RequestLog
    private var text = ""

    init(greeting: String?, _ answer: @escaping @Sendable (String) -> String?, _ log: RequestLog) {
        (self.greeting, self.answer, self.log) = (greeting, answer, log)
    }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting { say(greeting, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard let said = answer(text) else { return }
        log.note(text)
        text = ""
        say(said, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
