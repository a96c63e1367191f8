import InventoryCore
import OroClient
import TidegateSettings

/// Looks at a page of the storefront now and then while the shop is written to.
struct StorefrontWatch: Sendable {
    let shop: OroClient
    let url: String
    let timeoutSeconds: Double

    /// Between two looks: twenty of them, which make a percentile, are then 40 s.
    static let interval = Duration.seconds(2)

    /// Waits, then looks once; the event holds that one latency, and there is none where it was cancelled.
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
            // Beyond some times the limit the exact figure changes nothing.
            StorefrontWatch(
                shop: shop,
                url: storefront.url,
                timeoutSeconds: max(5, storefront.p95MaxSeconds * 5)
            )
        }
    }
}
