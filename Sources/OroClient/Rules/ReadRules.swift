import HTTPTransport
import InventoryCore

/// What the answer to a read means: an answer, or trouble; asking again is always harmless.
enum ReadRules {
    enum Answer: Hashable, Sendable {
        case success(HTTPReply)
        case failure(ShopTrouble)
    }

    /// - Parameters:
    ///   - exchange: what came.
    ///   - right: the right that the question needs, which a 403 then means.
    /// - Returns: the reply, or the trouble that it means.
    static func answer(_ exchange: Exchange, needing right: ShopRight? = nil) -> Answer {
        switch exchange {
        case .trouble(let trouble): return .failure(trouble)
        case .unsettled(let cause): return .failure(.outage(cause))
        case .reply(let reply):
            guard let trouble = trouble(reply, right) else { return .success(reply) }
            return .failure(trouble)
        }
    }

    private static func trouble(_ reply: HTTPReply, _ right: ShopRight?) -> ShopTrouble? {
        switch Verdict(reply) {
        case .succeeded: nil
        case .trouble(let trouble): trouble
        case .unauthorized: .credentials("a new token was refused as well (HTTP 401)")
        case .denied(let faults): .notPermitted(faults.first?.summary ?? "HTTP 403", right)
        case .missing: .configuration("its web API is off (HTTP 404)", .webAPI)
        case .methodNotAllowed, .bodyTooLarge, .addressTooLong: .configuration(Verdict.shown(reply))
        case .refused(let faults): .configuration(faults.first?.summary ?? Verdict.shown(reply))
        case .unsettled(let cause): .outage(cause)
        }
    }
}
