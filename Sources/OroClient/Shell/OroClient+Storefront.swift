import HTTPTransport
import InventoryCore
import Logging
import NIOHTTP1

/// What one look at a page of the storefront gave.
package struct StorefrontLook: Hashable, Sendable {
    /// How long it took; the whole time allowed where nothing usable came.
    package let milliseconds: Double
    /// Why this is not how long a shopper waits for that page; nothing where it is.
    package let problem: String?

    package init(milliseconds: Double, problem: String? = nil) {
        self.milliseconds = milliseconds
        self.problem = problem
    }
}

extension OroClient {
    /// Fetches a page of the storefront as a shopper does and gives how long that took.
    ///
    /// An overloaded shop's error, and no answer at all, count as the whole time allowed. No token is sent,
    /// and redirects are not followed.
    package func lookAtStorefront(url: String, timeoutSeconds: Double) async -> StorefrontLook {
        let began = ContinuousClock.now
        let ask = Transport.Ask(
            method: .GET,
            url: url,
            headers: ["Accept": "text/html", "User-Agent": "tidegate"],
            body: nil,
            timeoutSeconds: timeoutSeconds
        )
        let reply: HTTPReply
        switch await sent(ask) {
        case .success(let answer): reply = answer
        case .failure(let failure):
            // Whatever blocks the answer blocks it for shoppers too.
            return StorefrontLook(milliseconds: timeoutSeconds * 1000, problem: failure.cause)
        }
        let milliseconds = began.elapsedSeconds * 1000
        return StorefrontRules.look(reply, milliseconds: milliseconds, timeoutSeconds: timeoutSeconds)
    }

    /// Logs that the storefront cannot be watched.
    package func warnOfStorefront(url: String, problem: String) {
        logger.warning(
            "the storefront's page cannot be measured, so the push does not see whether shoppers suffer",
            metadata: ["cause": "\(problem)", "url": "\(url)"]
        )
    }

    private func sent(_ ask: Transport.Ask) async -> Result<HTTPReply, TransportFailure> {
        do {
            return .success(try await transport.send(ask))
        } catch {
            return .failure(error)
        }
    }
}

/// What the answer of a storefront's page means for its latency.
enum StorefrontRules {
    static func look(_ reply: HTTPReply, milliseconds: Double, timeoutSeconds: Double) -> StorefrontLook {
        switch reply.status {
        case 200..<300: StorefrontLook(milliseconds: milliseconds)
        case 429, 500...:
            StorefrontLook(milliseconds: timeoutSeconds * 1000, problem: "it answers HTTP \(reply.status)")
        case 300..<400:
            // A redirect costs the shop less than the page that shoppers wait for.
            StorefrontLook(
                milliseconds: milliseconds,
                problem: "it redirects (HTTP \(reply.status)) to "
                    + Text.bounded(reply.location ?? "nowhere", to: 200)
            )
        default: StorefrontLook(milliseconds: milliseconds, problem: "it answers HTTP \(reply.status)")
        }
    }
}
