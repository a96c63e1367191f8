import InventoryCore
import OroClient
import TidegateSettings

/// Measures a storefront page every few seconds while the shop is written to.
struct StorefrontWatch: Sendable {
    let shop: OroClient
    let url: String
    let timeoutSeconds: Double

    /// Pause between two measurements; the twenty that make a percentile span 40 s.
    static let interval = Duration.seconds(2)

    /// Waits, then measures once; gives nothing when cancelled.
    func look(after pause: Duration) async -> PushEvent? {
        do {
            try await Task.sleep(for: pause)
        } catch {
            return nil
        }
        let milliseconds = await shop.storefrontMilliseconds(url: url, timeoutSeconds: timeoutSeconds)
        return .storefrontLatency(p95Milliseconds: milliseconds)
    }
}

extension OroSettings {
    /// The watch over the storefront, where one is configured.
    func storefrontWatch(_ shop: OroClient) -> StorefrontWatch? {
        push.storefront.map { storefront in
            // At several times the limit the exact latency no longer matters.
            StorefrontWatch(
                shop: shop,
                url: storefront.url,
                timeoutSeconds: max(5, storefront.p95MaxSeconds * 5)
            )
        }
    }
}
