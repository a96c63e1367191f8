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

    /// Seconds until a question is asked again; nothing where that is no use.
    ///
    /// One page of a firewall says nothing of the shop, so what looks like a wrong setting is asked three
    /// times. A refusal that names credentials or a right is OroCommerce's own.
    ///
    /// - Parameters:
    ///   - trouble: what the last answer looked like.
    ///   - tries: how often it was asked, at least once.
    ///   - waitedSeconds: since the first time.
    ///   - patienceSeconds: how long to go on.
    /// - Returns: the pause.
    static func pauseSeconds(
        after trouble: ShopTrouble,
        tries: Int,
        waitedSeconds: Double,
        patienceSeconds: Double
    ) -> Double? {
        var doubled = 0.25
        for _ in 0..<min(tries, 6) { doubled *= 2 }
        let pause: Double
        switch trouble {
        case .credentials, .notPermitted, .encryption: return nil
        case .configuration: return tries < questionsMax ? doubled : nil
        case .busy(let seconds): pause = max(doubled, Double(seconds ?? 0))
        case .outage, .maintenance: pause = doubled
        }
        return waitedSeconds + pause <= patienceSeconds ? pause : nil
    }

    private static let questionsMax = 3
}
