import HTTPTransport
import Metrics
import NIOHTTP1

/// What a request to the shop is for, as metrics name it.
enum RequestKind: String {
    case token
    /// One level, or its status.
    case write
    /// Many levels.
    case batch
    /// How an operation stands, and what went wrong in it.
    case poll
    case read

    init(_ call: OroClient.Call) {
        let isOperation = call.path.hasPrefix("/asyncoperations/")
        switch call.method {
        case .GET: self = isOperation ? .poll : .read
        default: self = call.path == LevelQuery.collection ? .batch : .write
        }
    }
}

extension Transport {
    /// Sends a request, and counts how it was answered and how long that took.
    func send(_ ask: Ask, _ kind: RequestKind) async throws(TransportFailure) -> HTTPReply {
        let start = ContinuousClock.now
        do {
            let reply = try await send(ask)
            Transport.count(kind, "\(reply.status)", since: start)
            return reply
        } catch {
            Transport.count(kind, "none", since: start)
            throw error
        }
    }

    private static func count(_ kind: RequestKind, _ code: String, since start: ContinuousClock.Instant) {
        let labels = [("kind", kind.rawValue), ("code", code)]
        Counter(label: "tidegate_requests_total", dimensions: labels).increment()
        Timer(label: "tidegate_request_seconds", dimensions: [("kind", kind.rawValue)])
            .record(duration: start.duration(to: .now))
    }
}
