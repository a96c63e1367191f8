import NIOCore

/// Joins the flushes of one turn of the event loop: the HTTP client flushes head, body and end of a request
/// separately, and each flush would cost a system call and a packet.
final class FlushGathering: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var isScheduled = false

    /// Puts one next to the socket of a new connection, before all other handlers.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FlushGathering(), position: .first)
        }
    }

    func flush(context: ChannelHandlerContext) {
        guard !isScheduled else { return }
        isScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            context.flush()
        }
    }
}
