import NIOCore

/// Sends what one turn of the event loop has written together: the HTTP client flushes the head, the body and
/// the end of a request one by one, and each would be a system call and a packet for the shop to read.
final class FlushGathering: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var isScheduled = false

    /// Puts one before everything else of a new connection, next to its socket.
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
