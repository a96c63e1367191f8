import HTTPTransport
import Synchronization

/// Whether a client has had an answer of the API's own yet.
final class APIAnswers: Sendable {
    private let hasAnswered = Atomic(false)

    /// The same reply, marked where such an answer has come before; takes note of it where it is one.
    func marked(_ reply: HTTPReply) -> HTTPReply {
        var reply = reply
        reply.followsAnswers = hasAnswered.load(ordering: .relaxed)
        if reply.isJSONAPI, (200..<300).contains(reply.status) {
            hasAnswered.store(true, ordering: .relaxed)
        }
        return reply
    }
}
