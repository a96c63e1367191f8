import InventoryCore
import StateStore
import TidegateSettings

extension Planning {
    /// Plans the SKUs that events touch, and no others: nothing of it grows with the shop, and nothing is
    /// asked for but SKUs that are new.
    ///
    /// Changed rules, timed ones and levels that have moved wait for a run of their own.
    ///
    /// `cleared` are SKUs that are touched without an accepted change; `reasons` say why, where that is not
    /// because something of them is no longer in doubt.
    ///
    /// - Throws: `Fault`.
    func plan(
        events accepted: [Delta],
        cleared: Set<SKU>,
        on stock: ShopStock,
        for reasons: PlanReasons? = nil
    ) async throws -> Result {
        let accepted = accepted.sorted(byBytesOf: \.key.sku)
        var skus: [SKU] = []
        for delta in accepted where delta.key.sku != skus.last { skus.append(delta.key.sku) }
        skus = skus.merged(with: cleared.sorted(byBytesOf: \.self))
        let touched = Set(skus)
        let concerned = touched.union(apportioner.rules.aliases(of: skus))
        let open = try await shop.state.openExceptions(of: Array(concerned)).map(\.exception)
        var draft = PlanDraft(apportioner, version: text.version, skus: skus.count)
        let asking = LevelIndex.Asking(open: open, again: LevelIndex.AskedAgain(), isFresh: false)
        let steps = try await PlanSteps(
            self,
            stock,
            accepted: accepted,
            former: nil,
            asking,
            for: reasons ?? PlanReasons(cleared: cleared)
        )
        try await steps.forEach(of: skus) { part in try draft.append(part) }
        if !open.isEmpty {
            draft.exceptions.mended = Planning.mended(
                open,
                touched: touched,
                occurred: draft.exceptions.occurred,
                rules: apportioner.rules
            )
        }
        return draft.finish(
            FigureRules(text: text, at: apportioner.instant),
            priority: shop.settings.oro.push.priority,
            isComplete: false,
            skus: concerned,
            doubts: DoubtTotals()
        )
    }
}
