import HTTPTypes
import InventoryCore
import NIOCore
import NIOHTTPTypes

/// Ends connections that cost more than they may: what hummingbird leaves to others.
///
/// It stands behind the HTTP decoder and obeys a `ConnectionWatch`.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let counts: ConnectionCounts
    private let isDelivery: @Sendable (HTTPRequest) -> Bool
    private var watch: ConnectionWatch
    private var address: [UInt8]?
    private var ticking: Scheduled<Void>?
    private var isOver = false

    /// Makes the guard of one connection; `isDelivery` tells whose body may be large.
    init(
        _ limits: ConnectionLimits,
        counts: ConnectionCounts,
        isDelivery: @escaping @Sendable (HTTPRequest) -> Bool
    ) {
        self.limits = limits
        self.counts = counts
        self.isDelivery = isDelivery
        watch = ConnectionWatch(limits, at: ConnectionGuard.now)
    }

    private static var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

    // MARK: begin and end

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard address == nil, !isOver else { return }
        let key = ConnectionCounts.key(context.remoteAddress)
        guard counts.enter(key, limits) else {
            isOver = true
            return context.close(promise: nil)
        }
        address = key
        watch = ConnectionWatch(limits, at: ConnectionGuard.now)
        tickLater(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        isOver = true
        ticking?.cancel()
        ticking = nil
        if let address { counts.leave(address) }
        address = nil
    }

    private func tickLater(_ context: ChannelHandlerContext) {
        ticking = context.eventLoop.assumeIsolated().scheduleTask(
            in: .nanoseconds(Int64(limits.tickSeconds * 1e9))
        ) {
            guard !self.isOver else { return }
            self.tickLater(context)
            self.obey(self.watch.tick(at: ConnectionGuard.now), context)
        }
    }

    // MARK: what the client sends

    func read(context: ChannelHandlerContext) {
        watch.asked(at: ConnectionGuard.now)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = ConnectionGuard.now
        let action: ConnectionWatch.Action =
            switch unwrapInboundIn(data) {
            case .head(let head):
                watch.head(rule(head), length: head.headerFields[.contentLength].flatMap { Int($0) }, at: now)
            case .body(let bytes): watch.body(bytes.readableBytes, at: now)
            case .end: watch.end(at: now)
            }
        guard action == .pass else { return obey(action, context) }
        if case .head(let head) = unwrapInboundIn(data),
            head.headerFields[.expect]?.lowercased() == "100-continue", watch.canAnswer
        {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        context.fireChannelRead(data)
    }

    private func rule(_ head: HTTPRequest) -> ConnectionWatch.BodyRule {
        isDelivery(head)
            ? ConnectionWatch.BodyRule(bytesMax: limits.deliveryBytesMax, secondsMax: nil)
            : ConnectionWatch.BodyRule(bytesMax: limits.bodyBytesMax, secondsMax: limits.bodySecondsMax)
    }

    // MARK: what we send

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOver else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if watch.answerBegins() { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let action = watch.answerEnds(at: ConnectionGuard.now)
            guard action != .pass else { return context.write(data, promise: promise) }
            context.writeAndFlush(data, promise: promise)
            obey(action, context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        watch.writability(context.channel.isWritable, at: ConnectionGuard.now)
        context.fireChannelWritabilityChanged()
    }

    // MARK: obey

    private func obey(_ action: ConnectionWatch.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .pass, .drop: break
        case .close:
            isOver = true
            context.close(promise: nil)
        case .linger:
            // Closed at once, the client's system would throw away the answer with what it still sends.
            context.close(mode: .output, promise: nil)
        case .refuse(let refusal):
            guard watch.canAnswer else { return obey(.close, context) }
            answer(Problem(refusal), context)
            obey(watch.linger(at: ConnectionGuard.now), context)
        }
    }

    private func answer(_ problem: Problem, _ context: ChannelHandlerContext) {
        let bytes = problem.json
        var head = HTTPResponse(status: problem.status)
        head.headerFields[.contentType] = Problem.mediaType
        head.headerFields[.contentLength] = "\(bytes.count)"
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

extension Problem {
    fileprivate init(_ refusal: ConnectionWatch.Refusal) {
        switch refusal {
        case .tooLarge(let bytesMax): self.init(.tooLarge(bytesMax))
        case .tooSlow:
            self.init(
                Fault(
                    .usage,
                    code: "body_too_slow",
                    message: "The body did not come fast enough.",
                    hint: "Send it again over a better line; a large delivery goes to `/snapshots`."
                )
            )
        }
    }
}
