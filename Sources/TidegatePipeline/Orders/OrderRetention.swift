import InventoryCore
import StateStore
import TidegateSettings

/// Forgets orders that nothing counts any more: the ERP knows them, or they were taken back, and no quota's
/// period that is under way reaches back to them.
struct OrderRetention: Sendable {
    private let shop: Shop
    private let now: Timestamp

    /// The longest period is a month; the one before is kept, too, since rules can be changed to longer ones.
    static let keptSeconds: Int64 = 62 * 86_400
    private static let everySeconds: Int64 = 86_400

    init(_ shop: Shop, at now: Timestamp) {
        (self.shop, self.now) = (shop, now)
    }

    /// Before which time nothing is counted; nothing where all of it is, because a quota never begins anew.
    private var horizon: Timestamp? {
        let rules = shop.settings.rules.fences.lazy.flatMap(\.rules)
        guard rules.allSatisfy({ !$0.isQuota || $0.period != nil }) else { return nil }
        return now.adding(seconds: -OrderRetention.keptSeconds)
    }

    /// Forgets them, once a day.
    ///
    /// - Throws: `Fault`.
    func forget() async throws {
        guard let horizon else { return }
        if let last = try await shop.state.ordersForgotten(),
            horizon < last.adding(seconds: OrderRetention.everySeconds)
        {
            return
        }
        try await shop.state.forgetOrders(endedBefore: horizon)
    }
}
