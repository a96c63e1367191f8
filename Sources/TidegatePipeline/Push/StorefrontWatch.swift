import InventoryCore
package import OroClient
import Synchronization
package import TidegateSettings

/// Measures a storefront page every few seconds while the shop is written to.
///
/// A page that cannot be measured is said once: the push then yields to nobody, or to all.
final class StorefrontWatch: Sendable {
    private let shop: OroClient
    private let url: String
    private let p95MaxSeconds: Double
    private let timeoutSeconds: Double
    private let hasTold = Atomic(false)

    init(shop: OroClient, _ settings: OroSettings.Push.Storefront) {
        self.shop = shop
        url = settings.url
        p95MaxSeconds = settings.p95MaxSeconds
        timeoutSeconds = settings.timeoutSeconds
    }

    /// Pause between two measurements; the twenty that make a percentile span 40 s.
    static let interval = Duration.seconds(2)

    /// Waits, then measures once; gives nothing when cancelled.
    func look(after pause: Duration) async -> PushEvent? {
        do {
            try await Task.sleep(for: pause)
        } catch {
            return nil
        }
        let began = ContinuousClock.now
        let look = await shop.lookAtStorefront(url: url, timeoutSeconds: timeoutSeconds)
        let isCancelled = Task.isCancelled
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let problem =
            isCancelled ? Self.problem(unanswered: seconds, limit: p95MaxSeconds) : look.problem
        if let problem, !hasTold.exchange(true, ordering: .relaxed) {
            shop.warnOfStorefront(url: url, problem: problem)
        }
        return isCancelled ? nil : .storefrontLatency(p95Milliseconds: look.milliseconds)
    }

    /// What is to be said of a page that had not answered when the push ended: nothing, unless it took longer
    /// than shoppers may wait.
    static func problem(unanswered seconds: Double, limit: Double) -> String? {
        seconds > limit ? "it had not answered after \(Int(seconds)) s, when the push ended" : nil
    }
}

extension Settings {
    /// What the shop has to be able to do for this configuration.
    package var needs: ShopNeeds {
        var needs = oro.needs
        guard let orders else { return needs }
        needs.orders = true
        // Whose stock it was is told by the group where the shop has several warehouses.
        let hasWarehouses = Set(rules.sites.map(\.warehouse)).count > 1 || rules.hasOwnWarehouses
        needs.customerGroups = hasWarehouses || rules.hasQuotas && orders.quotaCounts == .group
        needs.kitParts = orders.kits == .components
        return needs
    }
}

extension RuleSet {
    /// Whether a fence is shown in a warehouse of its own.
    fileprivate var hasOwnWarehouses: Bool {
        fences.contains { fence in
            if case .warehouse = fence.publish { true } else { false }
        }
    }
}

extension OroSettings {
    /// What the shop has to be able to do for this configuration.
    fileprivate var needs: ShopNeeds {
        var needs = ShopNeeds()
        needs.usesBatches = push.mode != .single
        needs.restoresInStock = restoresInStock
        needs.storefrontURL = push.storefront?.url
        if let storefront = push.storefront { needs.storefrontTimeoutSeconds = storefront.timeoutSeconds }
        return needs
    }

    /// The watch over the storefront, where one is configured.
    func storefrontWatch(_ shop: OroClient) -> StorefrontWatch? {
        push.storefront.map { storefront in
            StorefrontWatch(shop: shop, storefront)
        }
    }
}

extension OroSettings.Push.Storefront {
    /// At several times the limit the exact latency no longer matters.
    fileprivate var timeoutSeconds: Double { max(5, p95MaxSeconds * 5) }
}
