import HTTPTransport
import NIOHTTP1

extension OroClient {
    /// Fetches a page of the storefront as a shopper does and gives how long that took, in milliseconds.
    ///
    /// An overloaded shop's error, and no answer at all, count as the whole time allowed. No token is sent,
    /// and redirects are not followed.
    package func storefrontMilliseconds(url: String, timeoutSeconds: Double) async -> Double {
        let began = ContinuousClock.now
        let ask = Transport.Ask(
            method: .GET,
            url: url,
            headers: ["Accept": "text/html", "User-Agent": "tidegate"],
            body: nil,
            timeoutSeconds: timeoutSeconds
        )
        do {
            let reply = try await transport.send(ask)
            guard reply.status < 500, reply.status != 429 else { return timeoutSeconds * 1000 }
        } catch {
            // Whatever blocks the answer blocks it for shoppers too.
            return timeoutSeconds * 1000
        }
        let elapsed = (ContinuousClock.now - began).components
        return Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15
    }
}
