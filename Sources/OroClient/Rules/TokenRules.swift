import HTTPTransport
import InventoryCore

/// How long a token is used, and what the token endpoint's answers mean.
enum TokenRules {
    /// A token is renewed this long before it ends, or a fifth of its life where that is shorter.
    static let renewalSeconds = 60.0
    static let shortLifeShare = 0.2

    /// A token is not kept longer than this, whatever the endpoint says.
    static let lifeSecondsMax = 86_400.0
    /// What is assumed of a life that the endpoint does not state, or not sensibly.
    static let lifeSecondsUnstated = 60.0

    /// How long a token may be used from the moment it was asked for.
    static func usableSeconds(expiresInSeconds stated: Double?) -> Double {
        var life = lifeSecondsUnstated
        if let stated, stated.isFinite, stated > 0 { life = min(stated, lifeSecondsMax) }
        return life - min(renewalSeconds, life * shortLifeShare)
    }

    enum Answer: Sendable {
        case token(Secret, usableSeconds: Double)
        case trouble(ShopTrouble)
    }

    static func answer(_ reply: HTTPReply) -> Answer {
        switch reply.status {
        case 200: granted(reply)
        case 300..<400: .trouble(Verdict.redirect(to: reply.location, for: reply))
        case 400, 401: refused(reply)
        case 404, 405:
            .trouble(Verdict.misled(reply, "it has no token endpoint (HTTP \(reply.status))", .url))
        case 429: .trouble(.busy(retryAfterSeconds: RetryAfter.seconds(reply)))
        case 503:
            // This is how maintenance shows at this endpoint, in HTML or JSON as `Accept` asks; the API
            // answers 415.
            reply.retryAfter == nil
                ? .trouble(.maintenance) : .trouble(.busy(retryAfterSeconds: RetryAfter.seconds(reply)))
        case 500...: .trouble(.outage(Verdict.shown(reply)))
        default:
            .trouble(Verdict.misled(reply, "\(Verdict.shown(reply)) from the token endpoint"))
        }
    }

    private static func granted(_ reply: HTTPReply) -> Answer {
        do {
            let document = try TokenDocument(reply.body)
            if let token = document.accessToken, !token.isEmpty {
                // Anything else cannot be sent in a header.
                guard token.revealed().utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    return .trouble(.configuration("the token endpoint answers with an unusable token"))
                }
                return .token(
                    token,
                    usableSeconds: usableSeconds(expiresInSeconds: document.expiresInSeconds)
                )
            }
        } catch {
            return .trouble(
                Verdict.misled(reply, "the token endpoint answers something else than a token")
            )
        }
        return .trouble(.configuration("the token endpoint answers without a token"))
    }

    /// OAuth's `error` is a code, so it may decide; its description is text and may not.
    private static func refused(_ reply: HTTPReply) -> Answer {
        let word: String?
        do {
            word = try TokenDocument(reply.body).error
        } catch {
            word = nil
        }
        guard let word else {
            return .trouble(
                Verdict.misled(reply, "\(Verdict.shown(reply)) from the token endpoint")
            )
        }
        switch word {
        case "invalid_client", "unauthorized_client", "invalid_grant":
            return .trouble(.credentials(word))
        default:
            return .trouble(.configuration("the token endpoint says \(Text.bounded(word, to: 60))"))
        }
    }
}
